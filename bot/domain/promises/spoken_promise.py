"""Moments that a reply promises in words: "by 17:00", "within 2 hours", "tomorrow morning", "heute bis 18 Uhr"."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.domain.base.lazy_pattern import lazy_pattern
from bot.domain.base.moments import utc
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.word_caches import word_cache
from bot.domain.replies.draft_patterns import INITIALS, SENTENCE_END


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A promise in words: the phrase as it was written, and until when it has to be kept."""

    phrase: str
    due_at: datetime
    within: timedelta | None = None  # counted from when the words are public; None: the moment itself was named

    def at(self, public_at: datetime) -> datetime:
        """Return until when it has to be kept, for words that became public then."""
        return self.due_at if self.within is None else public_at + self.within

    @property
    def mark(self) -> str:
        """Return a short mark by which a form tells this promise from others; another moment has another one."""
        moment = "" if self.within else self.due_at.isoformat()
        return sha256(f"{self.phrase} {moment}".encode("utf-8", "replace")).hexdigest()[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAnswer:
    """A writer's answer to the question about a promise in their words."""

    asked: str = ""  # the mark of the promise that was asked about; "": none was
    keeps: bool = False  # they want to be held to it

    def is_missing(self, spoken: Spoken | None) -> bool:
        """Return whether the words promise something that was not asked about yet."""
        return spoken is not None and self.asked != spoken.mark

    def kept(self, spoken: Spoken | None) -> Spoken | None:
        """Return the promise that the writer wants to be held to."""
        return spoken if self.keeps else None


# --- moments in words

_WEEKDAYS = {
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
    "die": 1, "mit": 2, "don": 3, "fre": 4, "sam": 5, "son": 6,
}  # fmt: skip
_WEEKDAY = (
    "mon(?:day|tag)|tuesday|dienstag|wednesday|mittwoch|thursday|donnerstag|fri(?:day)|freitag"
    "|saturday|samstag|sunday|sonntag"
)
_DAY = rf"today|tonight|tomorrow|heute|(?<!guten )morgen|{_WEEKDAY}"
_PARTS = {  # the hour by which a part of the day is over
    "morning": 12, "vormittag": 12, "früh": 10, "noon": 12, "midday": 12, "mittag": 12, "lunchtime": 13,
    "afternoon": 17, "nachmittag": 17, "evening": 21, "abend": 21, "tonight": 21, "midnight": 24, "mitternacht": 24,
}  # fmt: skip
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_CLOCK = r"\d{1,2}[:.]\d{2}(?: ?(?:am|pm|uhr))?|\d{1,2} ?(?:am|pm|a\.m\.|p\.m\.|uhr|h)(?!\w)"
_GLUE = r"(?:(?:at|on|the|this|in|by|before|later|around|about|um|am|bis|noch|spätestens|gegen|zum|,|latest) ){0,4}"
_TOKEN = rf"{_GLUE}(?:{_DAY}|{_PART}|{_CLOCK})"
_END = r"(?:the )?(?:end of (?:the |this )?(?:business |working )?(?:day|week)|eod|close of business|feierabend)"
_LEAD = r"by|before|no later than|not later than|until|till|at|um|gegen|bis(?: spätestens)?|spätestens|vor|this|later"
_COUNT = {
    "a": 1, "an": 1, "one": 1, "the": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8,
    "twelve": 12,
    "half an": 0.5, "a couple of": 2, "eine": 1, "einer": 1, "einem": 1, "zwei": 2, "drei": 3, "vier": 4,
}  # fmt: skip
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "s": timedelta(hours=1), "d": timedelta(days=1),
          "t": timedelta(days=1), "w": timedelta(weeks=1)}  # fmt: skip
