"""The parts of `heard drill`: reads a script, checks the walls, plays it, and keeps its page."""

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cli.opening import LOOKS_EVERY, open_desk, until_stopped
from cli.output import hide, leave, say

if TYPE_CHECKING:
    from app import Running
    from bot.domain.drill.course import Course
    from bot.domain.drill.score import Score
    from bot.domain.drill.script import Crowd, Script
    from bot.gateways.drill_state import DrillState
    from bot.settings import Secrets, Settings, SettingsFaults
    from handlers.drill_door import Walled

READS_EVERY = timedelta(seconds=2)
TELLS_WITHIN = 20.0  # real seconds for the score to reach Slack
PAGE = "drill.html"
OVER, STOPPED, KILLED = (
    "It was played to its end.",
    "It was stopped by hand.",
    "It was killed, and scored as it stood.",
)
_CHANNEL = re.compile(r"[CG][A-Z0-9]{6,20}")


def list_scripts() -> None:
    """Print the scripts that come with the desk."""
    from bot.settings.drill_script import shipped_scripts

    say("Name a script, or your own file:")
    for name, text in shipped_scripts().items():
        found = script_of(name, text)
        posts = sum(one.count for one in found.moments if not one.news)
        say(f"  {name}: {found.title} ({posts} posts, {found.length.total_seconds() / 60:.0f} minutes)")


def script_of(name: str, text: str) -> "Script":
    """Return a script; print all of its faults and exit."""
    from bot.rehearsal.street.words import load_words
    from bot.settings import SettingsFaults
    from bot.settings.drill_script import read_script

    try:
        return read_script(name, text, {one.kind for one in load_words().lines})
    except SettingsFaults as found:
        _leave_with(found)


def _leave_with(found: "SettingsFaults") -> NoReturn:
    leave("\n".join(str(one) for one in found.faults))


def crowd_of(script: "Script") -> "Crowd":
    """Return the words and the invented people of the rehearsal's crowd, in the languages of a script."""
    from bot.domain.drill.script import BRAND, Crowd, Voice
    from bot.rehearsal.street.words import load_words

    words = load_words()
    said: dict[str, list[str]] = {}
    for line in words.lines:
        if line.lang in script.languages:
            text = line.text.replace("@northwind", BRAND)
            places = words.places[line.lang] if "{place}" in text else ("",)
            said.setdefault(line.kind, []).extend(text.replace("{place}", place) for place in places)
    people = [one for one in (*words.everyone, *words.others) if one.lang in script.languages]
    return Crowd(said, [Voice(handle=one.handle, name=one.name, followers=one.followers) for one in people])


def play(
    named: str,
    desk: "Settings",
    secrets: "Secrets",
    rota: Path | None,
    rooms: tuple[str, str],
    *,
    speed: float,
    folder: Path,
    ends: bool,
) -> None:
    """Play a script in the drill's channel, or go on with the one that was killed; score it at the end.

    `ends`: one that was killed is scored as it stood, as is one whose time has passed since.
    """
    from bot.gateways.clock import WallClock

    state, place = _begun(named, rooms, speed, folder, ends=ends)
    course, clock = _course(state), WallClock()
    settings = walled(desk, secrets, course.script, (rota, place, state.rooms))
    _refuse_the_desks_app(secrets, desk)
    keep(place, state)
    past = ends or clock.now() >= course.ends_at
    shown = replace(course, posts=()) if past else course
    running = open_desk(settings, clock, READS_EVERY, walled=behind_walls(shown, clock.now))
    if past:
        _end_what_was_killed(running, course, place, state)
    else:
        _conduct(running, course, place, state)


def _course(state: "DrillState") -> "Course":
    from bot.domain.drill.course import Course
    from bot.domain.drill.script import posts_of

    script = script_of(state.script, state.text)
    posts = posts_of(script, crowd_of(script))
    return Course(script=script, posts=posts, started_at=state.started_at, speed=state.speed)


def _begun(
    named: str, rooms: tuple[str, str], speed: float, folder: Path, *, ends: bool
) -> "tuple[DrillState, Path]":
    """Return the drill to go on with, or a new one, with its folder."""
    from bot.gateways.drill_state import DrillState, unfinished
    from bot.settings import SettingsFaults
    from bot.settings.drill_script import script_text

    try:
        name, text = script_text(named)
    except SettingsFaults as found:
        _leave_with(found)
    if known := unfinished(folder, name):
        place, state = known
        say(f"A drill with this script was interrupted. It is taken up again: {place}, in channel {state.rooms[0]}.")
        return state, place
    if ends:
        leave(f"No drill with this script was interrupted in {folder}.")
    script_of(name, text)
    now = datetime.now(UTC)
    place = folder / f"{re.sub(r'[^a-zA-Z0-9-]+', '-', name)}-{now:%Y%m%d-%H%M%S}"
    return DrillState(script=name, text=text, rooms=rooms, started_at=now, speed=speed), place


def _refuse_rooms(desk: "Settings", rooms: Sequence[str]) -> None:
    for room in rooms:
        if not _CHANNEL.fullmatch(room):
            leave(
                "Name the drill's own channel with --channel: its id is at the very bottom of its details in Slack."
            )
        if room in desk.channels:
            leave(f"The desk works in {room}. Make a channel for drills alone, and invite the drill's app there.")


