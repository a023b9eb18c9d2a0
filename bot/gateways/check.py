"""Checks whether the desk can run; returns all findings, worst first, each with its remedy."""

import json
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, field, replace
from datetime import datetime
from pathlib import Path

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.connection import Connection
from bot.domain.team.coverage import first_moment
from bot.domain.team.shifts import ShiftChange
from bot.domain.team.swaps import Swap, swap_changes
from bot.gateways.check_slack import slack_findings
from bot.gateways.connection_findings import of_connection
from bot.gateways.deletion_findings import of_deletions
from bot.gateways.findings import Finding, Level, bad, ok, warn
from bot.gateways.key_copy import of_key_copy
from bot.gateways.own_directory import exposure, obstacle
from bot.gateways.schema_findings import not_compared, of_schema
from bot.gateways.slack import SlackChat
from bot.gateways.stream_check import of_streams
from bot.gateways.suggestion_findings import of_suggestions
from bot.ports import Templates
from bot.ports.network_kind import network_label
from bot.ports.pushes import Pushes
from bot.ports.schema import CannotCompare, NotSetUpYet, SchemaFault
from bot.settings import Settings, SettingsFaults, load
from bot.settings.accounts import kind_of
from bot.settings.health import is_loopback
from bot.settings.model import Account
from bot.settings.own_accounts import account_name, secrets_of
from bot.settings.triage_rules import triage_rules_without_an_account

__all__ = ["Finding", "Level", "Probes", "as_json", "as_text", "exit_code", "run_checks"]

_ORDER = {Level.BAD: 0, Level.WARN: 1, Level.OK: 2}
_MARKS = {Level.BAD: "bad ", Level.WARN: "warn", Level.OK: "ok  "}
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
_FIRST_START = "The next start does that. Before an update make a backup (docs/installing.md, Updating)."


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """Checks that this module cannot make itself. A probe returns, or raises with a sentence about the fault."""

    templates: Callable[[], Templates | None] = field(default=lambda: None)
    database: Callable[[Settings], object] = field(default=lambda _: None)
    # The differences in the database's schema; None when there is no database yet.
    schema: Callable[[Settings], Sequence[SchemaFault] | None] = field(default=lambda _: None)
    # The connection of an account whose keys are right; None: unknown.
    account: Callable[[Settings, Account], Connection | None] = field(default=lambda _settings, _account: None)
    # What keeps a part of an account from working, such as encrypted messages, as a sentence; "" when all works.
    part: Callable[[Settings, Account], str] = field(default=lambda _settings, _account: "")
    # How many posts are asked about, whether they were deleted, by network and account.
    shown: Callable[[Settings], Mapping[tuple[str, str], int]] = field(default=lambda _: {})
    streams: Callable[[Settings], Sequence[Pushes]] = field(default=lambda _: ())
    words: Callable[[Settings], object] = field(default=lambda _: None)  # of the machine, on a try
    swaps: Callable[[Settings, datetime], Sequence[Swap]] = field(default=lambda _settings, _since: ())


def run_checks(path: Path, env: Mapping[str, str], *, now: datetime, probes: Probes) -> list[Finding]:
    """Run all checks for the desk of this heard.toml; return the findings, worst first."""
    findings = [_tried("The reply templates can be read.", probes.templates, "Correct the templates that are named.")]
    try:
        settings = load(path, env)
    except SettingsFaults as wrong:
        findings += [
            bad(f"{one.where}: {one.what}" + (f" (line {one.line})" if one.line else ""), one.remedy)
            for one in wrong.faults
        ]
    else:
        findings += [*_settings(settings), *_strange_templates(settings, probes), *_outside(settings, now, probes)]
    return sorted(findings, key=lambda one: _ORDER[one.level])


def exit_code(findings: Sequence[Finding]) -> int:
    """Return 1 when the desk cannot run, else 0."""
    return int(any(one.level == Level.BAD for one in findings))


def as_text(findings: Sequence[Finding]) -> str:
    """Return the findings as text for people: one line each, the remedy below it."""
    lines = []
    for one in findings:
        lines.append(f"{_MARKS[one.level]}  {one.what}")
        lines += [f"      {one.remedy}"] if one.remedy else []
    return "\n".join([*lines, "", _summary(findings)])


def as_json(findings: Sequence[Finding]) -> str:
    """Return the findings as JSON."""
    return json.dumps({"can_run": exit_code(findings) == 0, "facts": [asdict(one) for one in findings]}, indent=2)


def _summary(findings: Sequence[Finding]) -> str:
    wrong = sum(one.level == Level.BAD for one in findings)
    if wrong:
        return f"The desk cannot run yet: {wrong} {'thing needs' if wrong == 1 else 'things need'} to be put right."
    return "The desk can run."


def _settings(settings: Settings) -> Iterator[Finding]:
    yield ok(f"{settings.path.name} is in order.")
    yield from _modes(settings)
    if not settings.desk.sends:
        yield warn("Replies are held back: sends is false.", "Set sends = true in [desk] when replies should go out.")
    if not settings.config.accounts:
        yield warn("No account on a network is configured, so no complaint comes in by itself.", "Add [[accounts]].")
    if (health := settings.config.health) and not is_loopback(health.host):
        what = f"Whoever reaches port {health.port} at {health.host} can read the desk's numbers."
        yield warn(what, 'Leave health.host at "127.0.0.1", or let only your monitoring reach that port.')
    yield from _customers(settings)
    for name in triage_rules_without_an_account(settings.config):
        yield warn(f"The rule “{name}” in [[triage]] names no network with an account.", "Correct its networks.")