_RELATIVE = lazy_pattern(
    rf"\b(?:within|in|inside|innerhalb(?: von)?|binnen) (?:the next |den nächsten |der nächsten )?"
    r"(?:\d{1,3} ?(?:to|or|bis|[-–]) ?)?"  # of "24 to 48 hours" the longer one holds
    rf"(?P<many>\d{{1,3}}|{'|'.join(sorted(_COUNT, key=len, reverse=True))}) ?"
    r"(?:(?P<working>working|business) )?"
    r"(?P<unit>minutes?|mins?|hours?|hrs?|h|days?|weeks?|minuten?|stunden?|tage?n?|wochen?)\b(?! ago)",
    re.IGNORECASE,
)
_NAMED = lazy_pattern(
    rf"\b(?:(?:{_LEAD}) {_END}|(?:{_LEAD}) {_TOKEN}(?:,? {_TOKEN}){{0,2}}"
    rf"|{_GLUE}(?:{_DAY})(?:,? {_TOKEN}){{0,2}})(?!\w)",
    re.IGNORECASE,
)
_BARE = lazy_pattern(rf"^(?:{_END}|{_TOKEN}(?:,? {_TOKEN}){{0,2}})$", re.IGNORECASE)
_DAY_IN, _PART_IN = lazy_pattern(rf"\b(?:{_DAY})\b", re.IGNORECASE), lazy_pattern(rf"\b(?:{_PART})\b", re.IGNORECASE)
_CLOCK_IN = lazy_pattern(r"(\d{1,2})(?:[:.](\d{2}))?(?: ?(am|pm|a\.m\.|p\.m\.|uhr|h))?(?!\w)", re.IGNORECASE)
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LONGEST = timedelta(days=31)  # whoever names a longer time makes no promise of an answer
DAY_ENDS, WEEK_ENDS = 18, 4  # o'clock; Friday

# --- who owes it

_TUN = "melden?|antworten?|schreiben?|geben?|sagen?|klären?|rufen?|werden?|sind|bin|haben?|schauen?|prüfen?"
_OURS = lazy_pattern(
    r"\b(?:i|we)(?:['’]ll| will| shall|(?:['’]m|['’]re| am| are) going to| promise| aim to| expect to)\b"
    r"|\b(?:i|we) can (?:tell|share|give|send|let)\b"
    r"|\b(?:i|we) (?:tell|update|let) (?:you|everybody|everyone|all)\b"
    r"|\b(?:i|we) (?:answer|reply|write) (?:to )?you\b"
    r"|\b(?:i|we)(?:['’]m|['’]re| am| are) (?:tell|updat|lett|answer|reply|writ|post|report)ing\b"
    r"|\byou(?:['’]ll| will| should| can expect to) (?:hear|get|have|receive|know|see)\b"
    r"|\b(?:expect|you can expect) (?:an? |our |my )?(?:answer|reply|update|call|message|news|word)"
    r"|\b(?:update|answer|reply|news|word|more|back)(?: (?:here|to you|with you|from (?:me|us)|for you))*"
    r" (?:by|within|in|before|tomorrow|tonight|today|this|later)\b"
    r"|\b(?:will|to) (?:tell|let you|write|call|ring|reply|answer|post|update|check|look|send|message"
    r"|(?:get|come) back"
    r"|be back (?:here|with|to you)|be (?:refunded|redeposited|credited|fixed|replaced|paid))\b"
    r"|\bpromise\b(?! (?:we|i|that|which|was)\b)|(?<!\bi )(?<!\bwe )(?<!\bwas )(?<!\bwere )\bpromised\b"
    r"|\b(?:give|allow) (?:me|us) (?:until|till)\b"
    rf"|\b(?:ich|wir) (?:\w+ ){{0,2}}?(?:{_TUN})\b|\b(?:{_TUN}) (?:ich|wir)\b"
    r"|\b(?:hörst|hören|bekommst|bekommen|erhältst|erhalten|weißt|wissen) (?:du|sie|ihr)\b"
    r"|\b(?:du|sie|ihr) (?:hörst|hören|bekommst|bekommen|erhältst|erhalten|weißt)\b",
    re.IGNORECASE,
)
_THEIRS = lazy_pattern(
    r"\b(?:if|once|when|unless|wenn|falls|sobald)\b|\b(?:can|could|would|will) you\b"
    r"|\byou (?:need|have|must|should|can)\b"
    r"|\b(?:please|bitte)(?! (?:allow|give) (?:me|us))\b|\b(?:orders?|open|opens|closes?|closed|geöffnet|deadline)\b",
    re.IGNORECASE,
)
_SAME = r"(?:(?! (?:and|but|so|und|aber) )[^.,;:]){0,60}$"  # the same clause, up to the moment
_NEVER = lazy_pattern(
    rf"(?:n['’]t|\bcannot|\bnot|\bnever|\bunable|\bnicht|\bkeine?n?)\b{_SAME}"
    r"|\b(?:was|were|had|should have|would have|supposed|yesterday|already|gestern|hatten?|wurden?|sollten?)\b"
    rf"{_SAME}",
    re.IGNORECASE,
)


