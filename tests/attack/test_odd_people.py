"""Odd data about one person affect only that person: all others are read and can work."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.team.people import Act, Group, PersonKind, Teammate
from bot.gateways.findings import Level
from bot.gateways.slack import SlackChat
from bot.gateways.slack_answers import SlackTrouble
from bot.ports import Desk, StrangeAnswer, Unsure
from bot.services.team import access
from handlers.doctor import findings
from handlers.watch import Watch
from tests.attack.odd import ODD, mutated, places
from tests.fakes import ANA, APPROVERS, BEN, CARO, DEE, FakeChat, everybody, teammate
from tests.gateways.scripted import Scripted, ok, says
from tests.services.journey import clock, slack

USER = {
    "id": "U0ANA",
    "team_id": "T0HOME",
    "name": "ana",
    "deleted": False,
    "real_name": "Ana Lindqvist",
    "tz": "Europe/Stockholm",
    "tz_offset": 3600,
    "profile": {"real_name": "Ana Lindqvist", "display_name": "Ana", "title": "Care", "team": "T0HOME"},
    "is_bot": False,
    "is_restricted": False,
    "updated": 1_700_000_000,
    "locale": "en-GB",
}
GROUP = {"ok": True, "users": ["U0BEN", "U0CARO"]}
NOT_TO_DISTURB = {
    "ok": True,
    "users": {
        "U0ANA": {"dnd_enabled": True, "next_dnd_start_ts": 1_700_000_000, "next_dnd_end_ts": 1_700_009_999},
        "U0BEN": {"dnd_enabled": True, "next_dnd_start_ts": 1_700_000_000, "next_dnd_end_ts": 1_700_009_999},
    },
}
CHANNEL = {"ok": True, "channel": {"id": "C0CARE", "name": "care", "is_member": True, "is_ext_shared": False}}
POSTED = {"ok": True, "channel": "C0CARE", "ts": "1700000000.000100", "message": {"text": "x"}}


@pytest.fixture
def talk():
    with Scripted() as script:
        yield script, SlackChat("xoxb-nothing", now=lambda: datetime.now(UTC), base_url=script.url)


def as_sent(answer: object) -> bytes:
    return json.dumps(answer).encode()


@pytest.mark.parametrize("place", places({"ok": True, "user": USER}), ids=str)
def test_a_person_with_any_odd_field_is_read_or_declined(talk, place) -> None:
    script, chat = talk
    for odd in ODD:
        script.will(says(200, as_sent(mutated({"ok": True, "user": USER}, place, odd))))
        try:
            found = chat.person("U0ANA")
        except SlackTrouble:
            continue
        if found is not None:
            assert storable(found.name)
            assert storable(found.zone)
            assert found.name


def storable(text: str) -> bool:
    return len(text) <= 200 and "\0" not in text and text.encode() is not None


@pytest.mark.parametrize("place", places(GROUP), ids=str)
def test_a_group_with_any_odd_field_gives_nobody_a_right_they_have_not(talk, place) -> None:
    script, chat = talk
    for odd in ODD:
        script.will(says(200, as_sent(mutated(GROUP, place, odd))))
        try:
            found = chat.group(APPROVERS)
        except SlackTrouble:
            continue
        assert found is None or found.members <= {"U0BEN", "U0CARO"}


@pytest.mark.parametrize("place", places(NOT_TO_DISTURB["users"]["U0ANA"]), ids=str)
def test_an_odd_stretch_of_one_person_leaves_the_others_theirs(talk, place) -> None:
    script, chat = talk
    for odd in ODD:
        whole = mutated(NOT_TO_DISTURB, ("users", "U0ANA", *place), odd)
        script.will(says(200, as_sent(whole)))
        assert "U0BEN" in chat.do_not_disturb(["U0ANA", "U0BEN"])


@pytest.mark.parametrize("answer", [CHANNEL, POSTED], ids=["channel", "posted"])
def test_no_odd_answer_about_a_room_or_a_message_raises_anything_but_trouble(talk, answer) -> None:
    script, chat = talk
    for place in places(answer):
        for odd in ODD:
            script.will(says(200, as_sent(mutated(answer, place, odd))))
            try:
                chat.shared("C0CARE") if answer is CHANNEL else chat.update("C0CARE", "1.1", message())
            except SlackTrouble:
                continue


def message():
    from bot.ports import Message

    return Message(text="x")


@pytest.mark.parametrize("ts", ["", "abc", "1e999", "nan", "-1.0", "9" * 30, 1.5, None, ["1.1"], "1.1\0"])
def test_a_message_without_a_number_that_is_one_is_read_back_and_not_believed(talk, ts) -> None:
    script, chat = talk
    script.will(ok(channel="C0CARE", ts=ts))
    assert chat.post("C0CARE", message()) == Unsure("no_ts")


def test_an_answer_that_is_deep_or_holds_a_number_without_end_is_read_all_the_same(talk) -> None:
    script, chat = talk
    deep = "[" * 100_000 + "]" * 100_000
    body = json.dumps({"ok": True, "user": {**USER, "x": "DEEP", "y": "LONG"}})
    script.will(says(200, body.replace('"DEEP"', deep).replace('"LONG"', "9" * 100_000).encode()))
    found = chat.person("U0ANA")
    assert found is not None
    assert found.name == "Ana"


# --- the directory ------------------------------------------------------------------------------------------


class OddSlack(FakeChat):
    """A Slack with odd data about Ana, of a given kind."""

    kind: str = ""

    def person(self, user: str) -> Teammate | None:
        if user == ANA and self.kind == "raises":
            raise KeyError("profile")
        if user == ANA and self.kind == "strange":
            raise StrangeAnswer("odd")
        found = super().person(user)
        if user == ANA and found and self.kind in {"\ud800", "a\0b"}:
            return replace(found, name=self.kind)
        if user == ANA and found and self.kind == "kind":
            return replace(found, kind="owner")  # type: ignore[arg-type] # not a valid value of the row
        return found

    def do_not_disturb(self, users):
        if self.kind == "dnd":
            raise TypeError("users")
        return super().do_not_disturb(users)


KINDS = ["raises", "strange", "\ud800", "a\0b", "kind", "dnd"]


@pytest.fixture
def odd(desk: Desk) -> Desk:
    chat = OddSlack(people=everybody(), groups={APPROVERS: Group(id=APPROVERS, members=frozenset({BEN, CARO}), fetched_at=clock(desk).now())})  # fmt: skip
    return replace(desk, chat=chat)


def at_work(desk: Desk) -> set[str]:
    return {one for one in (ANA, BEN, CARO, DEE) if _may(desk, one)}


def _may(desk: Desk, who: str) -> bool:
    try:
        access.allow(desk, Act.WORK, who, desk.clock.now())
    except Exception:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS, ids=repr)
def test_eighteen_minutes_later_everybody_else_may_still_work(odd: Desk, kind: str) -> None:
    slack(odd).kind = kind
    for _ in range(18):
        access.renew_directory(odd, clock(odd).move(minutes=1))
    assert at_work(odd) >= {BEN, CARO, DEE}
    access.allow(odd, Act.APPROVE, BEN, odd.clock.now())
    fresh = {one.id for one in odd.store.people() if odd.clock.now() - one.fetched_at < timedelta(minutes=2)}
    assert fresh >= {BEN, CARO, DEE}


def test_the_doctor_names_whom_slack_says_something_odd_of(odd: Desk) -> None:
    slack(odd).kind = "strange"
    access.renew_directory(odd, odd.clock.now())
    found = [one.what for one in findings(odd, Watch(odd, list, list)) if one.level == Level.BAD]
    assert found == [f"“directory” fails for {ANA}; all else goes on."]
    slack(odd).kind = ""
    access.renew_directory(odd, odd.clock.now())
    assert [one for one in findings(odd, Watch(odd, list, list)) if one.level == Level.BAD] == []


@pytest.mark.parametrize("kind", ["raises", "strange", "\ud800", "kind"], ids=repr)
def test_somebody_odd_whom_the_desk_meets_is_declined_in_words(odd: Desk, kind: str) -> None:
    slack(odd).kind = kind
    stranger = "U0NEW"
    slack(odd).people[stranger] = teammate(stranger, "New", PersonKind.MEMBER)
    access.meet(odd, stranger, odd.clock.now())
    access.allow(odd, Act.WORK, stranger, odd.clock.now())
