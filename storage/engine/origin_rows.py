"""Converts the origins of a version's words to their column, and back."""

import json

from bot.domain.replies.origins import OriginKind, Passage, Passages, TextOrigin

UNKNOWN = "[]"
_compact = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def read_origins(written: str | None) -> Passages:
    """Return where each passage of a version comes from; of earlier versions that is not known."""
    if written is None or written == UNKNOWN:
        return ()
    return tuple(Passage(TextOrigin(OriginKind(kind), name), length) for kind, name, length in json.loads(written))


def written_origins(passages: Passages) -> str:
    """Return where each passage of a version comes from, as it is stored."""
    return _compact([(one.origin.kind, one.origin.name, one.length) for one in passages])
