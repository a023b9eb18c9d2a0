"""People's edits and deletions, events out of order, shared rooms, and the next due moment."""

import pytest

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.cast import ANA, APPROVERS, BEN, CARE, DEE, STAN
from bot.rehearsal.workspace.due import next_due
from bot.rehearsal.workspace.errors import SlackError

from .conftest import wait_until

LISTENS = ("message.channels", "reaction_added", "reaction_removed", "subteam_members_changed")


@pytest.fixture
def heard(app, workspace, connected):
    """Return a list of the events about messages and reactions that a Bolt app got, in order."""
    told = []
    workspace.arrange.app(events=LISTENS)

    @app.event("message")
    def words(event, body):
        told.append((event.get("subtype"), event, body))

    @app.event("reaction_added")
    @app.event("reaction_removed")
    def reaction(event):
        told.append((event["type"], event, {}))

    @app.event("subteam_members_changed")
    def members(event):
        told.append((tuple(event["added_users"]), event, {}))

    with connected(app):
        yield told


def test_people_change_their_words_and_take_them_back(workspace, client, heard):
    ts = workspace.act.write(ANA, CARE, "I think <billing>")["ts"]
    workspace.own.edit(ANA, CARE, ts, "I know & so does Ben")
    assert client.conversations_history(channel=CARE)["messages"][0]["text"] == "I know &amp; so does Ben"
    workspace.own.delete(ANA, CARE, ts)
    assert client.conversations_history(channel=CARE)["messages"] == []
    wait_until(lambda: len(heard) == 3)
    assert {subtype for subtype, _, _ in heard} == {None, "message_changed", "message_deleted"}


def test_nobody_changes_what_another_wrote(workspace, client):
    ts = client.chat_postMessage(channel=CARE, text="a card")["ts"]
    with pytest.raises(SlackError, match="cant_update_message"):
        workspace.own.edit(ANA, CARE, ts, "mine now")
    with pytest.raises(SlackError, match="cant_delete_message"):
        workspace.own.delete(BEN, CARE, ts)
    with pytest.raises(SlackError, match="channel_not_found"):
        workspace.own.react(DEE, cast.LEADS, ts, "eyes")


def test_a_reaction_is_given_and_taken_away_again(workspace, client, heard):
    ts = client.chat_postMessage(channel=CARE, text="a card")["ts"]
    assert workspace.own.react(ANA, CARE, ts, "eyes")["reactions"] == {"eyes": 1}
    assert workspace.own.react(BEN, CARE, ts, "eyes")["reactions"] == {"eyes": 2}
    workspace.own.react(ANA, CARE, ts, "eyes")
    assert workspace.own.react(BEN, CARE, ts, "eyes")["reactions"] == {}
    wait_until(lambda: sum(str(kind).startswith("reaction") for kind, _, _ in heard) == 4)


def test_an_event_can_come_after_the_one_that_followed_it(workspace, heard):
    workspace.add_fault("events_api", "out_of_order")
    workspace.arrange.group(APPROVERS, users=[BEN, DEE])
    workspace.arrange.group(APPROVERS, users=[BEN, DEE, ANA])
    wait_until(lambda: len(heard) == 2)
    assert [added for added, _, _ in heard] == [(ANA,), (DEE,)]


def test_an_event_can_come_twice(workspace, heard):
    workspace.add_fault("events_api", "twice")
    workspace.arrange.group(APPROVERS, users=[BEN, DEE])
    wait_until(lambda: len(heard) == 2)
    assert [added for added, _, _ in heard] == [(DEE,), (DEE,)]


def test_a_room_shared_with_another_company_says_so_and_lets_its_people_in(workspace, client, heard):
    assert not client.conversations_info(channel=CARE)["channel"]["is_ext_shared"]
    with pytest.raises(SlackError, match="channel_not_found"):
        workspace.look.messages(STAN, CARE)
    members = workspace.team.channels[CARE].members | {STAN}
    workspace.arrange.channel(CARE, is_ext_shared=True, members=sorted(members))
    assert client.conversations_info(channel=CARE)["channel"]["is_ext_shared"]
    workspace.act.write(STAN, CARE, "hello from elsewhere")
    _, _, body = wait_until(lambda: heard and heard[0])
    assert body["is_ext_shared_channel"]
    assert [one["user"] for one in workspace.look.messages(STAN, CARE)] == [STAN]


def test_the_app_hears_that_a_room_is_shared_and_that_it_is_so_no_more(workspace):
    heard = []
    workspace.team.on_event = lambda _, event: heard.append((event["type"], event["channel"]))
    for shared in (True, True, False):
        workspace.arrange.channel(CARE, is_ext_shared=shared)
    assert heard == [("channel_shared", CARE), ("channel_unshared", CARE)]


def test_the_next_due_moment_is_the_earliest_that_still_lies_ahead(workspace, client, unlimited):
    now = int(workspace.clock.now().timestamp())
    assert next_due(workspace.team) is None
    for text in (
        f"First reply due <!date^{now - 60}^{{time}}|before>", f"First reply due <!date^{now + 900}^{{time}}|later>",
        f"Held by Ana · first reply due <!date^{now + 300}^{{time}}|soon>", f"Solved at <!date^{now + 60}^{{time}}|x>",
    ):  # fmt: skip
        client.chat_postMessage(channel=CARE, text=text)
    workspace.act.write(ANA, CARE, f"due <!date^{now + 10}^{{time}}|mine>", raw=True)
    assert next_due(workspace.team) == now + 300
    workspace.clock.jump(600)
    assert next_due(workspace.team) == now + 900


def test_a_person_in_the_browser_does_all_this_by_address(slack, client):
    import requests

    ts = client.chat_postMessage(channel=CARE, text="a card")["ts"]
    said = {"as": ANA, "channel": CARE, "ts": ts, "name": "eyes"}
    assert requests.post(f"{slack.url}/people/react", json=said, timeout=10).json()["reactions"] == {"eyes": 1}
    refused = requests.post(f"{slack.url}/people/delete", json={"as": ANA, "channel": CARE, "ts": ts}, timeout=10)
    assert refused.json()["error"] == "cant_delete_message"
