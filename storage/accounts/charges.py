"""Counts how often each of our accounts was charged: one row for each account, day and charge."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.accounts.spending import Charge, ChargeCount
from storage.engine import rows
from storage.engine.base import Engine

_ADD = rows.insert(
    "account_charges",
    "network account day charge count",
    """ON CONFLICT (network, account, day, charge)
DO UPDATE SET count = account_charges.count + excluded.count""",
)
_SINCE = """SELECT day, charge, sum(count) FROM account_charges WHERE network = :network AND day >= :since
AND (account = :account OR :account = '') GROUP BY day, charge ORDER BY day, charge"""


class Charges:
    """The counts of what our accounts were charged for."""

    engine: Engine

    def add_charges(self, network: str, account: str, day: date, counts: Mapping[Charge, int]) -> None:
        which = {"network": network, "account": account, "day": day.isoformat()}
        with self.engine.transaction():
            self.engine.run_all(_ADD, [which | {"charge": one, "count": count} for one, count in counts.items()])

    def charges(self, network: str, account: str, since: date) -> Sequence[ChargeCount]:
        params = {"network": network, "account": account, "since": since.isoformat()}
        return [
            ChargeCount(date.fromisoformat(day), Charge(charge), int(count))
            for day, charge, count in self.engine.rows(_SINCE, params)
        ]
