"""What is done without a press: every scheduled job, the queues of Slack and of replies, and the command line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice

from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Desk
from bot.ports.exports import Table
from bot.services.erasure import erasing
from bot.services.slack.publishing import Publisher
from handlers.doctor import findings
from handlers.exporting import TableFormat, table_lines
from handlers.measuring import Measuring
from handlers.promise_report import report_lines
from handlers.proving import write_case
from handlers.triage_report import corrections
from handlers.watch import Watch
from handlers.workers import Clockwork
from storage import SqlStore
from tests.bench.growth.making import came

Job = Callable[[], object]
WHOLE = "reads everything, on purpose"
# Jobs and commands that are not measured, and why.
LEFT_OUT = {
    "pages": f"{WHOLE}, every six hours in a thread of its own",
    "witness": "asks for the highest numbers only, and writes a file",
    "words in memory": "asks the database nothing",
    "heard audit verify, heard audit export, heard doctor --trail": WHOLE,
    "heard backup, heard restore, heard move": f"copy {WHOLE.removeprefix('reads ')}",
    "heard init, manifest, certify, network, rehearse, run, reload, replay, triage FILE": "ask the database nothing",
}


@dataclass
class Hears:
    """A connection to Slack that works."""

    name: str = "socket"
    again: str = ""

    def deaf(self) -> None:
        """Find nothing wrong."""


def jobs_of(desk: Desk, store: SqlStore) -> Mapping[str, Job]:
    """Return everything that runs without a press, by name; all jobs of the schedule are among them."""
    watch = Watch(desk, workers=list, pollers=list)
    publisher = Publisher(desk, Limiter(desk.clock.pace), draw)
    clockwork = Clockwork(desk, publisher, audit=watch.round)
    schedule = clockwork._scheduled()
    scheduled = {f"job: {name}": task.work for name, task in schedule.tasks.items() if name not in LEFT_OUT}
    return {
        **scheduled,
        "queue: one message to Slack": clockwork._publish,
        "queue: replies to send and to look for": clockwork._send,
        "a post that comes in": lambda: came(desk),
        **_command_line(desk, store, watch, clockwork),
    }


def _command_line(desk: Desk, store: SqlStore, watch: Watch, clockwork: Clockwork) -> Mapping[str, Job]:
    now = desk.clock.now()
    measuring = Measuring(desk, store, clockwork, watch, Hears())
    exports = {
        f"heard export {table}, its first 1,000 lines": lambda table=table: list(
            islice(table_lines(store.exported(table, now), TableFormat.CSV), 2)
        )
        for table in Table
    }
    return {
        "heard doctor": lambda: findings(desk, watch),
        "heard check, its database": lambda: [store.swaps(now), store.count_checks(), store.is_of_this_version()],
        "/metrics": lambda: list(measuring.gauges()),
        "/ready": measuring.ready,
        "heard prove 1": lambda: write_case(store, 1, now),
        "heard promises": lambda: list(report_lines(desk.policy, store, (None, None), now)),
        "heard triage --corrections": lambda: list(corrections(store.corrections(), as_json=False)),
        "heard erase: who is meant": lambda: erasing.authors_to_erase(desk, "regular", ""),
        "heard erase: the person": lambda: erasing.erase_author(desk, "x", "id-pia", now),
        **exports,
    }
