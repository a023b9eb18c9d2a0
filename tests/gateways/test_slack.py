"""Slack behind the Chat port: the outcome of every kind of answer, and of a missing one."""

import errno
import socket
from datetime import UTC, datetime, timedelta
from ssl import SSLCertVerificationError
from typing import NoReturn
from urllib.error import URLError

import pytest

from bot.domain.team.people import Group, PersonKind, Teammate
from bot.gateways import slack_wire
from bot.gateways.slack import Identity, SlackChat
from bot.gateways.slack_answers import SlackTrouble, try_slack, wait_of
from bot.ports import ChatTrouble, Message, NotPosted, Overtaken, Paced, Posted, TooMuchToRead, Unsure
from tests.gateways.scripted import Scripted, breaks_off, drips, hangs_up, keeps_silent, no, ok, says

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOME = Identity(team="T0NORTHWND", bot_user="U0HEARDBOT", bot_id="B0HEARD001")
HELLO = Message(text="Hello", blocks=[{"type": "divider"}])


@pytest.fixture
def slack():
    with Scripted() as script:
        yield script


@pytest.fixture
def chat(slack):
    return SlackChat("xoxb-canary", now=lambda: NOW, base_url=slack.url, identity=HOME)


@pytest.fixture
def impatient(slack):
    return SlackChat("xoxb-canary", now=lambda: NOW, base_url=slack.url, timeout=0.2)


def test_a_post_says_where_it_stands(chat, slack):
    slack.will(ok(channel="C0CARE0001", ts="1.000100"))
    assert chat.post("C0CARE0001", HELLO, thread_ts="1.000001", telling=7) == Posted("C0CARE0001", "1.000100")
    assert slack.asked[0].path == "/api/chat.postMessage"
    assert slack.asked[0].body == {
        "channel": "C0CARE0001",
        "thread_ts": "1.000001",
        "text": "Hello",
        "blocks": [{"type": "divider"}],
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": "heard_telling", "event_payload": {"telling": 7}},
    }


def test_a_file_goes_to_no_address_but_slacks_own(chat, slack):
    slack.will(
        ok(channel={"id": "D0CARO0001"}), ok(upload_url="https://files.slack.example/upload/1", file_id="F0FILE0001")
    )
    with pytest.raises(SlackTrouble) as refused:
        chat.send_file("U0CARO0001", "promises.csv", b"case", "Promises, today")
    assert refused.value.code == "strange_upload_address"
    assert [one.path for one in slack.asked] == ["/api/conversations.open", "/api/files.getUploadURLExternal"]


@pytest.mark.parametrize(("uploading", "code"), [(says(500, b"no"), "upload_refused"), (hangs_up, "no_answer")])
def test_a_file_whose_bytes_did_not_arrive_is_never_finished(chat, slack, uploading, code):
    there = slack.url.replace("/api/", "/upload/1")
    slack.will(ok(channel={"id": "D0CARO0001"}), ok(upload_url=there, file_id="F0FILE0001"), uploading)
    with pytest.raises(SlackTrouble) as refused:
        chat.send_file("U0CARO0001", "promises.csv", b"case", "Promises, today")
    assert (refused.value.code, slack.asked[-1].path) == (code, "/upload/1")


def test_a_direct_message_returns_the_real_channel(chat, slack):
    slack.will(ok(channel="D0BEN00001", ts="1.000100"))
    assert chat.post("U0BEN00001", Message(text="Hello")) == Posted("D0BEN00001", "1.000100")
    assert "metadata" not in slack.asked[0].body
    assert "blocks" not in slack.asked[0].body


