"""The Slack gateway against the make-believe workspace, which knows Slack's methods, arguments and limits."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.team.people import PersonKind
from bot.gateways.manifest import SCOPES
from bot.gateways.slack import SlackChat
from bot.ports import ChatTrouble, Message, NotPosted, Paced, Posted
from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.serve import ServedWorkspace
from bot.rehearsal.workspace.workspace import Workspace

LONG_AGO = datetime.now(UTC) - timedelta(hours=1)
HELLO = Message(text="Hello <@U0BEN00001>", blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}])


@pytest.fixture(scope="module")
def served():
    with ServedWorkspace(Workspace(scopes=SCOPES, limits=False)) as slack:
        yield slack


@pytest.fixture(scope="module")
def chat(served):
    chat = SlackChat(cast.BOT_TOKEN, now=lambda: datetime.now(UTC), base_url=served.api_url)
    chat.auth()
    return chat


def test_the_scopes_of_the_manifest_are_the_scopes_slack_tells_us(chat):
    assert chat.identity.scopes == frozenset(SCOPES)
    assert (chat.identity.team, chat.identity.bot_user) == (cast.TEAM, cast.BOT_USER)


def test_what_is_posted_can_be_changed_and_found_again(chat):
    posted = chat.post(cast.CARE, HELLO, telling=41)
    assert isinstance(posted, Posted)
    assert chat.update(cast.CARE, posted.ts, Message(text="Changed")) == posted
    assert chat.find(cast.CARE, 41, LONG_AGO) == posted
    assert chat.find(cast.CARE, 42, LONG_AGO) is None


def test_a_reply_is_found_in_its_thread_and_not_in_the_room(chat):
    head = chat.post(cast.CARE, HELLO, telling=51)
    reply = chat.post(cast.CARE, HELLO, thread_ts=head.ts, telling=52)
    assert chat.find(cast.CARE, 52, LONG_AGO, head.ts) == reply
    assert chat.find(cast.CARE, 52, LONG_AGO) is None


def test_what_somebody_deleted_is_neither_changed_nor_answered(chat, served):
    head = chat.post(cast.CARE, HELLO, telling=55)
    with served.workspace.team.lock:
        served.workspace.team.remove(served.workspace.team.channels[cast.CARE].messages[head.ts])
    assert chat.update(cast.CARE, head.ts, HELLO) == NotPosted("message_not_found")
    assert chat.post(cast.CARE, HELLO, thread_ts=head.ts, telling=56) == NotPosted("thread_not_found")
    assert chat.find(cast.CARE, 55, LONG_AGO) is None


def test_a_private_channel_can_be_read_back_too(chat):
    posted = chat.post(cast.LEADS, HELLO, telling=61)
    assert chat.find(cast.LEADS, 61, LONG_AGO) == posted


def test_a_direct_message_can_be_read_back_by_the_persons_id(chat):
    posted = chat.post(cast.BEN, HELLO, telling=71)
    assert posted.channel.startswith("D")
    assert chat.find(cast.BEN, 71, LONG_AGO) == posted


def test_where_we_are_not_we_cannot_post(chat):
    assert chat.post(cast.RANDOM, HELLO) == NotPosted("not_in_channel")


@pytest.mark.parametrize(
    ("user", "kind"),
    [(cast.ANA, PersonKind.MEMBER), (cast.GUS, PersonKind.GUEST), (cast.STAN, PersonKind.STRANGER),
     (cast.BOT_USER, PersonKind.BOT), ("USLACKBOT", PersonKind.BOT)],
)  # fmt: skip
def test_everybody_in_the_workspace_is_known_for_what_they_are(chat, user, kind):
    assert chat.person(user).kind == kind


def test_groups_are_read_and_strangers_to_slack_are_nobody(chat):
    assert chat.group(cast.APPROVERS).members == {cast.BEN, cast.CARO}
    assert (chat.group("S0NOBODY00"), chat.person("U0NOBODY00")) == (None, None)


def test_a_file_reaches_one_person_whole(chat, served):
    chat.send_file(cast.CARO, "promises.csv", "name\r\nZoë".encode(), "Promises, today")
    team = served.workspace.team
    [kept] = [one for one in team.uploads.values() if one["name"] == "promises.csv"]
    assert (kept["content"], kept["size"]) == ("name\r\nZoë".encode(), len("name\r\nZoë".encode()))
    rooms = {message.channel: message.text for message in files_in(team)}
    assert list(rooms.values()) == ["Promises, today"]
    assert [team.channels[room].members for room in rooms] == [{cast.CARO, cast.BOT_USER}]


def test_a_file_that_may_not_be_given_is_a_sentence_and_arrives_nowhere():
    with ServedWorkspace(Workspace(scopes=set(SCOPES) - {"files:write"}, limits=False)) as slack:
        chat = SlackChat(cast.BOT_TOKEN, now=lambda: datetime.now(UTC), base_url=slack.api_url)
        with pytest.raises(ChatTrouble, match="lacks a permission"):
            chat.send_file(cast.CARO, "promises.csv", b"x", "Promises, today")
        assert slack.workspace.team.uploads == {}


def files_in(team):
    return [one for room in team.channels.values() for one in room.messages.values() if one.files]


def test_do_not_disturb_is_read_for_those_who_have_it(chat, served):
    served.workspace.arrange.person(cast.ANA, dnd=True)
    begins, ends = chat.do_not_disturb([cast.ANA, cast.BEN])[cast.ANA]
    assert begins < datetime.now(UTC) < ends
    assert set(chat.do_not_disturb([cast.ANA, cast.BEN])) == {cast.ANA}
    served.workspace.arrange.person(cast.ANA, dnd=False)
    assert chat.do_not_disturb([cast.ANA]) == {}


def test_a_channel_tells_whether_we_are_in_it(chat):
    assert chat.channel(cast.CARE)["is_member"] is True
    assert chat.channel(cast.RANDOM)["is_member"] is False
    assert chat.channel("C0NOWHERE0") is None


def test_a_channel_tells_whether_another_company_sees_it(chat, served):
    assert [chat.shared(room) for room in (cast.CARE, "C0NOWHERE0")] == [False, None]
    served.workspace.arrange.channel(cast.CARE, is_ext_shared=True)
    assert chat.shared(cast.CARE) is True
    served.workspace.arrange.channel(cast.CARE, is_ext_shared=False)


def test_slacks_own_limit_comes_back_as_a_wait():
    with ServedWorkspace(Workspace(scopes=SCOPES)) as slack:
        chat = SlackChat(cast.BOT_TOKEN, now=lambda: datetime.now(UTC), base_url=slack.api_url)
        outcomes = [chat.post(cast.CARE, HELLO) for _ in range(20)]
    assert isinstance(outcomes[0], Posted)
    assert any(isinstance(one, Paced) for one in outcomes)
