"""Reads the list of erasures from a database, and begins those again that an older copy does not know."""

import hmac
from collections.abc import Mapping

from bot.domain.erasure.erased_list import ErasedAgain, ErasedList, ErasedPerson
from bot.domain.erasure.erasure import mark_of
from storage.engine import rows
from storage.engine.base import Engine
from storage.erasure.erasures import ALSO_HELD, AUTHOR, HANDLE_ID, HELD_THEN, REMEMBER

_PEOPLE = "SELECT mark, network, asked_at FROM erasures ORDER BY id"
_POSTS = "SELECT mark FROM erased_posts"
_STATE = "SELECT count(*), coalesce(max(asked_at), 0), coalesce(max(ended_at), 0) FROM erasures"
_HELD = f"""SELECT network, author_id FROM cases UNION SELECT network, author_id FROM mentions WHERE side = 'theirs'
UNION SELECT network, CASE WHEN author_id = '' THEN {HANDLE_ID} ELSE author_id END
FROM quarantine WHERE ours = 0"""
_PUT = rows.insert(
    "erasures",
    f"network author_id mark asked_by asked_at ended_at {HELD_THEN}",
    f"""ON CONFLICT (mark) DO UPDATE SET author_id = excluded.author_id, asked_by = excluded.asked_by,
asked_at = excluded.asked_at, ended_at = excluded.ended_at, {ALSO_HELD}""",
)
# What is dated later may have come in since the copy was put in place; all else that it holds goes.
_HELD_AT = """SELECT (SELECT coalesce(max(id), 0) FROM mentions WHERE received_at <= :at),
(SELECT coalesce(max(id), 0) FROM cases WHERE opened_at <= :at),
(SELECT coalesce(max(id), 0) FROM quarantine WHERE kept_at <= :at)"""


class ErasedShelf:
    """The erasures as a list that is kept outside the database, too."""

    engine: Engine

    def erasures_state(self) -> str:
        return " ".join(map(str, self.engine.rows(_STATE)[0]))

    def erased_list(self) -> ErasedList:
        key = name_of(self.engine.key)
        people = {
            mark: ErasedPerson(network=network, at=rows.at(at), key=key)
            for mark, network, at in self.engine.rows(_PEOPLE)
        }
        return ErasedList(people, frozenset(mark for (mark,) in self.engine.rows(_POSTS)) if people else frozenset())

    def begin_erasures_again(self, listed: ErasedList, by: str) -> ErasedAgain:
        with self.engine.transaction():
            missing = self._not_known(listed)
            if not missing:
                return ErasedAgain()
            self.engine.run_all(REMEMBER, [{"mark": one} for one in sorted(listed.posts)])
            held = self._held()
            found = [_row(mark, one, held, by) for mark, one in missing.items()]
            self.engine.run_all(_PUT, [one | self._held_at(one["asked_at"]) for one in found])
        own = name_of(self.engine.key)
        return ErasedAgain(
            begun=sum(mark in held for mark in missing), unknown=sum(one.key != own for one in missing.values())
        )

    def _held_at(self, at: object) -> dict[str, object]:
        return dict(zip(HELD_THEN.split(), self.engine.rows(_HELD_AT, {"at": at})[0], strict=True))

    def _not_known(self, listed: ErasedList) -> Mapping[str, ErasedPerson]:
        known = {mark: rows.at(at) for mark, _, at in self.engine.rows(_PEOPLE)}
        return {mark: one for mark, one in listed.people.items() if mark not in known or known[mark] < one.at}

    def _held(self) -> Mapping[str, str]:
        """Return the id of everybody of whom something is held, by mark."""
        return {
            mark_of(self.engine.key, AUTHOR, network, author): author
            for network, author in self.engine.rows(_HELD)
            if author
        }


def _row(mark: str, one: ErasedPerson, held: Mapping[str, str], by: str) -> dict[str, object]:
    author, at = held.get(mark, ""), rows.stored(one.at)
    return {
        "network": one.network,
        "author_id": author,
        "mark": mark,
        "asked_by": by,
        "asked_at": at,
        "ended_at": None if author else at,
    }


def name_of(key: bytes) -> str:
    """Return a short name of a key, which reveals nothing about it."""
    return hmac.digest(key, b"name of the key", "sha256").hex()[:8]