def walled(
    desk: "Settings", secrets: "Secrets", script: "Script", where: tuple[Path | None, Path, tuple[str, str]]
) -> "Settings":
    """Return the settings of a drill; print what is wrong and exit. `where`: the rota, the folder, the channels."""
    from bot.settings import SettingsFaults
    from bot.settings.drill_walls import rota_of, walled_settings

    rota, place, rooms = where
    _refuse_rooms(desk, rooms)
    try:
        other = rota_of(rota) if rota else None
    except SettingsFaults as found:
        _leave_with(found)
    if place.resolve() == desk.state_dir.resolve():
        leave(f"{place} belongs to the desk. Name another place for drills with --folder.")
    settings = walled_settings(desk, script, other, folder=place, rooms=rooms, secrets=secrets)
    hide(settings.hidden)
    return settings


def _refuse_the_desks_app(secrets: "Secrets", desk: "Settings") -> None:
    from bot.gateways.drill_app import why_not_own_app

    if why := why_not_own_app(secrets, desk.secrets, desk.slack_api_url, lambda: datetime.now(UTC)):
        leave(why)


def keep(place: Path, state: "DrillState") -> None:
    """Write the state file of a drill; print why that cannot be done and exit."""
    from bot.gateways.drill_state import write_state

    try:
        write_state(place, state)
    except OSError as trouble:
        leave(f"{place} cannot be written: {(trouble.strerror or type(trouble).__name__).lower()}.")


def behind_walls(course: "Course", now: Callable[[], datetime]) -> "Walled":
    """Return the parts of a desk whose only network is the script in memory."""
    from bot.gateways.drill_chat import DrillChat
    from bot.gateways.networks.drill import DRILL, DrillNetwork
    from handlers.drill_door import DrillDoor, Walled

    return Walled(networks={(DRILL, DRILL): DrillNetwork(course, now)}, chat=DrillChat, door=DrillDoor)


def _conduct(running: "Running", course: "Course", place: Path, state: "DrillState") -> None:
    from handlers.drilling import Conductor

    def finish() -> None:
        now = running.desk.clock.now()
        found = write_page(running, course, place, now, OVER if now >= course.ends_at else STOPPED)
        _tell_and_keep(running, found, place, replace(state, ended_at=now))

    opened = (
        f"DRILL: {course.script.title}. It ends by itself, or with Ctrl-C, and is scored. No network is connected."
    )
    until_stopped(running, opened, finish, Conductor(running.desk, course).over)


def _end_what_was_killed(running: "Running", course: "Course", place: Path, state: "DrillState") -> None:
    """Score a drill as it stood when it was killed, and tell the channel.

    The desk does not start for it: it would remind people of promises that lapsed since.
    """
    from handlers.drilling import last_moment

    at = last_moment(running.store, course, running.desk.clock.now())
    found = write_page(running, course, place, at, KILLED)
    _tell_and_keep(running, found, place, replace(state, ended_at=at))
    running.close_unstarted()


def _tell_and_keep(running: "Running", found: "Score", place: Path, state: "DrillState") -> None:
    """Tell the channel the score, as far as Slack takes it in time, and write down that the drill is over."""
    from bot.ports import OutOfService
    from handlers.drilling import Conductor

    conductor, until = Conductor(running.desk, _course(state)), time.monotonic() + TELLS_WITHIN
    with suppress(OutOfService):
        while not conductor.tell_score(found) and time.monotonic() < until:
            time.sleep(LOOKS_EVERY)
    keep(place, state)
    say(f"The drill is over. Its page: {place / PAGE}")


def write_page(running: "Running", course: "Course", place: Path, now: datetime, how: str) -> "Score":
    """Score a drill and write its page; return the score."""
    from bot.gateways.drill_page import drill_page
    from bot.gateways.durable_files import replace_whole
    from bot.services.team.access import name_of
    from handlers.drilling import said_in, scored

    desk, store = running.desk, running.store
    found = scored(desk, store, course, now)
    drawn = drill_page(
        course,
        found,
        zone=desk.policy.hours.zone,
        how=how,
        statements=said_in(store, course.began_at, now),
        name=lambda who: name_of(desk, who),
    )
    replace_whole(place / PAGE, drawn.encode())
    return found


def write_script(mentions: Path, out: Path | None) -> None:
    """Write a script from exported mentions, without names; print what was left out."""
    from bot.gateways.drill_from_mentions import NoMentions, script_from

    target = out or Path(f"{mentions.stem}.drill.toml")
    try:
        found = script_from(mentions)
        with target.open("xt", encoding="utf-8") as file:
            file.write(found.text)
    except NoMentions as why:
        leave(str(why))
    except FileExistsError:
        leave(f"{target} is there already. Name another file with --out.")
    say(
        f"Wrote {found.posts} posts to {target}. Left out: {found.personal} that show personal data, "
        f"{found.older} that are older than these. Read it through before you play it: a name that no profile shows "
        "may still be in it."
    )
