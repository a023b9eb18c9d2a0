"""`heard doctor`: the checks of a running desk's auditor, requested through the control socket."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.domain.accounts.holds import NEEDS_ACTION
from bot.domain.audit.trail import AT_A_GLANCE
from bot.domain.backups.backup import is_too_old
from bot.domain.base.health import MOST_NAMED
from bot.domain.base.moments import in_full
from bot.domain.cases.view import Tally
from bot.domain.halts.halt import HaltKind
from bot.domain.slack.backlog import FEW
from bot.domain.slack.notice import Room
from bot.gateways.check import exit_code
from bot.gateways.clock import real_now
from bot.gateways.connection_findings import of_connection
from bot.gateways.findings import Finding, Level, bad, ok, warn
from bot.gateways.odd_zones import odd_zones
from bot.gateways.trail_findings import of_seal, of_trail
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.services.accounts.standing import account_waits
from bot.services.mentions.connections import connections
from bot.services.mentions.silence import stands_still
from bot.services.slack import backlog
from handlers.control import Answers, NoAnswer, NobodyThere, ask_desk
from handlers.runs import Runs
from handlers.stream_findings import of_stream
from handlers.streaming import StreamReader
from handlers.watch import Watch

_MARKS = {Level.BAD: "bad ", Level.WARN: "warn", Level.OK: "ok  "}
_ASK_A_PERSON = "Look at the case with `/care case`, and note what happened to it before you put it right."

_TOKEN = "Put a token that Slack accepts into SLACK_BOT_TOKEN, and start the desk again."  # noqa: S105 - a sentence


def answers(
    desk: Desk,
    watch: Watch,
    runs: Callable[[], Sequence[Runs]] = lambda: (),
    streams: Sequence[StreamReader] = (),
    webhooks: Callable[[], Sequence[Finding]] = lambda: (),
) -> Answers:
    """Return the function of each request; `runs` are those of the desk's jobs so far."""

    def examine() -> list[Finding]:
        found = [*findings(desk, watch, runs(), streams), *webhooks()]
        return sorted(found, key=lambda one: one.level == Level.OK)

    return {"doctor": lambda _: {"facts": [_plain(one) for one in examine()]}}


def findings(
    desk: Desk, watch: Watch, runs: Sequence[Runs] = (), streams: Sequence[StreamReader] = ()
) -> list[Finding]:
    """Check everything now, and return the findings, failed ones first."""
    now = desk.clock.now()
    tally = desk.store.tally(now, now)
    forgotten = [bad(one, _ASK_A_PERSON) for one in watch.findings(now)]
    shut_out = [bad(one, _TOKEN) for one in watch.shut_out()]
    still = [*([stands_still("auditor")] if watch.asleep else []), *watch.stopped]
    stopped = [bad(one, "Restart the desk; nothing is lost by that.") for one in still]
    found = [
        *shut_out,
        *(forgotten or [ok(_none_forgotten(tally.open, tally.replayed))]),
        *_overdue(tally),
        *(stopped or [ok("Every part of the desk has run within the last 5 minutes.")]),
        *_desks(desk),
        *(watch.deaf() or [ok("The desk hears Slack.")]),
        *_trail(desk),
        *_unreadable(desk),
        *_waiting(desk, now),
        *_failing(desk),
        *(of_connection(one, now) for one in connections(desk, now)),
        *_halts(desk),
        *_backups(desk, now),
        *_checksums(desk),
        *_holds(desk, now),
        *(one for stream in streams for one in of_stream(_stream_of(desk, stream), stream.state)),
        *odd_zones(desk.store.people()),
        *(one.finding() for one in runs),
    ]
    return sorted(found, key=lambda one: one.level == Level.OK)


_CLOCKS = timedelta(seconds=5)  # by which the clocks of desks may differ
_SET_IT = "Let its clock be set by NTP; promises and reminders are counted by it."


def _desks(desk: Desk) -> list[Finding]:
    """Return the running desks on this database, and what each does alone; nothing for a file."""
    found = [
        ok(
            f"{one.name} is running since {in_full(one.since)}; its lease lasts {one.left.total_seconds():.0f} s. "
            f"It does: {one.leases or 'what all of them do'}."
        )
        for one in desk.store.running_desks()
    ]
    off = desk.store.clock_behind(real_now()) if found else timedelta()
    differs = f"This machine's clock differs from the database's by {abs(off).total_seconds():.0f} s."
    return [*found, *([warn(differs, _SET_IT)] if abs(off) > _CLOCKS else [])]


def _trail(desk: Desk) -> list[Finding]:
    """Compare a short trail with its seal; for a long one check only the seal."""
    seal = desk.store.trail_seal()
    return of_trail(desk.store.prove()) if seal.sealed.lines <= AT_A_GLANCE else of_seal(seal)


def _unreadable(desk: Desk) -> list[Finding]:
    count, since = desk.store.unreadable_count()
    if not count or since is None:
        return []
    posts = "1 post" if count == 1 else f"{count} posts"
    return [
        bad(
            f"{posts} that came in could not be read, the first on {in_full(since)}, and nobody has decided.",
            "`/care unreadable` in Slack shows what can be read, and opens a case by hand.",
        )
    ]


_MEND = "Where it is a channel, please put it right; what waits is shown within ten minutes of that."


def _waiting(desk: Desk, now: datetime) -> list[Finding]:
    """Return the findings on messages that wait for Slack, with the reasons."""
    waits = backlog.waits(desk, now)
    many = f"{waits.paced:,} messages wait to be shown in Slack, the most urgent first."
    paced = [ok(many)] if waits.paced > FEW else []
    held = ["".join(one.channel if isinstance(one, Room) else one for one in said) for said in waits.held()]
    return [*(warn(f"{one}.", _MEND) for one in held), *paced]