def test_an_update_never_turns_names_into_mentions(chat, slack):
    slack.will(ok(channel="C0CARE0001", ts="1.000100"))
    assert chat.update("C0CARE0001", "1.000100", HELLO) == Posted("C0CARE0001", "1.000100")
    assert (slack.asked[0].body["parse"], slack.asked[0].body["link_names"]) == ("none", False)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("1.5", 1.5), ("", 30.0), ("soon", 30.0), ("-3", 1.0), ("0", 1.0), ("1000000000", 600.0),
     ("nan", 30.0), ("inf", 600.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 30.0)],
)  # fmt: skip
def test_to_be_told_to_wait_is_to_wait_whatever_the_header_holds(chat, slack, header, seconds):
    slack.will(no("ratelimited", 429, Retry_After=header))
    assert chat.post("C0CARE0001", HELLO) == Paced(seconds)


def test_to_be_told_to_wait_without_a_header_is_to_wait_as_usual(chat, slack):
    slack.will(no("ratelimited", 429), no("rate_limited"), says(429, b"<html>slow down</html>"))
    assert [chat.update("C0CARE0001", "1.0", HELLO) for _ in range(3)] == [Paced(30.0)] * 3
    assert wait_of(None) == 30.0


@pytest.mark.parametrize(
    "code", ["channel_not_found", "is_archived", "msg_too_long", "invalid_auth", "missing_scope"]
)
def test_a_refusal_is_slacks_own_word(chat, slack, code):
    slack.will(no(code))
    assert chat.post("C0CARE0001", HELLO) == NotPosted(code)


@pytest.mark.parametrize(
    "play",
    [
        hangs_up,
        breaks_off,
        says(200, b"<html>maintenance</html>", Content_Type="text/html"),
        says(200, b""),
        says(200, b"[]"),
        says(200, b'"ok"'),
        says(200, b"null"),
        says(200, b"\xff\xfe"),
        says(500, b"oops"),
        says(502, b"<html>bad gateway</html>"),
        no("service_unavailable", 503),
        no("internal_error"),
        no("fatal_error"),
        says(200, b'{"ok": false}'),
        ok(),
    ],
)
def test_no_answer_to_go_by_is_unsure_and_asked_once_only(chat, slack, play):
    slack.will(play)
    assert isinstance(chat.post("C0CARE0001", HELLO), Unsure)
    assert len(slack.asked) == 1


def test_silence_is_unsure(impatient, slack):
    slack.will(keeps_silent(slack))
    assert impatient.post("C0CARE0001", HELLO) == Unsure("TimeoutError")


def test_an_answer_without_an_end_is_unsure(impatient, slack):
    slack.will(drips(slack))
    assert impatient.post("C0CARE0001", HELLO) == Unsure("TimeoutError")


def test_an_answer_that_floods_us_is_unsure(chat, slack):
    slack.will(says(200, b" " * (slack_wire.LARGEST + 100_000)))
    assert isinstance(chat.post("C0CARE0001", HELLO), Unsure)


def test_a_closed_door_means_that_nothing_was_posted():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    nobody = SlackChat("xoxb-canary", now=lambda: NOW, base_url=f"http://127.0.0.1:{port}/api/")
    assert nobody.post("C0CARE0001", HELLO) == NotPosted("unreachable")


@pytest.mark.parametrize(
    "reason",
    [
        socket.gaierror(-2, "Name or service not known"),
        OSError(errno.ENETUNREACH, "no way"),
        SSLCertVerificationError(),
    ],
)
def test_what_fails_before_anything_left_means_that_nothing_was_posted(reason):
    def call() -> NoReturn:
        raise URLError(reason)

    assert try_slack(call) == NotPosted("unreachable")


@pytest.mark.parametrize(
    "reason", [TimeoutError(), ConnectionResetError(), BrokenPipeError(), OSError("tunnel failed")]
)
def test_what_fails_while_something_may_have_left_is_unsure(reason):
    def call() -> NoReturn:
        raise URLError(reason)

    assert try_slack(call) == Unsure(type(reason).__name__)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_token_follows_no_redirect(chat, slack, status):
    with Scripted() as elsewhere:
        slack.will(says(status, b"", Location=elsewhere.url))
        assert chat.post("C0CARE0001", HELLO) == Unsure(
            f"http_{status}"
        )  # it may be the answer of something in between
        assert elsewhere.asked == []


