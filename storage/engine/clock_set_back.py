"""Repairs moments that were stored while the clock was ahead, so that nothing waits for them."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.moments import AHEAD
from bot.domain.mentions.deletion_checks import EVERY
from storage.engine import rows
from storage.engine.base import Engine

_LONG_AGO = 86_400 * 1_000_000  # a list of that time keeps no newer one waiting
_MOMENTS = ("assigned_at", "answered_at", "first_response_at", "deleted_at", "ended_at")
_CASES = f"""SELECT id FROM cases WHERE state <> 'closed'
AND ({" OR ".join(f"{name} > :soon" for name in _MOMENTS)}) ORDER BY id"""
# Each of these moments delays something until it has passed.
_LEFT = (
    "UPDATE checks SET since = :now - id WHERE since > :soon",  # unique by case and moment: two must not become equal
    "UPDATE checks SET asked_at = :now WHERE asked_at > :soon",
    "UPDATE checks SET answered_at = :now WHERE answered_at > :soon",
    "UPDATE nags SET taken_at = :now WHERE taken_at > :soon",
    "UPDATE nags SET quiet_until = :now WHERE quiet_until IS NOT NULL AND noted_at > :soon",
    "UPDATE digests SET noted_at = :now WHERE noted_at > :soon",
    f"UPDATE digests SET told_at = :now - {_LONG_AGO} WHERE told_at > :soon",
    "UPDATE shift_changes SET until = until - (since - :now), since = :now WHERE since > :soon",
    "UPDATE mentions SET received_at = :now WHERE received_at > :soon",
    "UPDATE light_digests SET hour = :now - id WHERE hour > :soon",  # two of a channel must not become equal
    "UPDATE thank_yous SET offered_at = :now WHERE offered_at > :soon",
    "UPDATE thank_yous SET decided_at = :now WHERE decided_at > :soon",
    "UPDATE light_mentions SET since = :now WHERE since > :soon",
    "UPDATE account_holds SET until_at = until_at - (held_at - :now), held_at = :now WHERE held_at > :soon",
    "UPDATE cursors SET moved_at = :now WHERE moved_at > :soon",
    """UPDATE asides SET until_at = until_at - (asked_at - :now), decided_at = decided_at - (asked_at - :now),
asked_at = :now WHERE asked_at > :soon""",
    "UPDATE storms SET asked_at = :now WHERE asked_at > :soon",
    "UPDATE tellings SET due_at = :now, since = :now WHERE since > :soon",
    "UPDATE addressed SET at = :now WHERE at > :soon",
    "UPDATE post_checks SET check_at = :again WHERE check_at > :again",
    "UPDATE hidings SET look_at = :now WHERE look_at > :soon",
    """UPDATE inquiries SET due_at = due_at - (asked_at - :now), asked_at = :now
WHERE asked_at > :soon AND ended_at IS NULL""",
    "UPDATE requests SET signed_at = :now WHERE signed_at > :soon",
)


class Rewound:
    """Finds and repairs moments ahead of a clock that was set back. Scans whole tables, so it runs only then."""

    engine: Engine

    def cases_ahead(self, now: datetime) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_CASES, {"soon": rows.stored(now + AHEAD)})]

    def leave_no_moment_ahead(self, now: datetime) -> None:
        ends = {"now": now, "soon": now + AHEAD, "again": now + EVERY}
        with self.engine.transaction():
            for sql in _LEFT:
                self.engine.run(sql, {name: rows.stored(at) for name, at in ends.items()})
            self.engine.announce()
