"""Reads the script of a drill; reports all of its faults together, each with its line and what to do."""

import re
import tomllib
from collections.abc import Collection, Iterator
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictInt, ValidationError

from bot.domain.base.text import clean, visible
from bot.domain.drill.script import MOST_POSTS, Script, ScriptMoment, Voice
from bot.settings.faults import Fault, SettingsFaults
from bot.settings.files import UnreadableFile, small_text
from bot.settings.lines import Lines
from bot.settings.values import Filled, Handle, Section, fault

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LONGEST = timedelta(hours=8)
_WORDS = 2_000  # characters of a post or of news
_OFFSET = re.compile(r"(\d{1,4})\s*(s|m|min|h)", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "min": "minutes", "h": "hours"}
_SEE = "docs/drill.md has every key."


def _offset(value: object) -> timedelta:
    found = _OFFSET.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise fault("This is no length of time.", 'Write it as "90s", "5m" or "1h".')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _said(value: object) -> str:
    if not isinstance(value, str) or not visible(value).strip():
        raise fault("Here some words are missing.", "Write what is said, in quotation marks.")
    if len(value) > _WORDS:
        raise fault(f"This has {len(value):,} characters.", f"Keep it to {_WORDS:,}.")
    return clean(value)


Offset = Annotated[timedelta, BeforeValidator(_offset)]
Spoken = Annotated[str, BeforeValidator(_said)]


class MomentSection(Section):
    """One moment of the script: posts, or news for the team."""

    at: Offset
    until: Offset | None = None
    count: Annotated[StrictInt, Field(ge=1, le=MOST_POSTS)] = 1
    words: tuple[Spoken, ...] = ()
    crowd: tuple[str, ...] = ()
    by: Handle | None = None
    name: str = ""
    followers: Annotated[StrictInt, Field(ge=0)] = 0
    news: Spoken | None = None


class ScriptSection(Section):
    """The whole file."""

    title: Filled
    brand: Filled
    handle: Handle
    situation: Spoken
    length: Offset
    languages: Annotated[tuple[Literal["en", "de", "es", "fr", "pt"], ...], Field(min_length=1)] = ("en",)
    ask: tuple[Filled, ...] = ()
    moments: tuple[MomentSection, ...]


def shipped_scripts() -> dict[str, str]:
    """Return the scripts that come with the desk: their texts, by name."""
    folder = files("bot.settings") / "drill"
    found = (one for one in folder.iterdir() if one.name.endswith(".toml"))
    return {one.name.removesuffix(".toml"): one.read_text("utf-8") for one in sorted(found, key=lambda one: one.name)}


def script_text(named: str) -> tuple[str, str]:
    """Return the name and text of a script: of a shipped one, or of a file; raise SettingsFaults."""
    shipped = shipped_scripts()
    if named in shipped:
        return named, shipped[named]
    path = Path(named)
    try:
        return path.stem, small_text(path)
    except UnreadableFile as trouble:
        remedy = f"Name your file, or one that comes with Heard: {', '.join(shipped)}."
        raise SettingsFaults([Fault(None, named, f"The script cannot be read: {trouble}.", remedy)]) from None


def read_script(name: str, text: str, kinds: Collection[str]) -> Script:
    """Return a script; `kinds` are those of the crowd's words. Raises SettingsFaults with all faults."""
    lines = Lines(text)
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as trouble:
        what = f"TOML cannot read this: {str(trouble)[:200]}."
        raise SettingsFaults(
            [Fault(None, name, what, "Look for a missing quotation mark or bracket there.")]
        ) from None
    try:
        found = ScriptSection.model_validate(raw)
    except ValidationError as trouble:
        told = [_fault(one, lines) for one in trouble.errors(include_url=False)]
        raise SettingsFaults([*told, *_crosswise_raw(raw, lines, kinds)]) from None
    if wrong := list(_crosswise(found, lines, kinds)):
        raise SettingsFaults(wrong)
    return _script(name, found)


