"""Loads one Settings from the file and the environment, and runs the checks across sections."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import field
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from bot.domain.backups.backup import BackupPolicy
from bot.domain.base.policy import Policy, Route, Turnaround
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.promises.promise import DeskHours, always_open
from bot.domain.team.people import Roster
from bot.ports.network_kind import NetworkKind, network_kind, network_kinds
from bot.settings import secrets as vault
from bot.settings.addresses import has_password, secrets_in
from bot.settings.backup import BackupSection, backup_policy
from bot.settings.complaints import faults_found
from bot.settings.crosswise import crosswise
from bot.settings.customers import names_secret, source_of_customers
from bot.settings.deletions import deletion_policy
from bot.settings.do_not_feed import feed_policy
from bot.settings.faults import Fault, SettingsFaults
from bot.settings.files import UnreadableFile, small_text
from bot.settings.kind_weights import kind_weights
from bot.settings.language_model import desk_languages, language_model
from bot.settings.light_lane import light_policy
from bot.settings.lines import Lines
from bot.settings.model import DAYS, USUALLY_WITHIN, Config, DeskSection, PeopleSection, SlackSection
from bot.settings.other_teams import other_teams_of
from bot.settings.own_accounts import own_accounts_of, secrets_of
from bot.settings.reminders import reminder_policy
from bot.settings.retention import retention_policy
from bot.settings.safety import safety_rule
from bot.settings.secrets import Secrets
from bot.settings.segments import segments_of
from bot.settings.shifts import shifts_of, skills_of
from bot.settings.solo import lane_rules
from bot.settings.spending import spending_policy
from bot.settings.storms import storm_policy
from bot.settings.suggestions import suggestion_policy
from bot.settings.triage import LANGUAGES, shipped_vocabulary
from bot.settings.triage_rules import triage_rules
from bot.settings.values import ENDING, READERS, UNUSABLE, Address, can_be_path
from bot.settings.webhooks import statement_secrets_in

if TYPE_CHECKING:
    from bot.ports.customers import Customers

_STATE_DIR = re.compile(r"""^\s*(?:desk\s*\.\s*)?state_dir\s*=\s*["']([^"'\n\\]+)["']""", re.MULTILINE)
SLACK_API_URL = "SLACK_API_URL"
SLACK_API = "https://slack.com/api/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The configuration of one desk, complete and checked."""

    config: Config
    secrets: Secrets
    path: Path
    slack_api_url: str = SLACK_API
    network_api_urls: Mapping[str, str] = field(default_factory=dict)  # by name in the environment

    @property
    def desk(self) -> DeskSection:
        """Return the section [desk]."""
        return self.config.desk

    @property
    def slack(self) -> SlackSection:
        """Return the section [slack]."""
        return self.config.slack

    @property
    def people(self) -> PeopleSection:
        """Return the section [people]."""
        return self.config.people

    @property
    def state_dir(self) -> Path:
        """Return where the desk keeps its files; a relative path starts at heard.toml."""
        return (self.path.parent / self.desk.state_dir.expanduser()).absolute()

    @property
    def database(self) -> str:
        """Return the store's address: as configured, or the path of the SQLite file."""
        named = self.desk.database
        if "://" in named:
            return named
        file = Path(named).expanduser() if named else self.state_dir / "heard.db"
        return str((self.path.parent / file).absolute())

    @property
    def database_address(self) -> str:
        """Return the store's address in full: a bare path is an SQLite file."""
        return self.database if "://" in self.database else f"sqlite:///{self.database}"

    @property
    def hidden(self) -> tuple[str, ...]:
        """Return all secrets in plain text, for redaction only."""
        asked = self.config.suggestions.url if self.config.suggestions else ""
        return (*self.secrets.values(), *secrets_in(self.desk.database, self.desk.heartbeat_url, asked))

    @property
    def channels(self) -> tuple[str, ...]:
        """Return every channel in which the desk posts, each once, the main one first."""
        routed = [one.channel for one in self.config.routes]
        asked = [*(one.channel for one in self.config.other_teams), self.config.storms.marketing]
        every = (self.slack.channel, self.slack.leads_channel, *routed, self.config.safety.channel, *asked)
        return tuple(dict.fromkeys(filter(None, every)))

    @property
    def backup_folder(self) -> Path:
        """Return where backups are kept; a relative path starts at heard.toml."""
        section = self.config.backup or BackupSection.model_validate({})
        return (self.path.parent / section.folder.expanduser()).absolute()

    @property
    def backup_policy(self) -> BackupPolicy:
        """Return how often a backup is made, and how many are kept."""
        return backup_policy(self.config.backup or BackupSection.model_validate({}))

    def customers(self) -> "Customers | None":
        """Return the source that is asked about customers, if one is configured."""
        return source_of_customers(self)

    def policy(self) -> Policy:
        """Return the configuration as the desk works by it."""
        desk, slack, people = self.desk, self.slack, self.people
        return Policy(
            brand=desk.brand,
            channel=slack.channel,
            leads_channel=slack.leads_channel,
            roster=Roster(
                approvers=frozenset(people.approvers),
                leads=frozenset(people.leads),
                team=frozenset(people.team),
                readers=self._readers(),
            ),
            hours=self._hours(),
            turnarounds=self._turnarounds(),
            accounts=own_accounts_of(self.config),
            segments=segments_of(self.config),
            routes=self._routes(),
            safety=safety_rule(self.config),
            vocabulary=shipped_vocabulary(),
            triage_rules=triage_rules(self.config),
            guess=language_model(desk_languages(self.config, frozenset(LANGUAGES))),
            weights=kind_weights,
            four_eyes=people.four_eyes,
            closes_after=desk.closes_after,
            sends=desk.sends,
            shared_channels=slack.shared_channels,
            slack_url=slack.url.rstrip("/"),
            allowed_links=frozenset(desk.allowed_links),
            may_repeat=self.config.replies.may_repeat,
            statements_stale_after=self.config.replies.statements_stale_after,
            own_numbers=frozenset(self.config.replies.published),
            phone_countries=self.config.replies.phone_countries,
            published=self.config.hours.published if self.config.hours else "",
            shifts=shifts_of(self.config),
            skills=skills_of(self.config),
            gives_out=self.config.assignment.mode == "load",
            reminders=reminder_policy(self.config),
            other_teams=other_teams_of(self.config),
            daily_note=self.config.leads.daily_note != "never",
            daily_note_at=self._daily_note_at(),
            solo=lane_rules(self.config),
            light=light_policy(self.config),
            do_not_feed=feed_policy(self.config),
            deletions=deletion_policy(self.config),
            retention=retention_policy(self.config.retention),
            spending=spending_policy(self.config),
            storms=storm_policy(self.config),
            suggestions=suggestion_policy(self.config),
            order_numbers=self.config.customers.order_numbers if self.config.customers else (),
        )

    def _readers(self) -> frozenset[str]:
        """Return who may read private messages; an empty [people] team adds nobody, not everybody."""
        lists = {name: getattr(self.people, name) for name in READERS}
        return frozenset(who for named in self.people.reads_private for who in lists.get(named, (named,)))

    def _daily_note_at(self) -> time | None:
        at = self.config.leads.daily_note
        return at if isinstance(at, time) else None

    def _hours(self) -> DeskHours:
        hours = self.config.hours
        if hours is None:
            return always_open(self.desk.zone.key)
        periods = {number: getattr(hours, day) for number, day in enumerate(DAYS)}
        return DeskHours(hours.zone or self.desk.zone, periods, frozenset(hours.closed) | _holidays(hours.holidays))

    def _turnarounds(self) -> tuple[Turnaround, ...]:
        rules = tuple(
            Turnaround(
                within=one.within,
                kind=one.kind,
                network=one.network,
                account=one.account,
                priority=str(one.priority),
                channel=one.channel,
                segment=one.segment,
            )
            for one in self.config.turnaround
        )
        general = any(not one.names for one in rules)
        return rules if general else (*rules, Turnaround(within=USUALLY_WITHIN))

    def _routes(self) -> tuple[Route, ...]:
        return tuple(
            Route(
                channel=one.channel or self.slack.channel,
                networks=frozenset(one.networks),
                accounts=frozenset(one.accounts),
                languages=frozenset(one.languages),
                words=one.words,
                segments=frozenset(one.segments),
                topic=one.topic,
                priority=str(one.priority),
            )
            for one in self.config.routes
        )


