"""Makes the settings of a drill out of a desk's: its people, rules and words, and nothing that leads outside."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from bot.domain.base.slack_ids import is_group
from bot.domain.drill.script import Script
from bot.settings import secrets as vault
from bot.settings.complaints import faults_found
from bot.settings.faults import Fault, SettingsFaults
from bot.settings.files import UnreadableFile, small_text
from bot.settings.lines import Lines
from bot.settings.load import Settings, load
from bot.settings.model import Config, HoursSection, PeopleSection, ShiftRule, SkillRule
from bot.settings.secrets import Secrets
from bot.settings.segments import SegmentRule
from bot.settings.values import Section

PREFIX = "DRILL_"  # of the secrets of the app for drills
NEEDED = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
# The sections that a drill takes from the desk, each read for what it could reach. Every other one, also one that
# comes with a later version, is left as if nobody had written it.
KEPT = frozenset({
    "desk", "slack", "people", "segments", "routes", "safety", "triage", "hours", "turnaround", "shifts", "skills",
    "assignment", "nags", "leads", "light_lane", "replies", "do_not_feed", "storms", "ladder", "log", "other_teams",
    "alone",
})  # fmt: skip
_OF_SLACK = ("SLACK_", vault.SYSTEMD)


class Rota(Section):
    """Another rota: the people and shifts of a drill in place of the desk's."""

    people: PeopleSection
    hours: HoursSection | None = None
    shifts: tuple[ShiftRule, ...] = ()
    skills: tuple[SkillRule, ...] = ()


def desk_settings(path: Path, env: Mapping[str, str]) -> Settings:
    """Return the settings of the real desk, without any secret of a network. Raises SettingsFaults."""
    return load(path, {name: value for name, value in env.items() if name.startswith(_OF_SLACK)}, speaks=False)


def drill_secrets(env: Mapping[str, str]) -> Secrets:
    """Return the tokens of the app for drills; raise SettingsFaults."""
    own = {name.removeprefix(PREFIX): value for name, value in env.items() if name.startswith(f"{PREFIX}SLACK_")}
    held = {vault.SYSTEMD: env[vault.SYSTEMD]} if vault.SYSTEMD in env else {}
    found, faults = vault.read({**own, **held}, NEEDED)
    if faults:
        raise SettingsFaults([_of_drill(one) for one in faults])
    return found


def _of_drill(one: Fault) -> Fault:
    """Name the variables and the app of a drill, where a fault names the desk's."""
    what, remedy = (text.replace("SLACK_", f"{PREFIX}SLACK_") for text in (one.what, one.remedy))
    remedy = remedy.replace("your Slack app", "the Slack app for drills (`heard manifest --drill`)")
    return Fault(one.line, f"{PREFIX}{one.where}", what, remedy)


def rota_of(path: Path) -> Rota:
    """Return the rota of a file; raise SettingsFaults."""
    try:
        text = small_text(path)
        raw = tomllib.loads(text)
    except UnreadableFile as trouble:
        raise SettingsFaults([Fault(None, str(path), f"The rota cannot be read: {trouble}.", "")]) from None
    except (ValueError, RecursionError) as trouble:
        raise SettingsFaults([Fault(None, path.name, f"TOML cannot read this: {str(trouble)[:200]}.", "")]) from None
    only = {name: part for name, part in raw.items() if name in Rota.model_fields}  # a whole heard.toml will do
    try:
        return Rota.model_validate(only)
    except ValidationError as trouble:
        raise SettingsFaults(faults_found(trouble, Lines(text))) from None


def walled_settings(
    desk: Settings, script: Script, rota: Rota | None, *, folder: Path, rooms: tuple[str, str], secrets: Secrets
) -> Settings:
    """Return the settings of a drill. `rooms`: its channel, and that of its leads; every other one is its channel."""
    return Settings(
        config=_walled(desk.config, script, rota, folder, rooms),
        secrets=secrets,
        path=desk.path,
        slack_api_url=desk.slack_api_url,
    )


def _walled(config: Config, script: Script, rota: Rota | None, folder: Path, rooms: tuple[str, str]) -> Config:
    room, leads = rooms
    own = {
        "state_dir": folder.absolute(), "database": "", "heartbeat_url": "", "brand": script.brand, "sends": True,
    }  # fmt: skip
    slack = {"channel": room, "leads_channel": leads, "mode": "socket"}
    return config.model_copy(
        update={
            **{name: one.get_default() for name, one in Config.model_fields.items() if name not in KEPT},
            "desk": config.desk.model_copy(update=own),
            "slack": config.slack.model_copy(update=slack),
            "safety": config.safety.model_copy(update={"channel": ""}),
            "storms": config.storms.model_copy(update={"marketing": room}),
            "routes": tuple(one.model_copy(update={"channel": ""}) for one in config.routes),
            "turnaround": tuple(one for one in config.turnaround if not one.channel),
            "other_teams": tuple(one.model_copy(update={"channel": room}) for one in config.other_teams),
            **({**dict(rota), "segments": _approved_by(config, rota)} if rota else {}),
        }
    )


def _approved_by(config: Config, rota: Rota) -> tuple[SegmentRule, ...]:
    """Return the segments with those of their approvers who practise; where none does, every approver lets it out."""
    known = rota.people.approvers
    if any(is_group(one) for one in known):  # who is in it, only Slack knows
        return config.segments
    kept = (tuple(who for who in one.approvers if who in known) for one in config.segments)
    return tuple(one.model_copy(update={"approvers": who}) for one, who in zip(config.segments, kept, strict=True))
