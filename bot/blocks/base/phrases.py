"""Sentences as lists of pieces; both a message's blocks and its fallback line are made from them."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.blocks.base import limits
from bot.domain.base.moments import DATE_FORM, EPOCH, in_full, utc
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import for_slack, plain, visible

_ENDS = frozenset(".?!…")
_LINE_END = re.compile(r"(?<=[\w)])\n")  # the end of a line without punctuation


@dataclass(frozen=True, slots=True)
class Bold:
    """Words in bold."""

    words: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a page; for an address that is not plain http(s) only the label is shown."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Person:
    """A teammate who is addressed: Slack notifies them. `name` is for the fallback line, which notifies nobody."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, by its id; Slack shows its name and notifies nobody."""

    id: str


Piece = str | datetime | Bold | Link | Person | Channel
Phrase = Sequence[Piece]


def joined(phrases: Iterable[Phrase], by: str = " · ") -> Phrase:
    """Return the phrases that are not empty as one, with `by` between them."""
    pieces: list[Piece] = []
    for phrase in phrases:
        if phrase:
            pieces += [by, *phrase] if pieces else phrase
    return pieces


def numbered(case_id: int, phrase: Phrase) -> Phrase:
    """Return the phrase with its case's number before it, unless it contains the number."""
    said = re.compile(rf"\bcase {case_id}\b", re.IGNORECASE)
    return (
        phrase if any(isinstance(one, str) and said.search(one) for one in phrase) else [f"Case {case_id}: ", *phrase]
    )


def capital(phrase: Phrase) -> Phrase:
    """Return the phrase with its first letter as a capital."""
    if phrase and isinstance(phrase[0], str):
        return [phrase[0][:1].upper() + phrase[0][1:], *phrase[1:]]
    return phrase


def quotation(words: str) -> str:
    """Return words in quotation marks as the end of a sentence: with a full stop, unless they end with a sign."""
    return f"“{words}”" if words.rstrip()[-1:] in _ENDS else f"“{words}”."


def sentence(phrase: Phrase) -> Phrase:
    """Return the phrase with a capital and a full stop; an empty phrase stays empty."""
    return [*capital(phrase), "."] if phrase else []


def as_line(phrase: Phrase, now: datetime) -> str:
    """Return the phrase as a fallback line: escaped, moments as Slack's date codes, nobody notified."""
    return _LINE_END.sub(". ", "".join(_spoken(piece, now) for piece in phrase)).replace("\n", " ")


def mrkdwn(phrase: Phrase, now: datetime) -> str:
    """Return the phrase as mrkdwn. Only for our own words: other people's words must be in rich text."""
    return "".join(_mrkdwn(piece, now) for piece in phrase)


def elements(phrase: Phrase, now: datetime) -> list[dict[str, object]]:
    """Return the phrase as elements of rich text, which Slack does not parse."""
    made = [_element(piece, now) for piece in phrase]
    return [one for one in made if one.get("text") != ""]


def slack_date(at: datetime, now: datetime) -> str:
    """Return Slack's date code, which shows the moment in the zone of each reader, with the day when read later."""
    return f"<!date^{_seconds(at)}^{DATE_FORM}|{in_full(at, now)}>"


def safe_url(url: str) -> str:
    """Return an http(s) address escaped for Slack's links, or "" when it is not one."""
    if not url or len(url) > limits.URL_TEXT or any(ord(sign) <= 32 or sign in '<>|"\\^`{}' for sign in url):
        return ""
    try:
        parsed = urlsplit(url)
    except ValueError:
        return ""
    return url if parsed.scheme in ("http", "https") and parsed.netloc and visible(url) == url else ""


def _spoken(piece: Piece, now: datetime) -> str:
    match piece:
        case str():
            return for_slack(piece, limits.FALLBACK)
        case datetime():
            return slack_date(piece, now)
        case Bold(words):
            return for_slack(words, limits.FALLBACK)
        case Link(label):
            return for_slack(label, limits.FALLBACK)
        case Person(_, name):
            return for_slack(name, limits.NAME)
        case Channel(which):
            return f"<#{which}>"


def _mrkdwn(piece: Piece, now: datetime) -> str:
    match piece:
        case Bold(words):
            return f"*{for_slack(words, limits.SECTION)}*"
        case Link(label, url) if safe_url(url):
            return f"<{safe_url(url).replace('&', '&amp;')}|{for_slack(label, limits.BUTTON)}>"
        case Person(who):
            return f"<@{who}>"
        case _:
            return _spoken(piece, now)


def _element(piece: Piece, now: datetime) -> dict[str, object]:
    match piece:
        case str():
            return {"type": "text", "text": plain(piece, limits.SECTION)}
        case datetime():
            return {
                "type": "date",
                "timestamp": _seconds(piece),
                "format": DATE_FORM,
                "fallback": in_full(piece, now),
            }
        case Bold(words):
            return {"type": "text", "text": plain(words, limits.SECTION), "style": {"bold": True}}
        case Link(label, url):
            href = safe_url(url)
            return {"type": "link", "url": href, "text": label} if href else {"type": "text", "text": label}
        case Person(who):
            return {"type": "user", "user_id": who}
        case Channel(which):
            return {"type": "channel", "channel_id": which}


def _seconds(at: datetime) -> int:
    return max(int((utc(at) - EPOCH).total_seconds()), 0)