def load(path: Path, env: Mapping[str, str], *, speaks: bool = True) -> Settings:
    """Read heard.toml and the secrets; raise SettingsFaults with all faults.

    `speaks`: false for a command that only reads the store; it needs no secret and no address.
    """
    text, raw, faults = _read(path)
    lines = Lines(text)
    faults += _exposed(path, text)
    config, wrong = _config(raw, lines)
    faults += wrong
    faults += _exposed_password(path, config, lines)
    secrets, wrong = vault.read(env, _needed(raw) if speaks else ())
    faults += wrong
    addresses, wrong = _addresses(env, _networks(raw) if speaks else ())
    faults += wrong
    if faults or config is None:
        raise SettingsFaults(faults)
    slack_api = addresses.pop(SLACK_API_URL)
    return Settings(
        config=config, secrets=secrets, path=path.absolute(), slack_api_url=slack_api, network_api_urls=addresses
    )


def _holidays(place: str) -> frozenset[date]:
    if not place:
        return frozenset()
    from bot.settings.holidays import closed_days  # noqa: PLC0415 - see values.PublicHolidays

    return closed_days(place)


def state_dir_of(path: Path) -> tuple[Path, list[Fault]]:
    """Return the state directory of the desk of this heard.toml, and why it is only a guess, if it is one.

    No secret is needed, and the rest of the file may be invalid.
    """
    text, raw, faults = _read(path)
    desk = (raw or {}).get("desk", {})
    named = desk.get("state_dir", "state") if isinstance(desk, dict) else None
    if raw is None or not isinstance(named, str):
        written = _STATE_DIR.search(text)
        what = Fault(None, "desk.state_dir", "This is not a folder's path.", "Put it in quotation marks.")
        named, faults = written[1] if written else "state", faults or [what]
    if not can_be_path(Path(named)):
        named, faults = "state", [Fault(None, "desk.state_dir", *UNUSABLE)]
    return (path.parent / Path(named).expanduser()).absolute(), faults