def recognised(text: str, now: datetime, zone: ZoneInfo) -> Spoken | None:
    """Return the first future moment that the words promise for us, or None; clock times are those of `zone`."""
    return next((found for phrase in phrases(text) if (found := when(phrase, now, zone))), None)


def in_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return a moment as people say it on the desk's own clock: "17:00 today", "12:00 on Friday, 27.11."."""
    there, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (there.date() - today).days
    if days == 1 and (there.hour, there.minute) == (0, 0):
        return "midnight tonight"
    day = {0: "today", 1: "tomorrow"}.get(days, f"on {_DAY_NAMES[there.weekday()]}, {there.day}.{there.month}.")
    return f"{there:%H:%M} {day}"


def in_zone(zone: ZoneInfo) -> str:
    """Return whose clock a moment in words is on: "London time"."""
    place = zone.key.rpartition("/")[2].replace("_", " ")
    return place if place == "UTC" else f"{place} time"


def on_clock(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return a moment as people say it, and on whose clock: "18:00 today (London time)"; for what is read at once."""
    return f"{in_words(at, now, zone)} ({in_zone(zone)})"


def first_spoken(text: str) -> str:
    """Return the first phrase that promises a moment for us; "" without one."""
    return next(iter(phrases(text)), "")


def moments_in(text: str) -> list[str]:
    """Return every phrase that names a clock time or a length ("by 17:00", "within an hour"), promised or not."""
    from bot.domain.promises.moment_words import MOMENT  # noqa: PLC0415 - with the first past reply that is shown

    named = [one[0] for one in _NAMED.finditer(text) if any(map(str.isdigit, one[0]))]
    return [*named, *(one[0] for pattern in (_RELATIVE, MOMENT) for one in pattern.finditer(text))]


def is_moment(text: str) -> bool:
    """Return whether a text names a moment or a length of time and says nothing else."""
    from bot.domain.promises.moment_words import BARE_MOMENT  # noqa: PLC0415 - with the first reply of one person alone

    return any(pattern.fullmatch(text.strip()) for pattern in (_RELATIVE, _NAMED, _BARE, BARE_MOMENT))


def when(phrase: str, now: datetime, zone: ZoneInfo) -> Spoken | None:
    """Return the moment that a phrase such as "17:00 tomorrow" or "within 2 hours" names, or None."""
    found = _RELATIVE.search(phrase)
    if found and not found["working"]:
        within = _length(found)
        if within > LONGEST:
            return None
        return Spoken(phrase=phrase, due_at=utc(now) + within, within=within)
    if found:
        return Spoken(phrase=phrase, due_at=_working_days(int(_many(found)), now, zone))
    if not _NAMED.search(phrase) and not _BARE.search(phrase.strip()):
        return _when_in_romance(phrase, now, zone)
    due_at = _named(phrase, now.astimezone(zone))
    return Spoken(phrase=phrase, due_at=due_at) if due_at and due_at > now else None


def _when_in_romance(phrase: str, now: datetime, zone: ZoneInfo) -> Spoken | None:
    from bot.domain.promises import romance_promises as romance  # noqa: PLC0415 - with the first words of a draft

    if found := romance.spoken_length(phrase):
        within, working = found
        if working:
            return Spoken(phrase=phrase, due_at=_working_days(working, now, zone))
        return Spoken(phrase=phrase, due_at=utc(now) + within, within=within) if within <= LONGEST else None
    due_at = romance.spoken_moment(phrase, now.astimezone(zone), _clock)
    return Spoken(phrase=phrase, due_at=due_at) if due_at and due_at > now else None


@word_cache(256)
def phrases(text: str) -> tuple[str, ...]:
    """Return every phrase that promises a moment for us. Results are cached, since long texts take long."""
    return tuple(_phrases(text))


def _phrases(text: str) -> Iterator[str]:
    from bot.domain.promises.romance_promises import promised_phrases  # noqa: PLC0415 - with the first words of a draft

    for sentence in SENTENCE_END.split(INITIALS.sub("", text)):
        for _, phrase in sorted([*_promised(sentence), *promised_phrases(sentence)]):
            said = phrase.strip(" ,")
            yield said[0].lower() + said[1:]


def _promised(sentence: str) -> Iterator[tuple[int, str]]:
    """Yield each moment that a sentence in English or German promises for us, with its place."""
    ours = _OURS.search(sentence)
    if ours is None:
        return
    for phrase in [*_RELATIVE.finditer(sentence), *_NAMED.finditer(sentence)]:
        before = sentence[: phrase.start()]
        theirs = _THEIRS.search(before) and ours.start() < _last(_THEIRS, before)
        if not theirs and not _NEVER.search(before):
            yield phrase.start(), phrase[0]


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max(one.start() for one in pattern.finditer(text))


def _many(found: re.Match[str]) -> float:
    many = found["many"].lower()
    return float(_COUNT[many]) if many in _COUNT else float(many)


def _length(found: re.Match[str]) -> timedelta:
    return _UNITS[found["unit"][0].lower()] * _many(found)


def _working_days(count: int, now: datetime, zone: ZoneInfo) -> datetime:
    day = now.astimezone(zone)
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return _clock(day, DAY_ENDS)


def _named(phrase: str, now: datetime) -> datetime | None:
    """Return the moment that names of days, parts of days and clock times give; `now` in the desk's zone."""
    day, named = _day(phrase, now)
    rest = _DAY_IN.sub(" ", phrase) if "tonight" not in phrase.lower() else phrase
    clock = _CLOCK_IN.search(rest)
    if clock:
        return _at_clock(clock, day, now, named=named) if int(clock[1]) < 24 and int(clock[2] or 0) < 60 else None
    part = _PART_IN.search(rest)
    hour = _PARTS[part[0].lower()] if part else DAY_ENDS
    if "week" in phrase.lower():
        day += timedelta(days=(WEEK_ENDS - now.weekday()) % 7)
    late = day.date() == now.date() and hour <= now.hour and not part
    return _clock(day, 24 if late else hour)


def _day(phrase: str, now: datetime) -> tuple[datetime, bool]:
    found = _DAY_IN.search(phrase)
    word = found[0].lower() if found else ""
    if word in {"tomorrow", "morgen"}:
        return now + timedelta(days=1), True
    if word[:3] in _WEEKDAYS and word not in {"", "today", "tonight", "heute"}:
        return now + timedelta(days=(_WEEKDAYS[word[:3]] - now.weekday()) % 7), True
    return now, bool(word)


def _at_clock(clock: re.Match[str], day: datetime, now: datetime, *, named: bool) -> datetime:
    hour, minute, half = int(clock[1]), int(clock[2] or 0), (clock[3] or "").lower().replace(".", "")
    if half in {"am", "pm"}:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif not half and hour < 8 and not clock[1].startswith("0"):  # "by 5:30" is said in the afternoon
        hour += 12
    at = _clock(day, hour, minute)
    return at if named or at > now else _clock(day + timedelta(days=1), hour, minute)


def _clock(day: datetime, hour: int, minute: int = 0) -> datetime:
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if hour >= 24:
        return utc(midnight + timedelta(days=1))
    return utc(midnight.replace(hour=hour, minute=minute))
