"""The secrets: from the environment or from files that nobody else can read, never from heard.toml."""

import re
import stat
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from pydantic import SecretStr

from bot.domain.base.quick_dataclass import dataclass
from bot.ports.network_kind import NeededSecret, every_secret, network_kinds
from bot.settings.faults import Fault
from bot.settings.files import UnreadableFile, small_text

TOKEN_LIKE = re.compile(r"xox[abposr]-[\w-]{4,}|xapp-[\w-]{4,}")
OTHERS_MAY_READ = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH

SLACK = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
CUSTOMERS_TOKEN = "CUSTOMERS_TOKEN"  # noqa: S105 - a name; of the system that [customers] asks
SUGGESTIONS_KEY = "SUGGESTIONS_KEY"  # of the server that is asked for words, where it wants one
STATEMENTS_SECRET = "STATEMENTS_SECRET"  # noqa: S105 - a name; of a system that brings statements, whose name follows
_STARTS = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
_FOUND_AT = {
    "SLACK_BOT_TOKEN": "“OAuth & Permissions” of your Slack app",
    "SLACK_APP_TOKEN": "“Basic Information”, “App-Level Tokens” of your Slack app",
    "SLACK_SIGNING_SECRET": "“Basic Information”, “App Credentials” of your Slack app",
    CUSTOMERS_TOKEN: "the system that [customers] asks",
    STATEMENTS_SECRET: "`openssl rand -hex 32`, give it to the system that brings statements, too",
}
SHORTEST_OWN = 32  # signs of a secret that people make themselves
SYSTEMD = "CREDENTIALS_DIRECTORY"  # only for the service; its access lists look like a mode for the group
_ONE_WORD = re.compile(r"[!-~]+")
APART = "__"  # between the name of a secret and whose it is: X_ACCESS_TOKEN__SUPPORT
_NONE = SecretStr("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The secrets of a desk; each is empty when it is not needed. `of_networks`: by name in the environment."""

    slack_bot_token: SecretStr = _NONE
    slack_app_token: SecretStr = _NONE
    slack_signing_secret: SecretStr = _NONE
    suggestions_key: SecretStr = _NONE
    of_networks: Mapping[str, SecretStr] = field(default_factory=dict)

    def by_name(self) -> dict[str, str]:
        """Return the secrets that are there in plain text, by name in the environment."""
        plain = {name: getattr(self, name.lower()) for name in (*SLACK, SUGGESTIONS_KEY)}
        found = {name: one.get_secret_value() for name, one in (plain | dict(self.of_networks)).items()}
        return {name: one for name, one in found.items() if one}

    def values(self) -> tuple[str, ...]:
        """Return every secret in plain text, and the parts of those that have some, for redaction only."""
        return tuple(part for name, value in self.by_name().items() for part in (value, *_parts(name, value)))


def secret_names() -> tuple[str, ...]:
    """Return the names of all secrets that a desk can have, Slack's first."""
    others = (SUGGESTIONS_KEY, CUSTOMERS_TOKEN, STATEMENTS_SECRET)  # of what is neither Slack nor a network
    return (*SLACK, *others, *(one.name for kind in network_kinds().values() for one in every_secret(kind)))


def _names(env: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of all secrets, and of those that the environment has for one of several accounts."""
    every = secret_names()
    plain = (name.removesuffix("_FILE") for name in env)
    further = {name for name in plain if (parts := name.partition(APART))[1] and parts[0] in every}
    return (*every, *sorted(further))


def read(env: Mapping[str, str], needed: Collection[str]) -> tuple[Secrets, list[Fault]]:
    """Return the secrets, and a fault for each that is needed and missing, or readable by others."""
    faults: list[Fault] = []
    values = {name: _one(env, name, faults) for name in dict.fromkeys((*_names(env), *needed))}
    faulty = {one.where.removesuffix("_FILE") for one in faults}
    faults += [_missing(name) for name in needed if not values[name] and name not in faulty]
    faults += [_too_short(name) for name in needed if _is_guessed(name, values[name])]
    faults += [
        _unlike(name, start) for name, start in _STARTS.items() if not values[name].startswith(start) and values[name]
    ]
    kept = {name: SecretStr(value) for name, value in values.items()}
    plain = {name.lower(): kept.pop(name) for name in (*SLACK, SUGGESTIONS_KEY)}
    return Secrets(**plain, of_networks=kept), faults


def in_reach(env: Mapping[str, str]) -> tuple[str, ...]:
    """Return every secret that the environment contains or names a file of, valid or not, for redaction only."""
    found = {name: value for name in _names(env) if (value := _one(env, name, []))}
    return tuple(part for name, value in found.items() for part in (value, *_parts(name, value)))


def without_secrets(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a program that needs none of the secrets."""
    secret = _names(env)
    return {name: value for name, value in env.items() if name not in secret}


def careless(path: Path) -> str:
    """Return the mode of a file that others can read, such as "0644", or ""."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except (OSError, ValueError):
        return ""
    return f"{mode:04o}" if mode & OTHERS_MAY_READ else ""


def _one(env: Mapping[str, str], name: str, faults: list[Fault]) -> str:
    plain, place = env.get(name, "").strip(), env.get(f"{name}_FILE", "").strip()
    if plain and place:
        faults.append(Fault(None, name, f"Both {name} and {name}_FILE are set.", "Keep one of them."))
    value = _from_file(Path(place), name, faults, env.get(SYSTEMD, "")) if place else plain
    known = _of_networks().get(name.partition(APART)[0])
    what = known.why_not(value) if known and known.why_not else _why_no_word(value)
    if value and what:
        remedy = f"Take it from {known.found_at}." if known and known.why_not else "Write the secret alone."
        faults.append(Fault(None, f"{name}_FILE" if place else name, what, remedy))
    return value


def _why_no_word(value: str) -> str:
    return "" if _ONE_WORD.fullmatch(value) else "It holds blanks, line ends or signs that no token has."


def _parts(name: str, value: str) -> Sequence[str]:
    known = _of_networks().get(name.partition(APART)[0])
    return known.parts(value) if known else ()


def _of_networks() -> Mapping[str, NeededSecret]:
    return {one.name: one for kind in network_kinds().values() for one in every_secret(kind)}


def _from_file(path: Path, name: str, faults: list[Fault], private: str) -> str:
    """Return a file's secret. In `private` others can enter no file, whatever its mode says."""
    where = f"{name}_FILE"
    try:
        mode = "" if private and path.parent == Path(private) else careless(path)
        value = small_text(path).strip()
    except UnreadableFile as trouble:
        faults.append(Fault(None, where, f"{path} cannot be read: {trouble}.", "Check the path and its owner."))
        return ""
    if mode:
        what = f"{path} can be read by others on this machine (mode {mode})."
        faults.append(Fault(None, where, what, f"chmod 600 {path}"))
    if not value:
        faults.append(Fault(None, where, f"{path} is empty.", "Write the secret into it."))
    return value


def _missing(name: str) -> Fault:
    where = _FOUND_AT.get(name.partition(APART)[0]) or _of_networks()[name.partition(APART)[0]].found_at
    return Fault(None, name, "It is not set.", f"Take it from {where}, and set {name} or {name}_FILE.")


def _is_guessed(name: str, value: str) -> bool:
    return name.partition(APART)[0] == STATEMENTS_SECRET and 0 < len(value) < SHORTEST_OWN


def _too_short(name: str) -> Fault:
    what = f"It has fewer than {SHORTEST_OWN} signs, so it could be guessed."
    return Fault(
        None, name, what, "Make a longer one with `openssl rand -hex 32`, and give it to the other system, too."
    )


def _unlike(name: str, start: str) -> Fault:
    what = f"{name} does not start with {start}, so it is some other token."
    return Fault(None, name, what, f"Take it from {_FOUND_AT[name]}.")