def _read(path: Path) -> tuple[str, dict[str, Any] | None, list[Fault]]:
    try:
        text = small_text(path)
    except UnreadableFile as trouble:
        remedy = "`heard init` writes one; --config names another place."
        return "", None, [Fault(None, str(path), f"The file cannot be read: {trouble}.", remedy)]
    try:
        return text, tomllib.loads(text), []
    except tomllib.TOMLDecodeError as trouble:
        return text, None, [_not_toml(path, str(trouble))]
    except RecursionError:
        what = "Brackets stand in brackets far more than a desk ever needs."
        return text, None, [Fault(None, path.name, what, "Look for brackets that were never closed.")]
    except ValueError:  # a number of thousands of digits
        return text, None, [Fault(None, path.name, "A number in it is far too long.", "Look for the long line.")]


def _not_toml(path: Path, trouble: str) -> Fault:
    at = re.search(r"\(at line (\d+), column \d+\)", trouble)
    what = f"TOML cannot read on from here: {trouble.split(' (at ', maxsplit=1)[0]}."
    return Fault(int(at[1]) if at else None, path.name, what, "Look for a missing quotation mark or bracket there.")


def _config(raw: dict[str, Any] | None, lines: Lines) -> tuple[Config | None, list[Fault]]:
    if raw is None:
        return None, []
    try:
        config = Config.model_validate(raw)
    except ValidationError as trouble:
        return None, faults_found(trouble, lines)
    return config, crosswise(config, lines)


def _exposed(path: Path, text: str) -> list[Fault]:
    found = vault.TOKEN_LIKE.search(text)
    if not found or not vault.careless(path):
        return []
    line = text.count("\n", 0, found.start()) + 1
    what = "Something here looks like a token, and others on this machine can read the file."
    remedy = "Take the token out, have a new one made, and set it in the environment."
    return [Fault(line, path.name, what, remedy)]


def _exposed_password(path: Path, config: Config | None, lines: Lines) -> list[Fault]:
    if config is None or not has_password(config.desk.database) or not (mode := vault.careless(path)):
        return []
    what = f"The password of the database is here, and others on this machine can read the file (mode {mode})."
    remedy = f"chmod 600 {path}, or leave the password out and name a file of it: ?passfile=/path/to/pgpass."
    return [Fault(lines.of(("desk", "database")), "desk.database", what, remedy)]


def _needed(raw: dict[str, Any] | None) -> list[str]:
    """Return the secrets that this configuration needs, as far as it is valid."""
    if raw is None:
        return ["SLACK_BOT_TOKEN"]
    slack = raw.get("slack")
    http = isinstance(slack, dict) and slack.get("mode") == "http"
    of_accounts = [name for kind, ending in _accounts(raw) for name in secrets_of(kind, ending)]
    others = [vault.CUSTOMERS_TOKEN] if names_secret(raw.get("customers")) else []
    others += statement_secrets_in(raw.get("statement_sources"))
    return ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET" if http else "SLACK_APP_TOKEN", *of_accounts, *others]


def _networks(raw: dict[str, Any] | None) -> list[NetworkKind]:
    """Return the kinds of the accounts' networks, each once, as far as they are valid."""
    return list({kind.name: kind for kind, _ in _accounts(raw)}.values())


def _accounts(raw: dict[str, Any] | None) -> list[tuple[NetworkKind, str]]:
    """Return the kind of each account's network and the ending of its secrets, as far as they are valid."""
    accounts = (raw or {}).get("accounts")
    tables = [one for one in accounts if isinstance(one, dict)] if isinstance(accounts, list) else []
    named = [(str(one.get("network", "")), str(one.get("secrets", ""))) for one in tables]
    return [
        (kind, ending if ENDING.fullmatch(ending) else "") for name, ending in named if (kind := network_kind(name))
    ]


def _addresses(env: Mapping[str, str], networks: Collection[NetworkKind]) -> tuple[dict[str, str], list[Fault]]:
    """Return the addresses by name in the environment, Slack's among them, and what is wrong with them."""
    known = {one.address.name: one.address for one in network_kinds().values() if one.address}
    usual = {SLACK_API_URL: SLACK_API, **{name: one.usual for name, one in known.items()}}
    given = {name: env.get(name, "").strip() or value for name, value in usual.items()}
    wanted = [kind.address for kind in networks if kind.address]
    faults = [Fault(None, one.name, "It is not set.", one.remedy) for one in wanted if not given[one.name]]
    found = dict(given)
    for name, address in given.items():
        try:
            found[name] = TypeAdapter(Address).validate_python(address) if address else ""
        except ValidationError as trouble:
            faults += [Fault(None, name, one.what, one.remedy) for one in faults_found(trouble, Lines(""))]
    return found, faults