_WAIT = "Nothing to do: the desk goes on by itself then, and nothing is lost by that."
_SHUT_OUT = "The desk goes on by itself once it is settled; approved replies wait meanwhile."


def _holds(desk: Desk, now: datetime) -> list[Finding]:
    """Return what each account does not do now, since its network asked it to wait or shuts it out."""
    return [
        bad(f"{one.said()} {one.why}", _SHUT_OUT)
        if one.limit in NEEDS_ACTION
        else warn(f"{one.said()} {one.why}", _WAIT)
        for network in desk.networks.values()
        for one in account_waits(desk, network, now)
    ]


_HALTED: Mapping[HaltKind, str] = {
    HaltKind.HOLD: "A lead looks at what was found, and releases the desk. See docs/backups.md.",
    HaltKind.DAMAGE: "Stop the desk, and restore the last good backup with `heard restore`. See docs/backups.md.",
    HaltKind.PAUSE: "A lead says `/care resume`, or you `heard resume`; of a network or account with its name.",
}


def _halts(desk: Desk) -> list[Finding]:
    """Return what keeps the desk from sending; a pause is wanted, so it is only a warning."""
    return [
        (warn if one.kind == HaltKind.PAUSE else bad)(f"{one.why} Since {in_full(one.at)}.", _HALTED[one.kind])
        for one in desk.store.halts()
    ]


def _backups(desk: Desk, now: datetime) -> list[Finding]:
    """Return whether the last good backup is young enough; nothing where none are configured."""
    if desk.backups is None:
        return []
    newest = desk.backups.newest(now)
    if is_too_old(newest, desk.backups.policy, now):
        last = f"The last good backup is from {in_full(newest)}." if newest else "There is no good backup yet."
        return [bad(last, "`heard backup` tries it at once, and says why it fails.")]
    return [ok(f"The last good backup is from {in_full(newest)}.")] if newest else []


def _checksums(desk: Desk) -> list[Finding]:
    """Return whether PostgreSQL notices a page that a disk has changed."""
    checks = desk.store.page_checksums()
    if checks is None:
        return []
    if checks:
        return [ok("The database checks each page that it reads.")]
    return [warn("The database does not notice a page that a disk has changed.", "See docs/backups.md#damage.")]


def _stream_of(desk: Desk, stream: StreamReader) -> str:
    """Return a stream's name for people: "X's stream for @northwind"."""
    found = [desk.networks.get((stream.pushes.name, one)) for one in stream.pushes.accounts]
    handles = ", ".join(f"@{one.handle}" for one in found if one)
    return f"{network_label(stream.pushes.name)}'s stream for {handles}"


def _failing(desk: Desk) -> list[Finding]:
    """Return the findings on repeatedly failing items, which are skipped."""
    named = {work: sorted(map(str, items)) for work, items in desk.broken.named(desk.clock.pace()).items()}
    return [
        bad(
            f"“{work}” fails for {', '.join(items[:MOST_NAMED])}{_more(len(items) - MOST_NAMED)}; all else goes on.",
            f"The log says why, under “{work}.”; what is named there is tried again every few minutes.",
        )
        for work, items in sorted(named.items())
    ]


def _more(count: int) -> str:
    return f" and {count} more" if count > 0 else ""


def _none_forgotten(count: int, replayed: int) -> str:
    beside = f", beside {replayed} replayed" if replayed else ""
    if count == 1:
        return f"1 case is open{beside}, and it is not forgotten."
    return f"{count} cases are open{beside}, and none is forgotten."


def _overdue(tally: Tally) -> list[Finding]:
    """Return the findings on cases past their due moment."""
    if not tally.lapsed_count:
        return []
    named = [str(one) for one in tally.lapsed[:MOST_NAMED]]
    cases = "1 case is" if tally.lapsed_count == 1 else f"{tally.lapsed_count} cases are"
    what = f"{cases} past the promised time: {', '.join(named)}{_more(tally.lapsed_count - len(named))}."
    return [bad(what, "`/care queue` in Slack shows them, most urgent first. Each needs its answer.")]


def _plain(finding: Finding) -> dict[str, Any]:
    return {"level": finding.level.value, "what": finding.what, "remedy": finding.remedy}


def examined(socket: Path, *, as_json: bool, doubt: str = "", beside: Sequence[Finding] = ()) -> tuple[str, bool]:
    """Ask the running desk; return the text to print, and whether all is well.

    `doubt`: why a desk may be running elsewhere, if nobody answers here. `beside`: findings found without it.
    """
    found = list(dict.fromkeys([*_asked(socket, doubt), *beside]))
    found.sort(key=lambda one: one.level == Level.OK)
    well = exit_code(found) == 0
    if as_json:
        return json.dumps({"well": well, "facts": [_plain(one) for one in found]}, indent=2), well
    lines = [f"{_MARKS[one.level]}  {one.what}" + (f"\n      {one.remedy}" if one.remedy else "") for one in found]
    return "\n".join([*lines, "", "All is well." if well else "Something needs your attention."]), well


def _asked(socket: Path, doubt: str) -> list[Finding]:
    try:
        answer = ask_desk(socket, "doctor")
    except NobodyThere as nobody:
        return [bad(doubt or str(nobody), "Start it with `heard run`, or name its --state.")]
    except NoAnswer as trouble:
        return [bad(str(trouble), "See the desk's log.")]
    if not answer["ok"]:
        return [bad(answer["why"], "See the desk's log.")]
    return [Finding(Level(one["level"]), one["what"], one["remedy"]) for one in answer["facts"]]
