"""The promises of a period for the command line: lines for people, a table, or JSON."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from bot.blocks.promises.report import Labels, promise_lines
from bot.domain.mentions.segments import title_of
from bot.domain.promises.report import Report
from bot.ports import Policy, Store
from bot.ports.network_kind import network_label
from bot.services.promises.report import period_between, reported, table

LINES = 500  # lines of a table that are printed together
Days = tuple[date | None, date | None]


def report_lines(
    policy: Policy, store: Store, days: Days, now: datetime, *, as_csv: bool = False, as_json: bool = False
) -> Iterator[str]:
    """Yield the report on promises from one day to another, ending with a line break. Raises NotUsable."""
    today = now.astimezone(policy.hours.zone).date()
    last = days[1] or max(today, days[0] or today)
    chosen = period_between(days[0] or min(today, last), last, policy.hours.zone)
    names = {one.id: one.name for one in store.people()}
    if as_csv:
        lines = table(store.tracks(chosen.since, chosen.until), chosen, policy.hours, now, names)
        while some := "".join(islice(lines, LINES)):
            yield some
        return
    found = reported(store, policy.hours, chosen, now)
    if as_json:
        yield json.dumps({"period": chosen.title, **_plain(found)}, indent=2) + "\n"
    else:
        yield "\n".join([f"Promises, {chosen.title}", *promise_lines(found, labels(policy, found, names)), ""])


def labels(policy: Policy, found: Report, names: Mapping[str, str]) -> Labels:
    """Return the labels of a report's rows; `names` are by Slack user id."""
    return Labels(
        people=names,
        networks={name: network_label(name) for name in found.by_network},
        segments={name: title_of(policy.segments, name) for name in found.by_segment},
    )


def _plain(found: Report) -> dict[str, Any]:
    """Return the report as JSON takes it, lengths in seconds."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(found), default=timedelta.total_seconds))
    plain["alone"] = plain.pop("solo")  # a key that scripts read
    return plain
