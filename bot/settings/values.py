"""A section of heard.toml, and the types of its values: Slack ids, lengths of time, periods, zones, addresses."""

import errno
import os
import re
from datetime import time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StrictInt
from pydantic_core import PydanticCustomError

from bot.domain.mentions.segments import plain_handle
from bot.settings.addresses import is_a_web_address, names_a_database
from bot.settings.secrets import TOKEN_LIKE

Span = tuple[int, int]  # minutes of the local day

DAY = 24 * 60
SHOWN = 24  # characters of a value that a sentence repeats: a longer one may be a secret in the wrong place
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNUSABLE = ("This machine cannot have a folder of that name.", 'Name another one, such as state_dir = "state".')
READERS = ("approvers", "leads", "team")  # names of lists that may be given in place of the people in them
_LENGTH = re.compile(r"(\d{1,4})\s*(m|min|h|d)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_PERIOD = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


class Section(BaseModel):
    """A section of the file: unknown keys are faults, and values cannot be changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def fault(what: str, remedy: str) -> PydanticCustomError:
    """Return the error that a validator raises: a sentence, and what to do about it."""
    return PydanticCustomError("heard", "{what}", {"what": what, "remedy": remedy})


def quoted(value: object) -> str:
    """Return a value in quotation marks for a sentence; one that could be a secret is cut."""
    text = value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
    short = 0 < len(text) <= SHOWN and text.isprintable()
    return f"“{text}”" if short and not TOKEN_LIKE.search(text) else "“…”"


def _channel(value: str) -> str:
    if not re.fullmatch(r"[CG][A-Z0-9]{6,20}", value):
        raise fault(
            f"{quoted(value)} does not look like a channel id.",
            "In Slack, open the channel's details and copy the id at the very bottom; it starts with C or G.",
        )
    return value


def _person(value: str) -> str:
    if not re.fullmatch(r"[UWS][A-Z0-9]{6,20}", value):
        raise fault(
            f"{quoted(value)} does not look like a Slack user id or user group id.",
            "Copy the member id from the person's profile (U...), or the group's id from its page (S...).",
        )
    return value


def _reader(value: str) -> str:
    return value if value in READERS else _person(value)


def length(value: object) -> timedelta:
    """Read a length of time such as "30m", "1h" or "2d"."""
    found = _LENGTH.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or int(found[1]) == 0:
        raise fault(f"{quoted(value)} is not a length of time.", 'Write minutes, hours or days: "30m", "1h", "2d".')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (KeyError, ValueError, OSError):
        raise fault(
            f"There is no time zone {quoted(value)}.",
            'Use a name with a place in it, such as "Europe/London", or "UTC".',
        ) from None


def _period(written: object) -> Span:
    found = _PERIOD.fullmatch(written.strip()) if isinstance(written, str) else None
    hours = [int(one) for one in found.groups()] if found else []
    if not hours or hours[1] > 59 or hours[3] > 59:
        raise fault(f"{quoted(written)} is not a period of opening.", 'Write it as "09:00-17:30".')
    opens, closes = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if not opens < closes <= DAY:
        raise fault(
            f"{quoted(written)} does not end after it begins, within one day.",
            'Write a night as two periods: "22:00-24:00" on the one day, "00:00-06:00" on the next.',
        )
    return opens, closes


def _periods(value: object) -> tuple[Span, ...]:
    if value == "always":
        return ((0, DAY),)
    if value == "closed":
        return ()
    if not isinstance(value, list | str):
        raise fault(
            f"{quoted(value)} is not a list of periods.",
            'Write ["09:00-12:30", "13:30-17:00"], "always" or "closed".',
        )
    spans = sorted(_period(one) for one in ([value] if isinstance(value, str) else value))
    for earlier, later in pairwise(spans):
        if later[0] < earlier[1]:
            raise fault(
                f"The periods {_clock(*earlier)} and {_clock(*later)} overlap.", "Join them into one, or part them."
            )
    return tuple(spans)


def _clock(opens: int, closes: int) -> str:
    return f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"


def base_address(value: str) -> str:
    """Read a base address; plain http is only for this machine, since every call contains the tokens."""
    if not is_a_web_address(value):
        raise fault("This is not a web address.", "Write it with https:// in front.")
    parts = urlsplit(value)
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise fault("This would send the tokens in plain sight.", "Use https://; http:// is for this machine only.")
    return value


def _database(value: str) -> str:
    if value and not names_a_database(value):
        raise fault(
            "This is no address of a database, and no path of a file.",
            'Write "postgresql://name@host/database", with ":" and the password before the "@" and every special '
            'sign of it percent-encoded, or "sqlite:///path", or leave it out.',
        )
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise fault("This is empty.", "Fill it in.")
    return value.strip()


def _handle(value: str) -> str:
    bare = plain_handle(value)
    if not bare or any(one.isspace() or one in "/:" for one in bare):
        raise fault(f"{quoted(value)} is not a handle.", 'Write the name alone: "priya_n", or "@priya_n".')
    return bare


def _segment_name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", value):
        raise fault(
            f"{quoted(value)} cannot be a segment's name.", 'Use small letters, digits and _: "press", "big_reach".'
        )
    return value


def _small(value: str) -> str:
    return _filled(value).lower()


ENDING = re.compile(r"[A-Z][A-Z0-9]{0,19}")  # of the names of secrets


def _secret_ending(value: str) -> str:
    if not ENDING.fullmatch(value):
        raise fault(f"{quoted(value)} is no ending of a name.", 'Write up to 20 capitals and digits: "SUPPORT".')
    return value


def _word(value: str) -> str:
    if not any(one.isalnum() for one in value):
        raise fault(
            f"{quoted(value)} has no letter or digit, so it would fit everything or nothing.", "Write a word."
        )
    return _filled(value)


def _day(value: str) -> str:
    if value not in WEEKDAYS:
        raise fault(
            f"There is no weekday {quoted(value)}.", 'Write "mon", "tue", "wed", "thu", "fri", "sat" or "sun".'
        )
    return value


def _public_holidays(value: str) -> str:
    if value:
        from bot.settings.holidays import closed_days  # noqa: PLC0415 - hundreds of calendars; most desks need none

        try:
            closed_days(value)
        except KeyError:
            raise fault(
                f"There are no public holidays known for {quoted(value)}.",
                'Write a country\'s two letters ("GB"), or these and a region ("DE-BE", "GB-SCT").',
            ) from None
    return value


def _some(value: int) -> int:
    if value < 1:
        raise fault(f"{value} is too few.", "Write 1 or more.")
    return value


def _share(value: int) -> int:
    return value and _some(value)


def _note_time(value: object) -> time | Literal["close", "never"]:
    written = value.strip() if isinstance(value, str) else ""
    if written in {"close", "never"}:
        return written  # type: ignore[return-value]
    found = _CLOCK.fullmatch(written)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise fault(f"{quoted(value)} is no time of day.", 'Write "17:30", or "close", or "never".')
    return time(int(found[1]), int(found[2]))


NoteTime = Annotated[time | Literal["close", "never"], BeforeValidator(_note_time)]
Share = Annotated[StrictInt, AfterValidator(_share)]
Some = Annotated[StrictInt, AfterValidator(_some)]
Channel = Annotated[str, AfterValidator(_channel)]
Weekday = Annotated[str, AfterValidator(_day)]
PersonId = Annotated[str, AfterValidator(_person)]
ReaderId = Annotated[str, AfterValidator(_reader)]
Length = Annotated[timedelta, BeforeValidator(length)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Periods = Annotated[tuple[Span, ...], BeforeValidator(_periods)]
PublicHolidays = Annotated[str, AfterValidator(_public_holidays)]
Address = Annotated[str, AfterValidator(base_address)]
Database = Annotated[str, AfterValidator(_database)]
Handle = Annotated[str, AfterValidator(_handle)]
SegmentName = Annotated[str, AfterValidator(_segment_name)]
Filled = Annotated[str, AfterValidator(_filled)]
SecretEnding = Annotated[str, AfterValidator(_secret_ending)]
Small = Annotated[str, AfterValidator(_small)]
Word = Annotated[str, AfterValidator(_word)]


def _folder(value: Path) -> Path:
    if not can_be_path(value):
        raise fault(*UNUSABLE)
    return value


def can_be_path(path: Path) -> bool:
    """Return whether a path is valid on this machine, whether or not it exists."""
    if "\0" in str(path):
        return False
    try:
        os.lstat(path.expanduser())
    except RuntimeError:  # `~name` of somebody without a home directory
        return False
    except OSError as trouble:
        return trouble.errno not in {errno.ENAMETOOLONG, errno.EILSEQ}
    except ValueError:
        return False
    return True


Folder = Annotated[Path, AfterValidator(_folder)]