def test_a_page_that_is_not_there_is_a_refusal(chat, slack):
    slack.will(says(404, b"<html>not here</html>"))
    assert chat.post("C0CARE0001", HELLO) == NotPosted("http_404")


def carrying(telling: object, ts: str, user: str = HOME.bot_user, kind: str = "heard_telling") -> dict[str, object]:
    return {"ts": ts, "user": user, "metadata": {"event_type": kind, "event_payload": {"telling": telling}}}


def test_a_post_is_found_by_its_metadata_on_any_page(chat, slack):
    foreign = [
        {"ts": "1.0"}, {"ts": "2.0", "metadata": None}, carrying(8, "3.0"), carrying(7, "4.0", user="U0OTHERBOT"),
        carrying(7, "5.0", kind="another_app"),
    ]  # fmt: skip
    slack.will(
        ok(messages=foreign, response_metadata={"next_cursor": "next"}),
        ok(messages=[carrying(7, "10.0"), carrying(7, "9.5")]),
    )
    assert chat.find("C0CARE0001", 7, NOW) == Posted("C0CARE0001", "9.5")
    assert [one.path for one in slack.asked] == ["/api/conversations.history"] * 2
    first, second = (one.body for one in slack.asked)
    assert (first["include_all_metadata"], second["cursor"]) == ("1", "next")
    assert float(first["oldest"]) == (NOW - timedelta(seconds=60)).timestamp()


def test_all_marks_of_our_messages_in_a_channel_are_read(chat, slack):
    odd = carrying("seven", "6.0")
    slack.will(ok(messages=[carrying(8, "3.0"), {"ts": "1.0"}, carrying(9, "5.0", kind="another_app"), odd]))
    assert chat.marks("C0CARE0001", NOW) == [8]


def test_a_reply_is_looked_for_in_its_thread(chat, slack):
    slack.will(ok(messages=[carrying(7, "10.0")]))
    assert chat.find("C0CARE0001", 7, NOW, "9.0") == Posted("C0CARE0001", "10.0")
    assert (slack.asked[0].path, slack.asked[0].body["ts"]) == ("/api/conversations.replies", "9.0")


def test_a_direct_message_is_looked_for_where_it_really_went(chat, slack):
    slack.will(ok(channel={"id": "D0BEN00001"}), ok(messages=[carrying(7, "10.0")]))
    assert chat.find("U0BEN00001", 7, NOW) == Posted("D0BEN00001", "10.0")


def test_what_is_not_there_is_absent(chat, slack):
    slack.will(ok(messages=[]))
    assert chat.find("C0CARE0001", 7, NOW) is None


@pytest.mark.parametrize("play", [no("missing_scope"), no("ratelimited", 429), hangs_up, says(500, b"")])
def test_a_page_that_cannot_be_read_proves_no_absence(chat, slack, play):
    slack.will(play)
    with pytest.raises(ChatTrouble):
        chat.find("C0CARE0001", 7, NOW)


def test_what_stood_in_a_thread_that_is_gone_is_absent(chat, slack):
    slack.will(no("thread_not_found"))
    assert chat.find("C0CARE0001", 7, NOW, "9.0") is None


def test_more_messages_than_are_looked_through_prove_no_absence(chat, slack):
    slack.will(*[ok(messages=[], response_metadata={"next_cursor": "on"}) for _ in range(10)])
    with pytest.raises(TooMuchToRead):
        chat.find("C0CARE0001", 7, NOW)


def test_without_the_right_to_read_metadata_nothing_is_taken_for_absent(slack):
    blind = Identity(team="T0NORTHWND", bot_user="U1", bot_id="B1", scopes=frozenset({"chat:write"}))
    chat = SlackChat("xoxb-canary", now=lambda: NOW, base_url=slack.url, identity=blind)
    with pytest.raises(ChatTrouble, match="permission"):
        chat.find("C0CARE0001", 7, NOW)
    assert slack.asked == []


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 9},
        {"dnd_enabled": True},
        {"dnd_enabled": True, "next_dnd_start_ts": 9, "next_dnd_end_ts": 9},
        {"dnd_enabled": True, "next_dnd_start_ts": "9", "next_dnd_end_ts": 10},
        {"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 10**18},
        "gone",
    ],
)
def test_a_do_not_disturb_that_says_no_stretch_is_none(chat, slack, said):
    slack.will(ok(users={"U0ANA00001": said}))
    assert chat.do_not_disturb(["U0ANA00001", "U0BEN00001"]) == {}
    assert slack.asked[0].body["users"] == "U0ANA00001,U0BEN00001"


