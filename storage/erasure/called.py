"""Finds whom a handle, a name or an id means, however it is typed."""

import re
from collections.abc import Sequence
from unicodedata import normalize

from bot.domain.erasure.erasure import ERASED_NAME, KnownAuthor
from storage.engine.base import Engine
from storage.erasure.erasures import HANDLE_ID

_WHERE = "(:network = '' OR network = :network)"
_BY = f"author_id <> '' AND {_WHERE}"
_KNOWN = f"""SELECT k.network, k.author_id, max(k.handle), max(k.name), count(DISTINCT k.case_id), count(*) FROM (
    SELECT network, author_id, author_handle AS handle, author_name AS name, case_id FROM mentions
    WHERE side = 'theirs' AND {_BY} AND (lower(author_handle) IN (lower(:handle), lower(:at_handle))
        OR author_id = :id
        OR (author_handle = '' AND lower(author_name) = lower(:id) AND author_name <> '{ERASED_NAME}'))
    UNION ALL SELECT network, author_id, handle, '' AS name, NULL AS case_id FROM quarantine
    WHERE ours = 0 AND (lower(handle) IN (lower(:handle), lower(:at_handle)) OR author_id = :id) AND {_BY}
    UNION ALL SELECT network, {HANDLE_ID} AS author_id, handle, '' AS name, NULL AS case_id FROM quarantine
    WHERE ours = 0 AND author_id = '' AND handle <> '' AND {HANDLE_ID} IN (lower(:at_handle), :id) AND {_WHERE}) k
GROUP BY k.network, k.author_id ORDER BY k.network, k.author_id"""
# Letters beyond ASCII have several forms, and SQLite changes the case of ASCII only: they are compared in Python.
_SPELLED = """SELECT author_handle FROM mentions WHERE side = 'theirs' AND lower(author_handle) LIKE :name ESCAPE '!'
UNION SELECT author_name FROM mentions
WHERE side = 'theirs' AND author_handle = '' AND lower(author_name) LIKE :name ESCAPE '!'
UNION SELECT handle FROM quarantine WHERE ours = 0 AND lower(handle) LIKE :name ESCAPE '!'"""
_OTHER_LETTERS = re.compile(r"[^\x00-\x7f]+")


def called(engine: Engine, handle: str, network: str) -> Sequence[KnownAuthor]:
    """Return the authors with this handle or id, on one network or ("") on all."""
    found = {
        (where, author): KnownAuthor(
            network=where, author_id=author, handle=called, name=name, cases=cases, posts=posts
        )
        for spelled in _spellings(engine, handle.strip())
        for where, author, called, name, cases, posts in engine.rows(_KNOWN, _named(spelled, network))
    }.values()
    with_id = {one.network for one in found if not one.author_id.startswith("@")}  # these include the others
    return [one for one in found if not one.author_id.startswith("@") or one.network not in with_id]


def _spellings(engine: Engine, handle: str) -> Sequence[str]:
    """Return the ways in which a handle or a name is stored, as it was typed the first."""
    if handle.isascii():
        return [handle]
    bare = _folded(handle)
    found = [one for (one,) in engine.rows(_SPELLED, {"name": like(normalize("NFC", handle.removeprefix("@")))})]
    return list(dict.fromkeys([handle, *(one for one in found if _folded(one) == bare)]))


def _named(handle: str, network: str) -> dict[str, object]:
    bare = handle.removeprefix("@")
    return {"handle": bare, "at_handle": f"@{bare}", "id": handle, "network": network}


def _folded(name: str) -> str:
    """Return a handle or a name in the form in which two are compared: case, and how a letter is put together."""
    return normalize("NFC", normalize("NFC", name.strip().removeprefix("@")).casefold())


def like(name: str) -> str:
    """Return the pattern for `LIKE ... ESCAPE '!'` of texts that may have a name."""
    escaped = re.sub(r"([!%_])", r"!\1", name)
    return f"%{_OTHER_LETTERS.sub('%', escaped).lower()}%"