def _customers(settings: Settings) -> Iterator[Finding]:
    """Yield whether the source of customers can work as it is configured; it is not asked about anybody."""
    if settings.config.customers is None:
        return
    from bot.gateways.customers.configured import source_faults  # noqa: PLC0415 - only where one is configured

    found = source_faults(settings)
    yield from (bad(what, remedy) for what, remedy in found)
    if not found:
        yield ok(f"Customers are looked up in the source {settings.config.customers.source}.")


def _strange_templates(settings: Settings, probes: Probes) -> Iterator[Finding]:
    """Yield a finding for each template that is only for accounts which are not configured."""
    names = {account_name(one) for one in settings.config.accounts}
    with suppress(Exception):  # another finding says why they cannot be read
        known = probes.templates()
        for one in known.all() if known else ():
            if one.accounts and not names & set(one.accounts):
                yield warn(f"The template {one.name} names no account of yours.", "Correct its accounts.")


def _modes(settings: Settings) -> Iterator[Finding]:
    if why_not := obstacle(settings.state_dir):
        yield bad(why_not, "Name a directory of the desk's own, or let its user write there.")
        return
    if _mode(settings.path) & _OTHERS_MAY_WRITE:
        what = f"Others on this machine could change {settings.path.name}, and with it who may approve."
        yield bad(what, f"chmod go-w {settings.path}")
    database = Path(settings.database).parent.glob(f"{Path(settings.database).name}*")  # nothing, for an address
    exposed = [
        found
        for one in (
            settings.state_dir,
            *settings.state_dir.glob("trail.key*"),
            *settings.state_dir.glob("*.tokens"),
            *settings.state_dir.glob("*.sealed"),
            *sorted(database),
        )
        if (found := exposure(one))
    ]
    yield from of_key_copy(settings.state_dir)
    yield from (bad(what, remedy) for what, remedy in exposed)
    if not exposed:
        yield ok(f"The desk's own files in {settings.state_dir} are private.")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else 0


def _outside(settings: Settings, now: datetime, probes: Probes) -> Iterator[Finding]:
    yield from _database(settings, probes)
    for account in settings.config.accounts:
        probe = _bound(probes, settings, account)
        name = f"@{account.handle.removeprefix('@')} on {network_label(account.network)}"
        secrets = ", ".join(secrets_of(kind_of(account), account.secrets))
        remedy = f"Check [[accounts]] and {secrets or 'its options'}."
        asked = not kind_of(account).only_webhooks
        well = "answers, and is the one configured" if asked else "has a secret, and is not called to check it"
        several = sum(one.network == account.network for one in settings.config.accounts) > 1
        whose = f"{name}: " if several else ""
        found = list(_account(f"The account {name} {well}.", remedy, probe, now, whose=whose))
        yield from found
        if found[0].level == Level.OK and (why := probes.part(settings, account)):
            yield warn(f"{name}: {why}", "All else of this account works without it.")
    yield from of_streams(settings, probes.streams(settings))
    yield from of_deletions(settings, _shown(settings, probes))
    yield from of_suggestions(settings, probes.words)
    token = settings.secrets.slack_bot_token.get_secret_value()
    chat = SlackChat(token, now=lambda: now, base_url=settings.slack_api_url)
    yield from slack_findings(settings, chat, now, _given(settings, now, probes))


def _database(settings: Settings, probes: Probes) -> Iterator[Finding]:
    remedy = "See docs/configuration.md, desk.database."
    try:
        probes.database(settings)
    except NotSetUpYet:
        yield warn("The database opens, and is not set up for this version yet.", _FIRST_START)
    except Exception as trouble:  # noqa: BLE001 - as in _tried
        yield bad(str(trouble) or type(trouble).__name__, remedy)
    else:
        yield ok("The database opens.")
        yield from _schema(settings, probes, remedy)


def _schema(settings: Settings, probes: Probes, remedy: str) -> Iterator[Finding]:
    try:
        faults = probes.schema(settings)
    except CannotCompare as why:
        yield not_compared(str(why))
    except Exception as trouble:  # noqa: BLE001 - as in _tried
        yield bad(str(trouble) or type(trouble).__name__, remedy)
    else:
        yield from of_schema(faults) if faults is not None else ()


def _shown(settings: Settings, probes: Probes) -> Mapping[tuple[str, str], int]:
    """Return how many posts are asked about; none when the database does not open, which another finding reports."""
    try:
        return probes.shown(settings)
    except Exception:  # noqa: BLE001 - reported by the finding about the database
        return {}


def _given(settings: Settings, now: datetime, probes: Probes) -> list[ShiftChange]:
    """Return the swaps between people; nothing when the database does not open, which another finding reports."""
    with suppress(Exception):
        return swap_changes(probes.swaps(settings, first_moment(now, settings.policy().hours)))
    return []


def _bound(probes: Probes, settings: Settings, account: Account) -> Callable[[], Connection | None]:
    return lambda: probes.account(settings, account)


def _account(
    what: str, remedy: str, probe: Callable[[], Connection | None], now: datetime, *, whose: str
) -> Iterator[Finding]:
    """Yield whether an account answers, and, if it does, its connection; `whose` goes before what is wrong."""
    known: list[Connection | None] = []
    found = _tried(what, lambda: known.append(probe()), remedy)
    yield found if found.level == Level.OK else replace(found, what=f"{whose}{found.what}")
    yield from (of_connection(one, now) for one in known if one is not None)


def _tried(what: str, probe: Callable[[], object], remedy: str) -> Finding:
    try:
        probe()
    except Exception as trouble:  # noqa: BLE001 - one check that fails must not hide the others
        return bad(str(trouble) or type(trouble).__name__, remedy)
    return ok(what)
