"""Makes a drill's script of a desk's exported mentions: without names, handles, numbers and links."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import visible
from bot.domain.drill.script import BRAND
from bot.services.replies.personal_data import personal_data

LASTS = timedelta(minutes=40)  # a longer time is drawn together to this
MOST = 600  # posts: the newest ones
OUR_BRAND = "Our brand"
_LONGEST = 1_000  # characters of a post
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HANDLE = re.compile(r"@\w(?:[\w.-]*\w)?(?:@[\w.-]+)?")
_NUMBER = re.compile(r"(?<![\w])[+#]?(?:[A-Z]{1,4}[- ]?)?\d[\d\s/().-]{2,}\d|\b\w*\d{3,}\w*\b")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SHORT_WORD = re.compile(r"\b[^\W\d_]{2}\b")  # of a name: in somebody else's post it is as likely a word


class NoMentions(Exception):
    """The file cannot be used; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class MadeScript:
    """A script as TOML, how many posts it has, how many still showed personal data, and how many were too old."""

    text: str
    posts: int
    personal: int
    older: int


def script_from(path: Path) -> MadeScript:
    """Return a script from the JSON Lines of `heard export mentions --nl`; raise NoMentions, OSError."""
    rows = list(_rows(path))
    theirs = [one for one in rows if one.get("written_by") == "customer" and not one.get("private")]
    ours = {str(one.get("author_handle")).casefold() for one in rows if one.get("written_by") == "us"}
    names = _names(rows)
    brand = _our_names(rows)
    dated = sorted(((at, one) for one in theirs if (at := _moment(one))), key=lambda found: found[0])
    newest = dated[-MOST:]
    told = [(at, said) for at, one in newest if (said := brand.sub(OUR_BRAND, _scrubbed(one, names, ours)))]
    if not told:
        raise NoMentions("This file has no public posts of customers. Make it with: heard export mentions --nl")
    return MadeScript(_toml(told), len(told), len(newest) - len(told), len(dated) - len(newest))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text("utf-8-sig", "replace").split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                why = f"Line {number} of {path} is no JSON object. Make the file with: heard export mentions --nl"
                raise NoMentions(why)
            yield row


def _moment(row: dict[str, Any]) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(row.get("posted_at")))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _names(rows: Sequence[dict[str, Any]]) -> re.Pattern[str]:
    """Return what finds any word of any customer's name or handle: where it is a handle, or begins with a capital."""
    words: set[str] = set()
    for one in rows:
        if one.get("written_by") == "customer":
            name, handle = str(one.get("author_name") or ""), str(one.get("author_handle") or "")
            words |= {handle, *(form for part in _WORD.findall(f"{name} {handle}") for form in _forms(part))}
    return _any_of(words)


def _any_of(words: set[str]) -> re.Pattern[str]:
    every = sorted((re.escape(one) for one in words if one), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(every)})\b" if every else r"(?!)")


def _forms(part: str) -> set[str]:
    """Return how people write a part of a name: McDonald, Mcdonald, MCDONALD."""
    return {part.capitalize(), part[0].upper() + part[1:], part.upper()}


def _our_names(rows: Sequence[dict[str, Any]]) -> re.Pattern[str]:
    """Return what finds our own accounts' names and handles, however they are written."""
    ours = (one for one in rows if one.get("written_by") == "us")
    named = {str(one.get(key) or "") for one in ours for key in ("author_name", "author_handle")} - {""}
    every = sorted(map(re.escape, named), key=len, reverse=True)
    return re.compile(rf"(?<![@\w])(?:{'|'.join(every)})\b" if every else r"(?!)", re.IGNORECASE)


def _scrubbed(row: dict[str, Any], names: re.Pattern[str], ours: set[str]) -> str:
    """Return the words of a post without what could tell whose they are; "" where something of that kind stays."""
    text = visible(str(row.get("text") or ""))[:_LONGEST].strip()
    text = _EMAIL.sub("(e-mail)", _LINK.sub("(link)", text))
    text = _HANDLE.sub(lambda hit: BRAND if hit[0][1:].casefold() in ours else "@somebody", text)
    text = names.sub("(name)", _NUMBER.sub("(number)", text))
    short = {one.capitalize() for one in _SHORT_WORD.findall(str(row.get("author_name") or ""))}
    text = _any_of(short).sub("(name)", text)
    return "" if personal_data(text) else text


def _toml(told: Sequence[tuple[datetime, str]]) -> str:
    first, span = told[0][0], told[-1][0] - told[0][0]
    slower = min(1.0, LASTS / span) if span else 1.0
    lasts = min(span, LASTS) + timedelta(minutes=5)
    lines = [
        "# Made from exported mentions. Names, handles, numbers and links were taken out as far as rules can tell:",
        "# read it through, and give it your own title, situation and news. docs/drill.md has every key.",
        'title = "A storm of our own"',
        f'brand = "{OUR_BRAND}"',
        'handle = "ourbrand"',
        'situation = "Posts like these came in once before."',
        f'length = "{max(1, round(lasts.total_seconds() / 60))}m"',
    ]
    for at, said in told:
        after = round((at - first).total_seconds() * slower)
        lines += ["", "[[moments]]", f'at = "{after}s"', f"words = [{_quoted(said)}]"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a TOML string: JSON's, with the one sign escaped that only TOML refuses."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