def _script(name: str, said: ScriptSection) -> Script:
    return Script(
        name=name,
        title=said.title,
        brand=said.brand,
        handle=said.handle.lstrip("@"),
        situation=said.situation,
        length=said.length,
        languages=said.languages,
        ask=said.ask,
        moments=tuple(_moment(one) for one in said.moments),
    )


def _moment(said: MomentSection) -> ScriptMoment:
    by = Voice(handle=said.by.lstrip("@"), name=said.name, followers=said.followers) if said.by else None
    return ScriptMoment(
        at=said.at,
        until=said.until or said.at,
        count=said.count,
        words=said.words,
        kinds=said.crowd,
        by=by,
        news=said.news or "",
    )


def _crosswise_raw(raw: dict[str, Any], lines: Lines, kinds: Collection[str]) -> Iterator[Fault]:
    """Yield what is wrong among the keys of the moments that can be read, where other parts cannot."""
    moments = raw.get("moments")
    for number, one in enumerate(moments if isinstance(moments, list) else ()):
        try:
            found = MomentSection.model_validate(one)
        except ValidationError:
            continue
        yield from _of_moment(found, number, lines, kinds)


def _crosswise(said: ScriptSection, lines: Lines, kinds: Collection[str]) -> Iterator[Fault]:
    if not timedelta() < said.length <= LONGEST:
        what = "A drill lasts more than no time, and at most 8 hours."
        yield Fault(lines.of(("length",)), "length", what, 'Write length = "40m".')
    if not any(one.words or one.crowd for one in said.moments):
        yield Fault(None, "moments", "Nobody writes anything in this script.", "Give a moment words or crowd.")
    total = sum(one.count for one in said.moments if not one.news)
    if total > MOST_POSTS:
        what = f"These are {total:,} posts."
        yield Fault(None, "moments", what, f"Keep it to {MOST_POSTS:,} together: smaller numbers behind count.")
    for number, one in enumerate(said.moments):
        yield from _of_moment(one, number, lines, kinds)
        if max(one.at, one.until or one.at) > said.length:
            what = "This comes after the end of the drill."
            yield _of(lines, number, "at", what, "Make length longer, or the moment earlier.")


def _of_moment(one: MomentSection, number: int, lines: Lines, kinds: Collection[str]) -> Iterator[Fault]:
    posts = bool(one.words or one.crowd)
    if posts == bool(one.news):
        what = "A moment has either posts (words, crowd) or news." if posts else "In this moment nothing happens."
        yield _of(lines, number, "at", what, "Give it words, crowd or news.")
    for kind in one.crowd:
        if kind not in kinds:
            what = "The crowd has no such words."
            yield _of(lines, number, "crowd", what, f"There are {', '.join(sorted(kinds))}.")
    if one.until is not None and one.until < one.at:
        yield _of(lines, number, "until", "This is before the beginning of the moment.", "Swap at and until.")
    if (one.name or one.followers) and not one.by:
        yield _of(lines, number, "by", "A name or followers are given, and nobody who writes.", "Add by, a handle.")


def _of(lines: Lines, number: int, key: str, what: str, remedy: str) -> Fault:
    return Fault(lines.of(("moments", number, key)), f"moments[{number + 1}].{key}", what, remedy)


def _fault(one: "ErrorDetails", lines: Lines) -> Fault:
    path = one["loc"]
    where = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part[:40]}" for part in path).lstrip(".")
    line, context = lines.of(path), one.get("ctx", {})
    match one["type"]:
        case "heard":
            return Fault(line, where, context["what"], context["remedy"])
        case "missing":
            return Fault(line, where, "This is missing.", f"Add it: {_SEE}")
        case "extra_forbidden":
            return Fault(line, where, "A script has no such key.", f"Take it out: {_SEE}")
        case _:
            return Fault(line, where, "This cannot be used as it is.", _SEE)
