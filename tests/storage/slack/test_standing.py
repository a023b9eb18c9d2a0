"""When a case changes, only the messages that it has are looked for, and none of them is left out."""

import pytest

from bot.domain.base.tables import FactVerb
from bot.domain.light_lane.light_mention import LightVerb
from bot.domain.slack.telling import TellingKind
from bot.domain.triage.triage import Kind
from storage.engine import rows
from storage.slack.standing import missing_messages, missing_messages_of
from tests import builders
from tests.builders import ANA, CHANNEL, NOW, do
from tests.storage.scenes import another

_ADD = rows.insert(
    "tellings", "case_id kind about recipient channel room ts wanted shown urgency behind due_at since tries"
)
ALL = {
    *(TellingKind.MENTION, TellingKind.NEWS, TellingKind.REMINDER, TellingKind.CLAIM_CHECK, TellingKind.INQUIRY),
    *(TellingKind.DRAFT, TellingKind.ASK, TellingKind.BACK),
    *(TellingKind.DIGEST, TellingKind.HANDOVER, TellingKind.LIGHT, TellingKind.JOINT, TellingKind.HOLDING),
}
LOOKED_FOR = [
    (TellingKind.MENTION, TellingKind.MENTION),
    (TellingKind.NEWS, TellingKind.NEWS),
    (TellingKind.REMINDER, TellingKind.REMINDER),
    (TellingKind.DIRECT_REMINDER, TellingKind.REMINDER),
    (TellingKind.CLAIM_CHECK, TellingKind.CLAIM_CHECK),
    (TellingKind.INQUIRY, TellingKind.INQUIRY),
    (TellingKind.INQUIRY_LATE, TellingKind.INQUIRY),
    (TellingKind.DRAFT, TellingKind.DRAFT),
    (TellingKind.ASK, TellingKind.ASK),
    (TellingKind.BACK, TellingKind.BACK),
]


def add(store, case, kind):
    """Write a message of this kind about a case."""
    row = {"case_id": case.id, "kind": kind.value, "about": 7, "recipient": ANA, "channel": "", "room": ANA}
    row |= {"ts": "1.1", "wanted": 1, "shown": 1, "urgency": 5, "behind": None, "due_at": 0, "since": 0, "tries": 0}
    store.engine.run(_ADD, row)


def missing(store, case):
    """Return what a case lacks, asked for it alone and beside another one."""
    alone = missing_messages(store.engine, case.id)
    assert missing_messages_of(store.engine, [case.id, 10**6]) == {case.id: alone, 10**6: ALL}
    return alone


def test_a_case_with_its_card_alone_has_nothing_else_to_draw_anew(store):
    assert missing(store, builders.opened(store)) == ALL


@pytest.mark.parametrize(("kind", "found_by"), LOOKED_FOR)
def test_a_message_that_exists_is_looked_for(store, kind, found_by):
    case = builders.opened(store)
    add(store, case, kind)
    assert missing(store, case) == ALL - {found_by}


@pytest.mark.parametrize("kind", [TellingKind.ANSWER, TellingKind.STORM, TellingKind.NOTICE])
def test_no_other_message_is_taken_for_one_of_these(store, kind):
    case = builders.opened(store)
    add(store, case, kind)
    assert missing(store, case) == ALL


def test_a_reminder_in_a_digest_is_looked_for_there(store):
    case = builders.opened(store)
    row = store.gather(ANA, NOW)
    do(store, case, FactVerb.REMINDED, by="desk", to=ANA, promise=case.promise, level=50, told=False, gathered=row)
    assert TellingKind.DIGEST not in missing(store, case)


def test_a_message_in_a_digest_is_looked_for_there(store):
    case = builders.in_review(store)
    asked = next(one for one in store.to_tell(NOW) if one.kind == TellingKind.ASK)
    store.notice("n", "", "Something.", NOW, people=[asked.recipient])
    store.put_together(asked, NOW)
    assert TellingKind.DIGEST not in missing(store, case)


def test_a_case_that_somebody_left_over_is_looked_for_in_the_handover(store):
    case = builders.claimed(store)
    store.write_handover(NOW, [(case.id, ANA)], CHANNEL, NOW)
    assert missing(store, case) == ALL - {TellingKind.HANDOVER}


def test_a_case_from_the_light_lane_is_looked_for_there(store):
    case = builders.opened(store)
    row = store.add_mention(another("9"), NOW)
    store.gather_light(row, Kind.THANKS, CHANNEL, NOW, NOW)
    store.decide_light(row, LightVerb.OPEN, by=ANA, at=NOW, case_id=case.id)
    assert missing(store, case) == ALL - {TellingKind.LIGHT}
