"""Texts and names from outside: what is stored, how it is shown in Slack, and when two texts are the same."""

import hashlib
import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

from bot.domain.base.invisible_signs import is_unseen, without_unseen
from bot.domain.base.word_caches import word_cache

MARKS_PER_BASE = 8  # more combining marks on one letter than any script writes

_LONGEST_NAME = 300  # code points of a display name that are searched for a first name; no network allows as many
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
LINES = 30
_SLACK_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SLACK_SIGNS = {escaped: sign for sign, escaped in _SLACK_ESCAPES.items()}
_SLACK_ESCAPED = re.compile("&(?:amp|lt|gt);")
_TAG = re.compile(r"<[A-Za-z/!?][^<>]{0,40}>?")
_LEADING_MENTIONS = re.compile(r"\A\s*(?:@[\w.-]+(?:@[\w.-]+)?\s+)+")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_TITLE = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|rev|reverend|father|sister|judge|capt|captain"
    r"|herr|frau|hr|fr|señor|señora|sr|sra|monsieur|madame|mme|mlle)\.?",
    re.IGNORECASE,
)
_NO_NAME = re.compile(  # first words of display names that are a phrase or an organisation
    r"the|an?|i|i'?m|we|our|your?|not?|just|only|real|official|team|support|care|help|customers?|angry|sad|happy|mad"
    r"|boycott|stop|free|save|ban|hate|love|fuck\w*|shit\w*|damn|screw|anonymous|anon|user|unknown|deleted|admin"
    r"|nobody|some(?:one|body)|every(?:one|body)|news|radio|club|der|die|das|eine?|ich|wir|keine?|nicht",
    re.IGNORECASE,
)
_NO_GIVEN_NAME = "@#,/:.<{_["  # a currency sign marks an organisation ("$NWD")
_SURNAME_FIRST = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


def clean(text: str | bytes) -> str:
    """Return `text` as it can be stored: NUL, lone surrogates and broken UTF-8 become U+FFFD."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if not _UNSTORABLE.search(text):
        return text
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return paired.replace("\0", "\ufffd")


def sha256_of(text: str | bytes) -> str:
    """Return the SHA-256 of the cleaned text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(clean(text).encode()).hexdigest()


def visible(text: str) -> str:
    """Return `text` without zero-width characters, controls and stacked accents that no script needs there.

    Drafts pass here before they are submitted, so that the approver sees exactly the text that is sent.
    """
    return text if text.isascii() and text.isprintable() else _without_hidden(clean(text))


@word_cache(256)  # one message shows the same words several times: in a card, a draft, a fallback text
def _without_hidden(text: str) -> str:
    return without_unseen(_with_few_marks(_LINE_ENDS.sub("\n", text)))


def flattened(text: str) -> str:
    """Return the visible part of `text` without repeated empty lines; lines beyond LINES are joined into one.

    For other people's words in our messages: a post of a thousand empty lines would push a channel off the screen.
    """
    lines = _EMPTY_LINES.sub("\n\n", visible(text)).split("\n")
    rest = " ".join(line for line in lines[LINES:] if line.strip())
    return "\n".join([*lines[:LINES], *([rest] if rest else [])])


def plain(text: str, limit: int) -> str:
    """Return at most `limit` code points of the visible part of `text`, for Slack's plain_text and rich_text."""
    shown = visible(text)
    return shown if len(shown) <= limit else _cut(shown, limit, weights=None)


def for_slack(text: str, limit: int) -> str:
    """Return `text` made inert for Slack's mrkdwn, at most `limit` characters long with its escapes.

    It is cut between code points and before escaping, so no escape is ever torn. The mrkdwn object that
    holds it must still say `verbatim: true`: Slack would otherwise find @here and bare links by itself.
    """
    shown = visible(text)
    escaped = _escaped(shown)
    return escaped if len(escaped) <= limit else _escaped(_cut(shown, limit, weights=_SLACK_ESCAPES))


def taken_out(text: str) -> int:
    """Return how many characters `visible` removes from a text."""
    return len(_LINE_ENDS.sub("\n", clean(text))) - len(visible(text))


def unescape_slack(text: str) -> str:
    """Undo Slack's three escapes, once, in what comes back from modals and messages."""
    return _SLACK_ESCAPED.sub(lambda found: _SLACK_SIGNS[found[0]], text)


def comparable(text: str, links: Mapping[str, str] | None = None) -> str:
    """Return the form in which our stored words and the network's copy of them are equal.

    Both sides pass here. `links` maps the network's short addresses to what they stand for; HTML entities, spaces at
    line ends, the scheme of a link and mentions that a network puts in front of a reply do not count.
    """
    links = links or {}
    text = _unescaped(clean(text))
    text = _LINK.sub(lambda found: links.get(found[0], found[0]), text)
    text = _LINK.sub(lambda found: found[0].partition("://")[2].rstrip("/"), text)
    text = _LEADING_MENTIONS.sub("", unicodedata.normalize("NFC", text))
    return "\n".join(line.rstrip() for line in _LINE_ENDS.sub("\n", text).split("\n")).strip()