def test_a_do_not_disturb_that_slack_does_not_tell_is_trouble(chat, slack):
    slack.will(no("missing_scope"))
    with pytest.raises(ChatTrouble, match="permission"):
        chat.do_not_disturb(["U0ANA00001"])


def test_modals_are_opened_stacked_and_redrawn(chat, slack):
    slack.will(ok(view={"id": "V1"}), ok(view={"id": "V2"}), ok(view={"id": "V1"}))
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Reply"}, "blocks": []}
    assert (chat.open_view("1.2.a", view), chat.push_view("1.2.b", view)) == ("V1", "V2")
    chat.update_view("V1", view, hash_="156.abc")
    assert [one.path for one in slack.asked] == ["/api/views.open", "/api/views.push", "/api/views.update"]
    assert slack.asked[2].body["hash"] == "156.abc"


def test_a_window_that_slack_will_not_open_is_explained(chat, slack):
    slack.will(no("expired_trigger_id"))
    with pytest.raises(SlackTrouble, match="press the button again") as raised:
        chat.open_view("1.2.a", {"type": "modal", "blocks": []})
    assert raised.value.code == "expired_trigger_id"


def test_an_answer_goes_to_the_asker_alone(chat, slack):
    slack.will(says(200, b"ok"))
    there = slack.url.replace("/api/", "/response/1")
    chat.respond(there, HELLO)
    usual = {"replace_original": False, "unfurl_links": False, "unfurl_media": False}
    assert [one.body for one in slack.asked] == [
        {**usual, "response_type": "ephemeral", "text": "Hello", "blocks": [{"type": "divider"}]},
    ]
    assert all("Authorization" not in one.headers for one in slack.asked)


def test_an_answer_goes_into_the_thread_that_was_pressed_in(chat, slack):
    slack.will(says(200, b"ok"))
    chat.respond(slack.url.replace("/api/", "/response/1"), HELLO, thread_ts="1.2")
    assert [one.body["thread_ts"] for one in slack.asked] == ["1.2"]


def test_a_whisper_is_shown_to_one_person_in_a_thread(chat, slack):
    slack.will(ok(message_ts="1.3"))
    chat.whisper("C0CARE0001", "U0BEN00001", HELLO, thread_ts="1.2")
    [asked] = slack.asked
    assert asked.path == "/api/chat.postEphemeral"
    where = {name: asked.body[name] for name in ("channel", "user", "thread_ts", "text")}
    assert where == {"channel": "C0CARE0001", "user": "U0BEN00001", "thread_ts": "1.2", "text": "Hello"}


@pytest.mark.parametrize("play", [hangs_up, says(500, b""), no("user_not_in_channel")])
def test_a_whisper_that_is_lost_is_logged_and_stops_nobody(chat, slack, play, caplog):
    slack.will(play)
    chat.whisper("C0CARE0001", "U0BEN00001", HELLO)
    assert [one.message for one in caplog.records if one.name == "bot.gateways.slack"] == ["whisper_lost"]


@pytest.mark.parametrize("play", [hangs_up, says(500, b""), says(404, b"expired_url")])
def test_an_answer_that_is_lost_is_logged_and_stops_nobody(chat, slack, play, caplog):
    slack.will(play)
    chat.respond(slack.url, HELLO)
    assert next(record.message for record in caplog.records) in {"response_lost", "response_refused"}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x",
        "https://hooks.slack.com.evil.example/x",
        "file:///etc/passwd",
        "",
        "https://evil.example",
    ],
)
def test_an_answer_goes_nowhere_but_to_slack(chat, url, caplog):
    chat.respond(url, HELLO)
    assert [record.message for record in caplog.records] == ["response_url_refused"]


