"""Events: each verb of the tables is one class, and each class has a row in the code that applies it."""

from dataclasses import fields
from hashlib import sha256

import pytest

from bot.domain.base.tables import MAKES_STALE, CaseVerb, DraftVerb, FactVerb
from bot.domain.cases import apply, apply_to_draft
from bot.domain.cases.events import CaseEvent, DraftEvent, FactEvent
from bot.domain.replies.draft import WhyStale
from bot.domain.replies.seen_mark import shown_mark
from tests import builders, walking
from tests.builders import ANA, EVENT_CLASSES, NOW, do

FAMILIES = {CaseEvent: CaseVerb, DraftEvent: DraftVerb, FactEvent: FactVerb}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_verb_of_a_table_is_one_class_of_its_family(family):
    verbs = [one.verb for one in EVENT_CLASSES if issubclass(one, family)]
    assert sorted(verbs) == sorted(FAMILIES[family])


def test_every_class_has_its_row_in_what_applies_it_and_no_row_is_left_over():
    rows = [*apply._CASE_FACTS, *apply._FACTS, *apply_to_draft._DRAFT_FACTS]
    assert sorted(map(repr, rows)) == sorted(map(repr, EVENT_CLASSES))


@pytest.mark.parametrize("kind", EVENT_CLASSES, ids=lambda one: one.__name__)
def test_an_event_has_the_facts_of_its_verb_alone_and_never_changes(kind):
    event = walking.event_for(builders.claimed(), kind.verb, ANA, NOW)
    assert type(event) is kind
    assert not hasattr(event, "__dict__")
    for name in [one.name for one in fields(event)]:
        with pytest.raises(AttributeError):
            setattr(event, name, None)


@pytest.mark.parametrize("kind", EVENT_CLASSES, ids=lambda one: one.__name__)
def test_a_naive_moment_gets_into_no_event(kind):
    with pytest.raises(ValueError, match="needs a time zone"):
        walking.event_for(builders.claimed(), kind.verb, ANA, NOW.replace(tzinfo=None))


def test_whatever_makes_a_draft_stale_is_a_reason_of_its_own():
    assert {str(verb) for verb in MAKES_STALE} <= set(WhyStale)


@pytest.mark.parametrize("why", [one for one in WhyStale if one])
def test_what_people_were_shown_is_marked_with_the_plain_words_of_the_reason(why):
    # Buttons in old Slack messages contain this mark, so it must be the same after an update of the desk.
    case = do(None, builders.approved(), DraftVerb.STALE, by="desk", why=why)
    assert shown_mark(case, []) == sha256(repr(([], "", why.value)).encode()).hexdigest()[:16]
