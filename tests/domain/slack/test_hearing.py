"""Every event has its row: who hears of it follows from the tables, and whoever has to act is told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.blocks.slack import news
from bot.domain.base.tables import GOING_ON, OURS, CaseState, CaseVerb, DraftState, DraftVerb, FactVerb
from bot.domain.cases.apply import apply
from bot.domain.cases.case import Case
from bot.domain.cases.events import AuthorWrote, Event
from bot.domain.reminders.recipients import next_to_act
from bot.domain.replies.draft import WhyStale
from bot.domain.replies.draft_events import ApproverAsked
from bot.domain.slack.hearing import HEARD, Who, directly
from bot.domain.slack.telling import TellingKind
from bot.domain.slack.wants import wants
from tests import builders
from tests.builders import ANA, BEN, CARO, DEE, do
from tests.walking import moment_of, possible

PEOPLE = (ANA, BEN, CARO, DEE, "desk", "author", "network")
SCENES = builders.CASES | builders.DRAFTS


def happened() -> Iterator[tuple[Case, Case, Event]]:
    """Yield every event that the tables allow, in every state, by everybody."""
    for scene in SCENES.values():
        before = scene()
        for by in PEOPLE:
            for event in possible(before, by, moment_of(before)):
                yield before, apply(before, event), event


def told(before: Case, after: Case, event: Event) -> dict[str, TellingKind]:
    return {person: kind for kind, person in directly(before, after, event)}


def test_every_event_has_a_row_and_only_events_have_one():
    assert set(HEARD) == {*CaseVerb, *DraftVerb, *FactVerb}


def test_every_event_that_can_be_news_has_its_sentence():
    assert {verb for verb, row in HEARD.items() if TellingKind.NEWS in {kind for _, kind in row.direct}} == news.TOLD


def test_every_event_in_every_state_redraws_the_card():
    for before, after, event in happened():
        assert [one for one in wants(before, after, event) if one.kind == TellingKind.CARD], event.verb


def test_nobody_is_told_by_direct_message_what_they_did_themselves():
    for before, after, event in happened():
        if event.verb != FactVerb.APPROVER_ASKED:  # a person who takes a decision over gets its buttons
            assert event.by not in told(before, after, event), event.verb


def test_each_person_gets_one_direct_message_about_an_event_at_most():
    for before, after, event in happened():
        people = [person for _, person in directly(before, after, event)]
        assert len(people) == len(set(people)), event.verb


def test_whoever_has_to_act_from_now_on_is_told_unless_they_did_it():
    seen = set()
    for before, after, event in happened():
        waits = after.state in OURS or (after.draft is not None and after.draft.live)
        now = next_to_act(after)
        if waits and now and now not in {next_to_act(before), event.by}:
            assert now in told(before, after, event), (event.verb, before.state, before.draft and before.draft.state)
            seen.add(event.verb)
    assert seen >= {CaseVerb.ASSIGN, DraftVerb.REQUEST_CHANGES, DraftVerb.REFUSED, DraftVerb.LOST}


def test_a_reply_that_needs_a_person_is_told_to_whoever_let_it_out():
    stuck = {DraftState.FAILED, DraftState.UNCONFIRMED, DraftState.BY_HAND}
    for before, after, event in happened():
        was, now = before.draft, after.draft
        if now and now.state in stuck and not now.again_at and was and was.state not in stuck | {DraftState.WRITING}:
            assert event.by == BEN or BEN in told(before, after, event), event.verb


def test_whoever_held_a_case_hears_that_it_was_taken_from_them():
    for before, after, event in happened():
        if before.state in GOING_ON and before.assignee not in {"", after.assignee, event.by}:
            assert before.assignee in told(before, after, event), (event.verb, before.state)


def test_whoever_wrote_hears_that_somebody_else_changed_the_words_or_took_them_off():
    changed = 0
    for before, after, event in happened():
        was, now = before.draft, after.draft
        if was and was.live and now and (now.text != was.text or now.state == DraftState.WITHDRAWN):
            ended = event.verb in {CaseVerb.SOLVE, CaseVerb.DISMISS, CaseVerb.CLOSE}  # the card says so
            missed = [one for one in was.authors if one != event.by and one not in told(before, after, event)]
            assert ended or not missed, (event.verb, was.state)
            changed += not ended
    assert changed > 20


def test_a_customer_who_writes_back_is_told_to_whoever_holds_the_case():
    for before, after, event in happened():
        if event.verb == CaseVerb.AUTHOR_WROTE and after.assignee not in {"", event.by}:
            assert after.assignee in told(before, after, event)


@pytest.mark.parametrize("verb", [DraftVerb.REFUSED])
def test_what_goes_out_again_by_itself_is_nobodys_news(verb: DraftVerb):
    before = builders.sending()
    facts = {"again": True, "until": before.opened_at + timedelta(hours=1), "why": "Slow down"}
    event = builders.EVENTS[verb](by="network", at=before.opened_at + timedelta(minutes=2), **facts)
    assert told(before, apply(before, event), event) == {}


def test_a_request_goes_to_a_new_approver_and_to_nobody_a_second_time():
    asked = builders.in_review()
    other = ApproverAsked(by="desk", at=moment_of(asked), to=CARO)
    assert told(asked, apply(asked, other), other) == {CARO: TellingKind.ASK}
    wrote = AuthorWrote(
        by="author", at=moment_of(asked), mention=2, posted_at=moment_of(asked), promise=builders.owed()
    )
    assert told(asked, apply(asked, wrote), wrote) == {ANA: TellingKind.NEWS}  # Ben's request is redrawn
    stale = do(None, builders.approved(), DraftVerb.STALE, by="desk", why=WhyStale.AGE)
    assert stale.draft is not None
    assert stale.draft.asked == BEN


def test_the_words_for_people_are_all_in_use():
    assert {who for row in HEARD.values() for who, _ in row.direct} == set(Who)
    assert CaseState.CLOSED  # the walks begin in every state but this one, which has no verbs