def user(**facts: object) -> dict[str, object]:
    usual = {"id": "U0BEN00001", "name": "ben", "team_id": HOME.team, "tz": "Europe/London", "deleted": False}
    return {**usual, "profile": {"display_name": "Ben", "real_name": "Ben Okafor"}, **facts}


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, PersonKind.MEMBER),
        ({"is_admin": True, "is_owner": True}, PersonKind.MEMBER),
        ({"is_restricted": True}, PersonKind.GUEST),
        ({"is_restricted": True, "is_ultra_restricted": True}, PersonKind.GUEST),
        ({"is_stranger": True}, PersonKind.STRANGER),
        ({"team_id": "T0ELSEWHRE"}, PersonKind.STRANGER),
        ({"team_id": "T0ELSEWHRE", "is_restricted": True}, PersonKind.STRANGER),
        ({"team_id": None}, PersonKind.STRANGER),
        ({"is_bot": True}, PersonKind.BOT),
        ({"is_workflow_bot": True}, PersonKind.BOT),
        ({"id": "USLACKBOT"}, PersonKind.BOT),
        ({"deleted": True, "is_restricted": True}, PersonKind.GONE),
    ],
)
def test_what_somebody_is_follows_from_what_slack_says(chat, slack, facts, kind):
    slack.will(ok(user=user(**facts)))
    found = chat.person("U0BEN00001")
    assert found is not None
    assert found.kind == kind


def test_a_person_is_read_with_name_and_zone(chat, slack):
    slack.will(ok(user=user()), ok(user=user(profile={}, tz=None)))
    facts = {"id": "U0BEN00001", "kind": PersonKind.MEMBER, "fetched_at": NOW}
    assert chat.person("U0BEN00001") == Teammate(name="Ben", zone="Europe/London", **facts)
    assert chat.person("U0BEN00001") == Teammate(name="ben", zone="", **facts)  # then the desk's own zone applies


def test_a_group_is_read_with_its_members(chat, slack):
    slack.will(ok(users=["U0BEN00001", "U0CARO0001"]))
    members = frozenset({"U0BEN00001", "U0CARO0001"})
    assert chat.group("S0APPROVE1") == Group(id="S0APPROVE1", members=members, fetched_at=NOW)


def test_whom_slack_does_not_know_we_do_not_know(chat, slack):
    slack.will(no("user_not_found"), no("no_such_subteam"), no("subteam_disabled"), no("channel_not_found"))
    assert [chat.person("U1"), chat.group("S1"), chat.group("S2"), chat.channel("C1")] == [None] * 4


def test_a_plan_without_groups_says_what_to_do(chat, slack):
    slack.will(no("plan_upgrade_required"))
    with pytest.raises(ChatTrouble, match="name people by id"):
        chat.group("S0APPROVE1")


def test_who_we_are_is_asked_once_and_remembered(slack):
    body = b'{"ok": true, "team_id": "T0NORTHWND", "user_id": "U0HEARDBOT", "bot_id": "B0HEARD001", "url": "https://n.slack.com/"}'
    slack.will(says(200, body, **{"X-OAuth-Scopes": "chat:write, users:read"}))
    chat = SlackChat("xoxb-canary", now=lambda: NOW, base_url=slack.url)
    found = chat.auth()
    assert chat.identity is found
    assert (found.team, found.bot_user, found.bot_id, found.url) == (
        "T0NORTHWND", "U0HEARDBOT", "B0HEARD001", "https://n.slack.com",
    )  # fmt: skip
    assert found.scopes == {"chat:write", "users:read"}
    assert found.date.endswith("GMT")


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "token_revoked", "not_authed", "token_expired"])
def test_that_slack_shuts_us_out_is_known_until_it_takes_a_call_again(slack, code):
    chat = SlackChat("xoxb-canary", now=lambda: NOW, base_url=slack.url)
    assert chat.shut_out == ""
    nobody = (says(500, b"<html>"), says(200, b"<html>"))
    slack.will(no(code), *nobody, no("channel_not_found"), no(code), ok(channel="C1", ts="1.0"))
    said = []
    for _ in range(6):
        chat.post("C1", HELLO)
        said.append(chat.shut_out)
    assert said == [code, code, code, "", code, ""]


