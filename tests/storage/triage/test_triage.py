"""A mention's triage is stored with its reasons, one row per post."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.triage.triage import Correction, Kind, Reason, Triage, Unheard, Urgent
from storage import SqlStore
from tests import builders
from tests.builders import NOW, a_post

WHOLE = Triage(
    kind=Kind.QUESTION,
    urgent=Urgent.SAFETY,
    unheard=Unheard.NEVER_ANSWERED,
    topic="parcels",
    language="en",
    sure=False,
    corrected_by="U0ANA",
    kind_by=Reason(("where is",), "question"),
    urgent_by=Reason(("melted", "socket"), "safety"),
    unheard_by=Reason(("third time",), "never"),
    topic_by=Reason(("parcel",), "routes[1]"),
    language_by=Reason(rule="network"),
)


def test_what_a_post_is_taken_for_is_kept_whole(store: SqlStore) -> None:
    mention = builders.opened(store).latest
    store.put_triage(mention, WHOLE, NOW)
    assert store.triage(mention) == WHOLE


def test_of_a_post_from_before_nothing_is_told(store: SqlStore) -> None:
    case = builders.opened(store)
    assert store.triage(case.latest) is None
    assert store.triages(case.id) == {}


def test_what_it_is_taken_for_later_takes_the_place_of_what_it_was_taken_for(store: SqlStore) -> None:
    mention = builders.opened(store).latest
    store.put_triage(mention, WHOLE, NOW)
    store.put_triage(mention, Triage(kind=Kind.THANKS), NOW + timedelta(hours=1))
    assert store.triage(mention) == Triage(kind=Kind.THANKS)


def test_a_case_tells_what_its_posts_are_taken_for_in_their_order(store: SqlStore) -> None:
    case = builders.opened(store)
    later = store.add_mention(a_post("1002", posted_at=NOW + timedelta(minutes=5)), NOW, case.id)
    store.put_triage(later, Triage(kind=Kind.THANKS), NOW)
    store.put_triage(store.case(case.id).latest, WHOLE, NOW)
    assert [*store.triages(case.id).values()] == [WHOLE, Triage(kind=Kind.THANKS)]


def test_a_correction_is_kept_with_what_was_told_before_and_counted_by_its_rule(store: SqlStore) -> None:
    mention = builders.opened(store).latest
    other = store.add_mention(a_post("1002"), NOW)
    for one in (mention, other):
        store.put_triage(one, WHOLE, NOW)
        store.correct_triage(one, replace(WHOLE, kind=Kind.PRAISE, corrected_by="U0ANA"), "U0ANA", NOW)
    store.correct_triage(other, replace(WHOLE, kind=Kind.PRAISE, urgent=Urgent.NO), "U0BEN", NOW)
    assert store.triage(mention) == replace(WHOLE, kind=Kind.PRAISE, corrected_by="U0ANA")
    assert store.corrections() == [
        Correction(rule="question", before="question", now="praise", count=2),
        Correction(rule="safety", before="safety", now="", count=1),
    ]
