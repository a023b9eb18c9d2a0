"""Finds which kinds of messages about a case exist, so that a change does not look for the others."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from bot.domain.slack.telling import TellingKind
from storage.engine import rows
from storage.engine.base import Engine

# The case, a kind of message that it has, and whether one of them is in a digest.
_FOUND = """SELECT case_id, kind, count(digest_id) FROM tellings WHERE case_id {which} GROUP BY case_id, kind
UNION ALL SELECT p.case_id, 'digest', 1 FROM promises p JOIN nags n ON n.promise_id = p.id
WHERE p.case_id {which} AND n.digest_id IS NOT NULL GROUP BY p.case_id
UNION ALL SELECT case_id, 'handover', 0 FROM handover_cases WHERE case_id {which} GROUP BY case_id
UNION ALL SELECT case_id, 'light', 0 FROM light_mentions WHERE case_id {which} GROUP BY case_id
UNION ALL SELECT case_id, 'joint', 0 FROM joint_texts WHERE case_id {which} GROUP BY case_id
UNION ALL SELECT case_id, 'holding', 0 FROM holding_cases WHERE case_id {which} GROUP BY case_id"""
_ONE = _FOUND.format(which="= :case")
_SOME = _FOUND.format(which=f"IN ({rows.SOME})")
_BY_ITSELF = (
    *(TellingKind.MENTION, TellingKind.NEWS, TellingKind.CLAIM_CHECK, TellingKind.DRAFT, TellingKind.ASK),
    *(TellingKind.BACK, TellingKind.DIGEST, TellingKind.HANDOVER, TellingKind.LIGHT),
    *(TellingKind.JOINT, TellingKind.HOLDING),
)
# The messages that are drawn anew for each of these kinds. A kind that is not here may exist at any time.
_SHOWN_BY: Mapping[TellingKind, AbstractSet[TellingKind]] = {
    **{kind: frozenset({kind}) for kind in _BY_ITSELF},
    TellingKind.REMINDER: frozenset({TellingKind.REMINDER, TellingKind.DIRECT_REMINDER}),
    TellingKind.INQUIRY: frozenset({TellingKind.INQUIRY, TellingKind.INQUIRY_LATE}),
}

Missing = AbstractSet[TellingKind]


def missing_messages(engine: Engine, case_id: int) -> Missing:
    """Return the kinds of message that do not exist about a case; others may exist."""
    return _missing(engine.rows(_ONE, {"case": case_id}))


def missing_messages_of(engine: Engine, case_ids: Sequence[int]) -> Mapping[int, Missing]:
    """Return the same for each of some cases."""
    found: defaultdict[int, list[rows.Row]] = defaultdict(list)
    for some in rows.in_some(case_ids):
        for row in engine.rows(_SOME, some):
            found[int(row[0])].append(row)
    return {case_id: _missing(found[case_id]) for case_id in case_ids}


def _missing(found: Sequence[rows.Row]) -> Missing:
    there = {kind for _, kind, _ in found}
    if any(in_digest for _, _, in_digest in found):
        there.add(TellingKind.DIGEST)
    return {kind for kind, shown_by in _SHOWN_BY.items() if there.isdisjoint(shown_by)}
