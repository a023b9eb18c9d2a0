"""The posts that are still shown, with when their network is asked whether they were deleted."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.base.tables import ENDED, GOING_ON
from bot.domain.cases.case import Case
from bot.domain.mentions.deletion_checks import EVERY, PostCheck
from storage.engine import rows
from storage.engine.base import Engine

AT_ONCE = 2_000  # posts that one look notes down

# What marketing quotes is shown, too, as long as it is quoted.
_SHOWN = """CASE WHEN c.id IS NULL THEN m.received_at >= :since
    ELSE c.ended_at IS NULL OR c.ended_at >= :since END
    OR EXISTS (SELECT 1 FROM thank_yous y WHERE y.mention_id = m.id AND y.state = 'approved')"""
_OPEN = "m.side = 'theirs' AND m.deleted_at IS NULL"
_NEXT = f"""SELECT m.id, m.network, m.account, m.received_at, CASE WHEN {_OPEN} AND ({_SHOWN}) THEN 1 ELSE 0 END
FROM mentions m LEFT JOIN cases c ON c.id = m.case_id WHERE m.id > :after ORDER BY m.id LIMIT {AT_ONCE}"""
_PUT = rows.insert("post_checks", "mention_id network account check_at", "ON CONFLICT (mention_id) DO NOTHING")
_OF_CASE = f"SELECT m.id, m.network, m.account FROM mentions m WHERE m.case_id = :case AND {_OPEN}"
_DUE = "SELECT 1 FROM post_checks WHERE network = :network AND account = :account AND check_at <= :now LIMIT 1"
_SOON = f"""SELECT x.mention_id, m.external_id, CASE WHEN {_OPEN} AND ({_SHOWN}) THEN 1 ELSE 0 END FROM post_checks x
JOIN mentions m ON m.id = x.mention_id LEFT JOIN cases c ON c.id = m.case_id
WHERE x.network = :network AND x.account = :account AND x.check_at <= :until ORDER BY x.check_at LIMIT :limit"""
_PUT_OFF = "UPDATE post_checks SET check_at = :at WHERE mention_id = :mention"
_DROP = "DELETE FROM post_checks WHERE mention_id = :mention"
_COUNT = "SELECT network, account, count(*) FROM post_checks GROUP BY network, account"
_NOTED = "posts_to_check"  # the setting with the newest post that was noted down, or left out
_CURSOR = "SELECT value FROM settings WHERE key = :key"
_MOVE = rows.insert("settings", "key value", "ON CONFLICT (key) DO UPDATE SET value = excluded.value")


def write(engine: Engine, before: Case, after: Case, at: datetime) -> None:
    """Ask again about the posts of a case that ended and goes on, on a desk that asks a network at all."""
    if before.state in ENDED and after.state in GOING_ON and engine.row(_CURSOR, {"key": _NOTED}):
        found = engine.rows(_OF_CASE, {"case": after.id})
        engine.run_all(_PUT, [_check(one, network, account, at) for one, network, account in found])


def _check(mention: int, network: str, account: str, at: datetime) -> dict[str, object]:
    return {"mention_id": mention, "network": network, "account": account, "check_at": rows.stored(at)}


class PostChecks:
    """Queries about the posts whose network is asked whether they were deleted."""

    engine: Engine

    def note_posts_to_check(self, networks: Collection[str], since: datetime) -> int:
        with self.engine.transaction():
            row = self.engine.row(_CURSOR, {"key": _NOTED})
            found = self.engine.rows(_NEXT, {"after": int(row[0]) if row else 0, "since": rows.stored(since)})
            new = [
                _check(number, network, account, rows.at(received) + EVERY)
                for number, network, account, received, shown in found
                if shown and network in networks
            ]
            self.engine.run_all(_PUT, new)
            if found:
                self.engine.run(_MOVE, {"key": _NOTED, "value": str(found[-1][0])})
        return len(found)

    def posts_to_check(
        self, network: str, account: str, now: datetime, *, along: timedelta, since: datetime, limit: int
    ) -> Sequence[PostCheck]:
        whose: dict[str, object] = {"network": network, "account": account}
        if self.engine.row(_DUE, whose | {"now": rows.stored(now)}) is None:
            return ()
        when: dict[str, object] = {"until": rows.stored(now + along), "since": rows.stored(since), "limit": limit}
        return [PostCheck(one, post, bool(shown)) for one, post, shown in self.engine.rows(_SOON, whose | when)]

    def put_off_checks(self, mention_ids: Sequence[int], until: datetime) -> None:
        with self.engine.transaction():
            self.engine.run_all(_PUT_OFF, [{"mention": one, "at": rows.stored(until)} for one in mention_ids])

    def drop_checks(self, mention_ids: Sequence[int]) -> None:
        with self.engine.transaction():
            self.engine.run_all(_DROP, [{"mention": one} for one in mention_ids])

    def count_checks(self) -> Mapping[tuple[str, str], int]:
        return {(network, account): many for network, account, many in self.engine.rows(_COUNT)}