def test_a_bad_token_for_the_connection_says_nothing_of_the_bots(slack):
    chat = SlackChat("xoxb-canary", now=lambda: NOW, base_url=slack.url)
    slack.will(no("invalid_auth"))
    with pytest.raises(ChatTrouble):
        chat.may_connect("xapp-canary")
    assert chat.shut_out == ""


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "token_revoked", "not_authed", "token_expired"])
def test_a_token_that_is_not_accepted_is_named(slack, code):
    slack.will(no(code))
    with pytest.raises(ChatTrouble, match="SLACK_BOT_TOKEN"):
        SlackChat("xoxb-canary", now=lambda: NOW, base_url=slack.url).auth()


def test_slack_being_away_is_said_kindly(slack):
    slack.will(hangs_up)
    with pytest.raises(ChatTrouble, match="try again in a minute"):
        SlackChat("xoxb-canary", now=lambda: NOW, base_url=slack.url).auth()


# --- who is in a channel -----------------------------------------------------------------------------------------


def a_page(*members: str, next_: str = "") -> object:
    return ok(members=list(members), response_metadata={"next_cursor": next_})


def test_everybody_in_a_channel_is_read_page_by_page(chat, slack):
    slack.will(a_page("U0ANA00001", "not an id", next_="more"), a_page("U0BEN00001"))
    found = chat.members("C0CARE0001")
    assert (found.id, found.members) == ("C0CARE0001", {"U0ANA00001", "U0BEN00001"})
    assert [one.path for one in slack.asked] == ["/api/conversations.members"] * 2


def test_a_channel_of_too_many_or_that_slack_does_not_show_names_nobody(chat, slack):
    slack.will(a_page(*(f"U0{n:08}" for n in range(201)), next_="more"), no("channel_not_found"))
    assert (chat.members("C0CARE0001"), chat.members("C0CARE0001")) == (None, None)
    assert len(slack.asked) == 2


# --- channels by name, and the home tab -----------------------------------------------------------------------


def test_a_channel_is_called_as_slack_said_when_it_was_last_looked_at(chat, slack):
    assert chat.channel_name("C0CARE0001") == ""
    for name in ("care", "complaints"):
        slack.will(ok(channel={"id": "C0CARE0001", "name": name, "is_shared": False}))
        chat.shared("C0CARE0001")
        assert chat.channel_name("C0CARE0001") == name
    slack.will(no("channel_not_found"))
    chat.shared("C0CARE0001")
    assert chat.channel_name("C0CARE0001") == "complaints"


def test_a_home_tab_is_published_whole_and_only_over_what_was_seen(chat, slack):
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    for mark in ("", "1.abc"):
        slack.will(ok(view={"id": "V0HOME0001"}))
        chat.publish_home("U0BEN", view, hash_=mark)
    first, again = (one.body for one in slack.asked)
    assert first == {"user_id": "U0BEN", "view": view}
    assert again == {"user_id": "U0BEN", "view": view, "hash": "1.abc"}


def test_a_home_tab_that_changed_meanwhile_is_told_apart_from_other_trouble(chat, slack):
    slack.will(no("hash_conflict"))
    with pytest.raises(Overtaken):
        chat.publish_home("U0BEN", {"type": "home", "blocks": []}, hash_="1.abc")
    slack.will(no("not_enabled"))
    with pytest.raises(ChatTrouble) as trouble:
        chat.publish_home("U0BEN", {"type": "home", "blocks": []})
    assert not isinstance(trouble.value, Overtaken)
