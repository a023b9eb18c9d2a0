"""Counts how often each of our accounts was charged: one row for each account, day and charge."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.accounts.spending import Charge, ChargeCount
from storage.engine.base import Engine

_AT_ONCE = [  # one statement for each number of charges: each post that is read pays for a few of them
    f"""INSERT INTO account_charges (network, account, day, charge, count)
VALUES {", ".join(f"(:network, :account, :day, :charge{k}, :count{k})" for k in range(many))}
ON CONFLICT (network, account, day, charge) DO UPDATE SET count = account_charges.count + excluded.count"""
    for many in range(1, len(Charge) + 1)
]
_SINCE = """SELECT day, charge, sum(count) FROM account_charges WHERE network = :network AND day >= :since
AND (account = :account OR :account = '') GROUP BY day, charge ORDER BY day, charge"""


class Charges:
    """The counts of what our accounts were charged for."""

    engine: Engine

    def add_charges(self, network: str, account: str, day: date, counts: Mapping[Charge, int]) -> None:
        which: dict[str, object] = {"network": network, "account": account, "day": day.isoformat()}
        for k, (charge, count) in enumerate(counts.items()):
            which |= {f"charge{k}": charge, f"count{k}": count}
        with self.engine.transaction():
            self.engine.run(_AT_ONCE[len(counts) - 1], which)

    def charges(self, network: str, account: str, since: date) -> Sequence[ChargeCount]:
        params = {"network": network, "account": account, "since": since.isoformat()}
        return [
            ChargeCount(date.fromisoformat(day), Charge(charge), int(count))
            for day, charge, count in self.engine.rows(_SINCE, params)
        ]