def tag_in(text: str) -> str:
    """Return the first HTML tag in a text, or what a network may take for one; "" without any."""
    found = _TAG.search(text)
    return found[0] if found else ""


def first_name(name: str, handle: str = "") -> str:
    """Return the first name to address a person by, or "" where the profile shows no reliable one.

    A wrong name is worse than none: phrases, organisations, initials, a title with only a surname, and scripts that
    put the surname first give "".
    """
    words = _words(name)
    named = [word for word in words if not _TITLE.fullmatch(word)]
    if not named or (len(named) == 1 and len(words) > 1 and words[0] != named[0]) or not _is_a_name(named[0]):
        return ""
    if len(words) == 1 and words[0].islower() and words[0] == handle.lstrip("@").partition("@")[0]:
        return ""  # a handle typed once more, not a name
    return _capitalised(named[0])


def initials(name: str) -> str:
    """Return two letters to sign with: of first and last name, or the beginning of a single one."""
    words = ["".join(filter(str.isalpha, word)) for word in _words(name) if not _TITLE.fullmatch(word)]
    words = [word for word in words if word]
    if not words:
        return ""
    return (words[0][:2] if len(words) == 1 else words[0][0] + words[-1][0]).upper()[:2]


def _words(name: str) -> list[str]:
    words = visible(unicodedata.normalize("NFKC", visible(name)))[:_LONGEST_NAME].split()
    return [word for word in map(_without_ornaments, words) if word]


def _without_ornaments(word: str) -> str:
    """Return `word` without surrounding punctuation; characters that show it is not a given name stay."""
    if word.isalpha():
        return word
    return word.strip("".join(sign for sign in set(word) if not _is_kept(sign)))


@lru_cache(maxsize=4096)
def _is_kept(sign: str) -> bool:
    return _is_letter(sign) or sign.isdigit() or sign in _NO_GIVEN_NAME or unicodedata.category(sign) == "Sc"


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM"


def _is_a_name(word: str) -> bool:
    bare = re.sub(r"[-'’]", "", re.sub(r"['’]s\Z", ".", word))
    return (
        2 <= len(bare) <= 20
        and all(map(_is_letter, bare))
        and unicodedata.category(word[0])[0] == "L"
        and not unicodedata.name(word[0], "").startswith(_SURNAME_FIRST)
        and not _NO_NAME.fullmatch(word)
    )


def _capitalised(word: str) -> str:
    """Return `word` with one capital, unless it has its own mix of capitals (McKenna)."""
    if not (word.islower() or word.isupper()):
        return word
    turkish = not set(word).isdisjoint("İĞŞ")  # there an i with a dot and one without are two letters
    small = (word.replace("I", "ı").replace("İ", "i") if turkish else word).lower()
    capitals = {"i": "İ"} if turkish else {}
    return re.sub(r"(?:\A|(?<=[-'’]))\w", lambda found: capitals.get(found[0], found[0].upper()), small)


def _unescaped(text: str) -> str:
    for _ in range(3):  # our text may contain an entity, which the network escapes once more
        text, before = html.unescape(text), text
        if text == before:
            break
    return clean(text)


def _escaped(text: str) -> str:
    for sign, escape in _SLACK_ESCAPES.items():  # the ampersand comes first
        text = text.replace(sign, escape)
    return text


def _with_few_marks(text: str) -> str:
    """Return `text` with at most MARKS_PER_BASE marks on a letter; most texts have no more in the whole."""
    signs = set(text)
    marks = {sign for sign in signs if unicodedata.category(sign) in {"Mn", "Me"}}
    if not marks or sum(map(marks.__contains__, text)) <= MARKS_PER_BASE:
        return text
    return "".join(_thinned_out(text, marks, {sign for sign in signs if is_unseen(sign)}))


def _thinned_out(text: str, marks: AbstractSet[str], unseen: AbstractSet[str]) -> Iterator[str]:
    """Yield the characters that stay; an invisible one between marks does not begin a new letter."""
    on_one_letter = 0
    for sign in text:
        if sign in marks:
            on_one_letter += 1
        elif sign not in unseen:
            on_one_letter = 0
        if on_one_letter <= MARKS_PER_BASE:
            yield sign


def _cut(text: str, limit: int, *, weights: Mapping[str, str] | None) -> str:
    """Return the longest beginning of `text` that, escaped and with its note, fits into `limit`."""
    room = limit - len(_note(len(text)))
    if room <= 0:
        return "…"[: max(limit, 0)]
    kept = _fitting(text, room, weights or {})
    return text[:kept] + _note(len(text) - kept)


def _note(more: int) -> str:
    return f" (cut, {more} more characters)"


def _fitting(text: str, room: int, weights: Mapping[str, str]) -> int:
    """Return how many code points of `text` fit into `room`."""

    def taken(kept: int) -> int:
        return kept + sum(text.count(sign, 0, kept) * (len(escape) - 1) for sign, escape in weights.items())

    return bisect_right(range(min(room, len(text)) + 1), room, key=taken) - 1
