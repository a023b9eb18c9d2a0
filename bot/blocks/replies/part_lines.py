"""A reply in parts in sentences and quotations: what is public of it, and each part as it is posted."""

from collections.abc import Iterator

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Phrase
from bot.blocks.base.wording import network
from bot.domain.cases.view import CaseView
from bot.domain.replies.draft import Draft, DraftKind
from bot.domain.replies.parts import CutText
from bot.domain.replies.text_length import TextLength


def has_parts(draft: Draft) -> bool:
    """Return whether the words of a draft stand in several posts, now or in the end."""
    return draft.in_parts and draft.kind != DraftKind.TAKE_BACK


def public_so_far(draft: Draft) -> str:
    """Return what is public of a draft that goes out in parts: "Part 1 of 2 is public, the rest is not"; or ""."""
    done, all_ = len(draft.posts), draft.all_parts
    if not done or done == all_:
        return ""
    if draft.kind == DraftKind.TAKE_BACK:
        return f"{done} of {all_} parts {'is' if done == 1 else 'are'} taken back, the rest is still public"
    if done == 1:
        return f"Part 1 of {all_} is public, the rest is not"
    return f"Parts 1 to {done} of {all_} are public, the rest is not"


def also_public(draft: Draft) -> str:
    """Return the same as a sentence with a space before it; or ""."""
    said = public_so_far(draft)
    return f" {said}." if said else ""


def each_part(view: CaseView, draft: Draft) -> list[Block]:
    """Return every part of a draft as a quotation, in order, with its length or that it is public."""
    return [one for n, words, state in _parts(view, draft) for one in _part(view, draft, n, words, state)]


def cut_choice(view: CaseView, offer: CutText | None, *, chosen: bool) -> list[Block]:
    """Return the choice to send words in parts, and each part as it would be posted; empty for words that fit."""
    if offer is None:
        return []
    many, where = len(offer.parts), network(view)
    option = parts.option(f"Send it in {many} parts", "1")
    field: Block = {"type": "checkboxes", "action_id": ids.PARTS_CHOICE, "options": [option]}
    if chosen:
        field["initial_options"] = [option]
    label = f"{offer.whole.over} too many for one post on {where}"
    hint = "Each part answers the one before it. They are approved together, as they are cut here."
    shown = zip(range(1, many + 1), offer.parts, offer.lengths, strict=True)
    preview = [one for n, words, length in shown for one in _quoted(view, n, many, words, counted(length))]
    return [input_block(ids.PARTS_BLOCK, label, field, hint, optional=True), parts.rich(*preview)]


def each_part_aloud(view: CaseView, draft: Draft, limit: int) -> list[Phrase]:
    """Return the same for a fallback line, each part cut to `limit`."""
    return [[f'Part {n}, {state}: "{parts.shortened(words, limit)}"'] for n, words, state in _parts(view, draft)]


def _part(view: CaseView, draft: Draft, n: int, words: str, state: str) -> list[Block]:
    return _quoted(view, n, draft.all_parts, words, state)


def _quoted(view: CaseView, n: int, many: int, words: str, state: str) -> list[Block]:
    line: Phrase = [Bold(f"Part {n} of {many}"), f"  {state}"]
    return [parts.line(line, view.now), parts.quote(words, limits.WORDS)]


def _parts(view: CaseView, draft: Draft) -> Iterator[tuple[int, str, str]]:
    """Yield the number, the words and the state of each part."""
    of_version, before = draft.parts, len(draft.posts) - draft.done
    said = {one.ref.post_id: one.text for one in view.mentions}
    for n, post_id in enumerate(draft.posts, 1):
        at_version = n - 1 - before
        usual = of_version[at_version] if 0 <= at_version < len(of_version) else ""
        yield n, usual or said.get(post_id, ""), "is public"
    for n, words in enumerate(of_version[draft.done :], len(draft.posts) + 1):
        yield n, words, _room(view, n - 1 - before)


def _room(view: CaseView, index: int) -> str:
    lengths = view.part_lengths
    return counted(lengths[index]) if index < len(lengths) else "not public"


def counted(length: TextLength) -> str:
    """Return how much of the network's room a text takes: "212 of 280"."""
    return f"{length.count} of {length.limit} {length.unit}".strip()
