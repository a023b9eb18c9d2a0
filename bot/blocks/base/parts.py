"""The Block Kit blocks and elements of our messages."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.blocks.base import limits
from bot.blocks.base.phrases import Phrase, elements, mrkdwn, safe_url
from bot.domain.base.text import clean, flattened, plain

Block = dict[str, object]
SILENT = "(no words)"  # Slack refuses an empty text
_EVERYBODY = re.compile("<(!(?:channel|here|everyone))")


def plain_text(words: str, limit: int) -> Block:
    """Return a text that Slack does not parse, not even emoji names."""
    return {"type": "plain_text", "text": shown(words, limit), "emoji": False}


def shown(words: str, limit: int) -> str:
    """Return the visible part of `words`, never empty."""
    seen = plain(words, limit)
    return seen if seen.strip() else SILENT


def shortened(words: str, limit: int) -> str:
    """Return one visible line of up to `limit` code points, with an ellipsis when cut (for labels and names)."""
    line = " ".join(plain(words[: limit * 20], limit * 20).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def header(words: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": plain_text(shortened(words, limits.HEADER), limits.HEADER)}


def section(text: str) -> Block:
    """Return a paragraph of our own mrkdwn; Slack does not turn names, channels and addresses in it into links."""
    return {"type": "section", "text": _mrkdwn(text, limits.SECTION)}


def fields(texts: Sequence[str]) -> Block:
    """Return short paragraphs of our own mrkdwn in two columns."""
    return {"type": "section", "fields": [_mrkdwn(one, limits.FIELD) for one in texts[: limits.FIELDS]]}


def context(phrase: Phrase, now: datetime) -> Block:
    """Return a line of our own words in small print."""
    return {"type": "context", "elements": [_mrkdwn(mrkdwn(phrase, now), limits.SECTION)]}


def small(words: str) -> Block:
    """Return a line in small print that may contain other people's words."""
    return {"type": "context", "elements": [plain_text(words, limits.REMARKS)]}


def labelled(label: str, words: str) -> Block:
    """Return a line in small print that may contain other people's words, after our label in bold (or "")."""
    bold = [_mrkdwn(f"*{label}*", limits.SECTION)] if label else []
    return {"type": "context", "elements": [*bold, plain_text(words, limits.REMARKS)]}


def rich(*parts: Block) -> Block:
    """Return a block of rich text; other people's words are always in such a block."""
    return {"type": "rich_text", "elements": list(parts)}


def line(phrase: Phrase, now: datetime) -> Block:
    """Return a paragraph of rich text."""
    return {"type": "rich_text_section", "elements": elements(phrase, now)}


def lines(phrases: Sequence[Phrase], now: datetime) -> list[Block]:
    """Return one paragraph of rich text per phrase, with line breaks between them: else Slack joins them."""
    last = len(phrases) - 1
    return [line([*one, *([] if at == last else ["\n"])], now) for at, one in enumerate(phrases)]


def quote(words: str, limit: int = limits.COMPLAINT) -> Block:
    """Return somebody's words as a quotation."""
    return {"type": "rich_text_quote", "elements": [{"type": "text", "text": shown(words, limit)}]}


def post(words: str, limit: int = limits.COMPLAINT) -> Block:
    """Return a network post as a quotation with few empty lines; our own words are not changed."""
    return quote(flattened(words), limit)


def box(words: str) -> Block:
    """Return words in a box for copying."""
    return {
        "type": "rich_text_preformatted",
        "elements": [{"type": "text", "text": shown(words, limits.WORDS)}],
    }


def button(
    words: str, action_id: str, value: str, label: str, *, style: str = "", confirm: Block | None = None
) -> Block:
    """Return a button; `label` is for screen readers: which case, and whose."""
    made: Block = {
        "type": "button",
        "action_id": action_id,
        "text": plain_text(words, limits.BUTTON),
        "value": value,
        "accessibility_label": shortened(label, limits.ACCESSIBILITY_LABEL),
    }
    if style:
        made["style"] = style
    if confirm:
        made["confirm"] = confirm
    return made


def link_button(words: str, action_id: str, url: str, label: str) -> Block | None:
    """Return a button that opens a page, or None when the address is not a safe one."""
    if not safe_url(url):
        return None
    return {**button(words, action_id, "open", label), "url": safe_url(url)}


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """Return the question that Slack asks before it sends the click."""
    return {
        "title": plain_text(title, limits.CONFIRM_TITLE),
        "text": plain_text(text, limits.CONFIRM_TEXT),
        "confirm": plain_text(yes, limits.CONFIRM_ANSWER),
        "deny": plain_text(no, limits.CONFIRM_ANSWER),
    }


def option(words: str, value: str) -> Block:
    """Return one choice of a select, a menu or a group of radio buttons."""
    return {"text": plain_text(shortened(words, limits.OPTION), limits.OPTION), "value": value[: limits.OPTION_VALUE]}


def menu(action_id: str, options: Sequence[Block]) -> Block | None:
    """Return an overflow menu, or None without options."""
    if not options:
        return None
    return {"type": "overflow", "action_id": action_id, "options": list(options[: limits.MENU_OPTIONS])}


def actions(buttons: Iterable[Block | None]) -> list[Block]:
    """Return a row of these buttons, or no block without buttons.

    Slack refuses a row with two elements of the same action id: the second one begins a row of its own.
    """
    rows: list[list[Block]] = []
    for one in [one for one in buttons if one is not None][: limits.ACTIONS]:
        if not rows or any(other["action_id"] == one["action_id"] for other in rows[-1]):
            rows.append([])
        rows[-1].append(one)
    return [{"type": "actions", "elements": row} for row in rows]


def own(text: str, limit: int) -> str:
    """Return mrkdwn of our own within the limit, with notifications of a whole channel made harmless."""
    return limits.cut_markup(_EVERYBODY.sub(r"&lt;\1", clean(text)), limit) or SILENT


def _mrkdwn(text: str, limit: int) -> Block:
    return {"type": "mrkdwn", "text": own(text, limit), "verbatim": True}
