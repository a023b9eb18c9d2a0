"""Puts together what proves a statement: its words, who wrote and approved them, and where they were posted."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.domain.audit.public_digests import TrailLine
from bot.domain.base.refusals import NotUsable, Unknown
from bot.domain.replies.statement import StatementPost, statement_terms
from bot.ports.proofs import Proofs
from bot.services.audit.proof import HIGHEST, Document, digest_of, line_document, moment_text, told_document

STATEMENT_FORMAT = "heard-statement-1"
_OF_THE_DESK = 0  # the chain with the lines of all statements


def prove_statement(store: Proofs, number: int, now: datetime) -> Document:
    """Return the proof of a statement; raise Unknown without such a one, NotUsable when its trail was changed.

    The lines are those of the desk, since a digest follows only from all lines before it. They hold no words.
    """
    with store.snapshot():
        if not 1 <= number <= HIGHEST:
            raise Unknown(f"There is no statement {number} here.")
        statement, lines = store.statement(number), store.lines_of_case(_OF_THE_DESK)
        if not store.is_whole("desk"):
            raise NotUsable("The desk's own trail was changed, so it proves nothing. See docs/trail.md.")
        signed = _signed_terms(number, lines)
        words = statement_terms(statement) == signed  # else they were erased since
        named = {line.who for line in lines if _is_about(line, number)}
        return {
            "format": STATEMENT_FORMAT,
            "statement": number,
            "made_at": moment_text(now),
            "people": {one: name for one, name in sorted(store.names().items()) if one in named},
            "lines": [line_document(one) for one in lines],
            "digest": digest_of(lines).hex(),
            "told": [told_document(_OF_THE_DESK, day, chains) for day, chains in store.told_of(_OF_THE_DESK)],
            "takes_back": statement.takes_back,
            "corrects": statement.corrects,
            "posts": [_post(one, words=words) for one in statement.posts],
        }


def _is_about(line: TrailLine, number: int) -> bool:
    return "statement" in line.verb and json.loads(line.facts).get("statement") == number


def _signed_terms(number: int, lines: Sequence[TrailLine]) -> str:
    """Return the digest under which a statement was put up, as its first line has it."""
    first = next((one for one in lines if _is_about(one, number)), None)
    return str(json.loads(first.facts).get("terms", "")) if first else ""


def _post(one: StatementPost, *, words: bool) -> Document:
    return {
        "network": one.network,
        "account": one.account,
        "takes_back": one.takes_back,
        "corrects": one.corrects,
        "text": one.text if words else None,
        "replaces": one.replaces if words else None,
        "post": one.post_id,
        "url": one.url if one.post_id else "",
    }
