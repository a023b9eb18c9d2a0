"""The origins of a draft's words: in a short line, and in the words themselves."""

from bot.blocks.base import limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.wording import teammate
from bot.domain.base.text import plain
from bot.domain.cases.view import CaseView
from bot.domain.replies.draft import Draft
from bot.domain.replies.origins import OriginKind, Passages, TextOrigin, cut_into_passages, fits, machines_in, shares

ITALICS = "in italics"


def origin_line(view: CaseView, draft: Draft) -> str:
    """Return how much of a draft comes from whom: "template 40 % (in italics), Ana 60 %"; "" for one writer's own."""
    counted = shares(draft.origins)
    if not fits(draft.text, draft.origins) or (len(counted) == 1 and not _is_borrowed(draft)):
        return ""
    mixed = _is_mixed(draft)
    said = []
    for origin, many in counted.items():
        slanted = f" ({ITALICS})" if mixed and origin.kind != OriginKind.PERSON else ""
        said.append(f"{_called(view, draft, origin)} {_percent(many, len(draft.text))} %{slanted}")
    return ", ".join(said)


def quoted_by_origin(draft: Draft) -> Block:
    """Return a draft's words as a quotation; beside a person's own words all others are in italics."""
    quoted = parts.quote(draft.text, limits.WORDS)
    if not _is_mixed(draft) or plain(draft.text, limits.WORDS) != draft.text:
        return quoted
    passages = cut_into_passages(draft.text, draft.origins)
    return {**quoted, "elements": [_element(origin, said) for origin, said in passages]}


def machines_line(text: str, passages: Passages) -> str:
    """Return how much of words that answer nobody is a machine's, and which; "" for none."""
    if not fits(text, passages) or not machines_in(passages):
        return ""
    many = sum(one.length for one in passages if one.origin.kind == OriginKind.MACHINE)
    named = parts.shortened(", ".join(machines_in(passages)), limits.NAME)
    slanted = f" ({ITALICS})" if many < len(text) and plain(text, len(text) + 1) == text else ""
    return f"With words of a machine: {named} {_percent(many, len(text))} %{slanted}"


def quoted_with_machines(text: str, passages: Passages, limit: int) -> Block:
    """Return words as a quotation, a machine's in italics beside a person's."""
    quoted = parts.quote(text, limit)
    if not machines_line(text, passages).endswith(f"({ITALICS})") or plain(text, limit) != text:
        return quoted
    return {**quoted, "elements": [_element(origin, said) for origin, said in cut_into_passages(text, passages)]}


def _element(origin: TextOrigin, words: str) -> Block:
    text: Block = {"type": "text", "text": words}
    return text if origin.kind == OriginKind.PERSON else {**text, "style": {"italic": True}}


def _is_borrowed(draft: Draft) -> bool:
    """Return whether some of the words are no person's own."""
    return any(one.origin.kind != OriginKind.PERSON for one in draft.origins)


def _is_mixed(draft: Draft) -> bool:
    """Return whether a person's own words stand beside others."""
    own = any(one.origin.kind == OriginKind.PERSON for one in draft.origins)
    return own and _is_borrowed(draft) and fits(draft.text, draft.origins)


def _percent(many: int, of: int) -> int:
    return min(max(round(100 * many / of), 1), 99) if many < of else 100


def _called(view: CaseView, draft: Draft, origin: TextOrigin) -> str:
    if origin.kind == OriginKind.PERSON:
        return teammate(view, origin.name)
    if origin.kind == OriginKind.TEMPLATE:
        return "template" if origin.name == draft.template else f'template "{origin.name}"'
    return "a past reply" if origin.kind == OriginKind.PAST_REPLY else f'machine "{origin.name}"'
