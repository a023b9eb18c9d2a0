"""Every message in Slack that an event makes untrue is redrawn, or was settled before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.base.tables import CaseVerb
from bot.domain.cases.events import Event
from bot.domain.reminders.reminder_events import ClaimChecked
from bot.domain.slack.telling import TellingKind
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Desk
from bot.services.cases import casework, inquiries
from bot.services.reminders.remind import remind
from bot.services.replies import passing_on, review
from bot.services.slack.publishing import Publisher
from tests.fakes import ANA, BEN, CARO, DEE, a_post
from tests.long import part
from tests.services.journey import (
    WORDS,
    a_case,
    approve,
    approved,
    by_hand,
    clock,
    delivered,
    draft_of,
    everybody_is_known,
    failed,
    in_review,
    receive,
    unconfirmed,
)
from tests.walking import possible

PEOPLE = (ANA, BEN, DEE, "desk", "author", "network")


class Undone(Exception):
    """Raised to roll back a trial."""


def publish(desk: Desk) -> None:
    publisher = Publisher(desk, Limiter(desk.clock.pace), draw)
    while (wait := publisher.one_round(publisher.desk.clock.now())) is not None:
        clock(desk).move(seconds=wait)


def asked_for_changes(desk: Desk) -> None:
    in_review(desk)
    publish(desk)
    now = clock(desk).now()
    review.request_changes(desk, draft_of(desk).id, "Please name the day", version=1, by=BEN, at=now)
    publish(desk)


def second_round(desk: Desk) -> None:
    asked_for_changes(desk)
    words = review.Words(text=WORDS.replace("17:00", "18:00"), replaces=1)
    review.submit(desk, 1, words, by=ANA, at=clock(desk).now())


def second_round_approved(desk: Desk) -> None:
    second_round(desk)
    publish(desk)
    approve(desk)


def passed_on(desk: Desk) -> None:
    in_review(desk)
    publish(desk)
    passing_on.pass_on(desk, draft_of(desk).id, by=draft_of(desk).asked, at=clock(desk).now())


def reminded(desk: Desk) -> None:
    in_review(desk)
    publish(desk)
    for minutes in (30, 16, 10):
        remind(desk, clock(desk).move(minutes=minutes))
        publish(desk)
    everybody_is_known(desk)


def handed_over(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=clock(desk).now())
    casework.assign(desk, 1, to=DEE, by=CARO, at=clock(desk).now())


def wrote_twice(desk: Desk) -> None:
    handed_over(desk)
    publish(desk)
    for number in ("101", "102"):
        receive(desk, a_post(number, "Hello?", root="100", at=clock(desk).now()))
        publish(desk)


def asked_whether(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=clock(desk).now())
    now = clock(desk).move(minutes=30)
    desk.store.record(desk.store.case(1), ClaimChecked(by="desk", at=now, to=ANA, since=now))


def changed_by_the_approver(desk: Desk) -> None:
    in_review(desk)
    draft = draft_of(desk)
    facts = {"version": 1, "seen": draft.seen, "by": BEN, "at": clock(desk).now()}
    review.edit_and_approve(desk, draft.id, f"{WORDS} Sorry again.", **facts)


def asked_another_team(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=clock(desk).now())
    inquiries.ask(desk, 1, team="Billing", text="Was it taken back?", by=ANA, at=clock(desk).now())
    publish(desk)
    inquiries.remind_teams(desk, clock(desk).move(minutes=121))
    publish(desk)
    everybody_is_known(desk)


SCENES: dict[str, Callable[[Desk], object]] = {
    one.__name__: one
    for one in (
        a_case, in_review, asked_for_changes, second_round, second_round_approved, passed_on, reminded, handed_over,
        wrote_twice, asked_whether, changed_by_the_approver, approved, failed, unconfirmed, by_hand, delivered,
        asked_another_team,
    )
}  # fmt: skip


def standing(desk: Desk) -> dict[int, tuple[TellingKind, object]]:
    """Return every posted message that does not wait for a redraw, as it would be drawn now."""
    waits = {one.id for one in desk.store.to_tell(clock(desk).now(), 1_000)}
    found = [desk.store.telling_of(*key) for key in desk.chat.messages]  # type: ignore[attr-defined]
    known = [one for one in found if one is not None and one.id not in waits]
    return {one.id: (one.kind, drawn[0] if (drawn := draw(desk, one, desk.clock.now())) else None) for one in known}


@pytest.mark.parametrize("scene", part(SCENES, 8))
def test_every_event_redraws_what_it_makes_untrue(desk: Desk, scene: str) -> None:
    SCENES[scene](desk)
    publish(desk)
    everybody_is_known(desk)
    case, now = desk.store.case(1), clock(desk).now()
    before, untrue = standing(desk), []
    for by in PEOPLE:
        for event in possible(case, by, now):
            known = replace(event, mention=case.latest) if event.verb == CaseVerb.AUTHOR_WROTE else event
            after = tried(desk, known)
            untrue += [(event.verb, by, before[one][0]) for one in after if after[one] != before[one]]
    assert untrue == []


class BlindClock:
    """A clock that has pace time, but raises when it is asked for the time."""

    def __init__(self, desk: Desk) -> None:
        self.pace = desk.clock.pace

    def now(self) -> datetime:
        raise AssertionError("a drawing reads the clock")


@pytest.mark.parametrize("scene", list(SCENES))
def test_whatever_is_drawn_is_drawn_as_of_the_moment_handed_in(desk: Desk, scene: str) -> None:
    SCENES[scene](desk)
    publish(desk)
    now, blind = clock(desk).now(), replace(desk, clock=BlindClock(desk))  # type: ignore[arg-type]
    found = [desk.store.telling_of(*key) for key in desk.chat.messages]  # type: ignore[attr-defined]
    assert [draw(blind, one, now) for one in found if one] == [draw(desk, one, now) for one in found if one]


def tried(desk: Desk, event: Event) -> dict[int, tuple[TellingKind, object]]:
    """Return the posted messages without a waiting redraw after an event, which is then rolled back."""
    found: dict[int, tuple[TellingKind, object]] = {}
    try:
        with desk.store.transaction():
            desk.store.record(desk.store.case(1), event)
            found = standing(desk)
            raise Undone
    except Undone:
        return found
