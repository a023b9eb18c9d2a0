import json
import urllib.request

import pytest
from slack_sdk.errors import SlackApiError

from bot.rehearsal.clock import StageClock
from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.cast import ANA, APPROVERS, BEN, CARE, CARO, DEE, GUS, STAN

from .conftest import wait_until


def test_people_are_told_with_zone_and_locale_when_asked(client):
    caro = client.users_info(user=CARO, include_locale=True)["user"]
    assert (caro["tz"], caro["locale"], caro["is_restricted"]) == ("Europe/Berlin", "de-DE", False)
    assert caro["tz_offset"] in (3600, 7200)
    assert "locale" not in client.users_info(user=CARO)["user"]
    assert "email" not in caro["profile"]
    assert client.users_info(user=GUS)["user"]["is_restricted"]
    assert client.users_info(user=STAN)["user"]["team_id"] != cast.TEAM


def test_the_list_holds_the_team_and_no_stranger(client):
    ids = {member["id"] for page in client.users_list(limit=3) for member in page["members"]}
    assert {ANA, BEN, CARO, DEE, GUS, cast.BOT_USER} <= ids
    assert STAN not in ids


def test_groups_have_members_until_they_are_disabled_or_the_plan_lacks_them(client, workspace):
    assert client.usergroups_users_list(usergroup=APPROVERS)["users"] == [BEN, CARO]
    assert client.usergroups_list(include_users=True)["usergroups"][0]["handle"] == "care-approvers"
    with pytest.raises(SlackApiError, match="no_such_subteam"):
        client.usergroups_users_list(usergroup="S0NOBODY01")
    workspace.arrange.group(APPROVERS, is_disabled=True)
    with pytest.raises(SlackApiError, match="subteam_disabled"):
        client.usergroups_users_list(usergroup=APPROVERS)
    workspace.arrange.app(has_groups=False)
    with pytest.raises(SlackApiError, match="plan_upgrade_required"):
        client.usergroups_list()


def test_presence_and_rest_are_told(client, workspace):
    workspace.arrange.person(ANA, presence="away", dnd=True)
    assert client.users_getPresence(user=ANA)["presence"] == "away"
    rest = client.dnd_teamInfo(users=[ANA, BEN])["users"]
    assert (rest[ANA]["dnd_enabled"], rest[BEN]["dnd_enabled"]) == (True, False)
    with pytest.raises(SlackApiError, match="too_many_users"):
        client.dnd_teamInfo(users=[ANA] * 51)


def test_rooms_are_told_as_the_bot_sees_them(client, workspace):
    names = {c["name"] for c in client.conversations_list(types="public_channel,private_channel")["channels"]}
    assert names == {"care", "care-billing", "care-leads", "finance", "random"}
    assert not client.conversations_info(channel=cast.RANDOM)["channel"]["is_member"]
    assert GUS in client.conversations_members(channel=CARE)["members"]
    client.conversations_join(channel=cast.RANDOM)
    assert client.chat_postMessage(channel=cast.RANDOM, text="hello")["ok"]


def test_nobody_opens_a_room_with_a_bot_or_somebody_gone(client, workspace):
    workspace.arrange.person(DEE, deleted=True)
    for user, error in ((cast.BOT_USER, "cannot_dm_bot"), (DEE, "user_disabled"), ("U0NOBODY01", "user_not_found")):
        with pytest.raises(SlackApiError, match=error):
            client.conversations_open(users=user)


def ask(slack, path, body=None):
    sent = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"{slack.url}{path}", data=sent)  # noqa: S310 - loopback
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def test_everything_a_person_does_can_be_done_over_http(slack, client, workspace):
    posted = client.chat_postMessage(channel=CARE, text="a card")
    written = ask(slack, "/people/messages", {"as": ANA, "channel": CARE, "text": "hm", "thread_ts": posted["ts"]})
    thread = ask(slack, f"/people/messages?as={BEN}&channel={CARE}&thread={posted['ts']}")
    assert [m["ts"] for m in thread] == [posted["ts"], written["ts"]]
    assert {"text", "blocks", "thread_ts", "reply_count", "latest_reply", "metadata", "edited", "ephemeral"} <= set(
        thread[0]
    )
    unread = {room["id"]: room["unread"] for room in ask(slack, f"/people/channels?as={CARO}")}
    assert unread[CARE] == 2
    ask(slack, f"/people/messages?as={CARO}&channel={CARE}")
    assert {r["id"]: r["unread"] for r in ask(slack, f"/people/channels?as={CARO}")}[CARE] == 0
    made = ask(slack, "/people/users", {"name": "finn", "is_restricted": True})
    assert made in ask(slack, "/people/users")
    assert ask(slack, "/people/groups", {"id": APPROVERS, "users": [ANA]})["users"] == [ANA]
    assert ask(slack, f"/people/channels/{CARE}", {"is_archived": True})["is_archived"]
    told = ask(slack, "/people/press", {"as": ANA, "channel": CARE, "ts": posted["ts"], "action_id": "nothing"})
    assert told == {"ok": False, "error": "no_such_element", "offered": []}
    assert ask(slack, f"/people/views?as={ANA}") == []


def test_changes_are_told_to_whoever_draws_the_page(client, workspace):
    told = []
    workspace.on_change(told.append)
    ts = client.chat_postMessage(channel=CARE, text="x")["ts"]
    assert told == [{"what": "message", "channel": CARE, "ts": ts, "thread_ts": None}]


def test_the_stage_clock_runs_fast_jumps_and_never_goes_back():
    clock = StageClock()
    before = clock.now()
    clock.jump(3600)
    assert 3600 <= (clock.now() - before).total_seconds() < 3700
    clock.set_speed(60)
    assert clock.speed == 60
    with pytest.raises(ValueError, match="backwards"):
        clock.jump(-1)
    assert clock.monotonic() >= 3600


def test_a_group_that_changed_is_told_to_the_app(app, workspace, connected):
    heard = []

    @app.event("subteam_members_changed")
    def changed(event):
        heard.append((event["subteam_id"], event["added_users"], event["removed_users"]))

    with connected(app):
        workspace.arrange.group(APPROVERS, users=[BEN, DEE])
        wait_until(lambda: heard)
    assert heard == [(APPROVERS, [DEE], [CARO])]
