"""Until when each of our accounts makes no calls of a use, as its network asked."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.accounts.holds import AccountHold, Limit, Use
from bot.domain.replies.retries import SET_BACK
from storage.engine import rows
from storage.engine.base import Engine
from storage.slack.outside import redraw_waiting, waiting_anew

_COLUMNS = "network account use held_at until_at why met limit_met firm"
# The longer hold stays, unless it was written by a clock that ran ahead, or the account is still shut out.
_PUT = rows.insert(
    "account_holds",
    _COLUMNS,
    """ON CONFLICT (network, account, use) DO UPDATE SET held_at = excluded.held_at, until_at = excluded.until_at,
why = excluded.why, met = excluded.met, limit_met = excluded.limit_met, firm = excluded.firm
WHERE excluded.until_at > account_holds.until_at OR account_holds.held_at > :soon
    OR (account_holds.limit_met = 'shut' AND excluded.limit_met = 'shut')""",
)
_OF = f"SELECT {', '.join(_COLUMNS.split())} FROM account_holds WHERE network = :network AND account = :account"
_RELEASE = """UPDATE account_holds SET until_at = :now
WHERE network = :network AND account = :account AND limit_met = 'shut' AND firm = 0 AND until_at > :now"""


_ANEW = waiting_anew(f"""SELECT d.case_id FROM drafts d WHERE {rows.LIVE} AND d.state IN ('approved', 'failed')
    AND d.target_network = :network AND d.target_account = :account""")


class AccountHolds:
    """The holds of our accounts."""

    engine: Engine

    def hold_account(self, hold: AccountHold) -> None:
        params = {
            "network": hold.network,
            "account": hold.account,
            "use": hold.use,
            "held_at": rows.stored(hold.held_at),
            "until_at": rows.stored(hold.until),
            "why": hold.why,
            "met": hold.met,
            "limit_met": hold.limit,
            "firm": int(hold.firm),
            "soon": rows.stored(hold.held_at + SET_BACK),
        }
        with self.engine.transaction():
            self.engine.run(_PUT, params)
            if hold.use in {Use.WRITE, Use.DELETE}:
                redraw_waiting(self.engine, _ANEW, hold.network, hold.account, hold.held_at)

    def account_holds(self, network: str, account: str) -> Sequence[AccountHold]:
        return [_hold(*row) for row in self.engine.rows(_OF, {"network": network, "account": account})]

    def release_account(self, network: str, account: str, now: datetime) -> None:
        with self.engine.transaction():
            self.engine.run(_RELEASE, {"network": network, "account": account, "now": rows.stored(now)})
            redraw_waiting(self.engine, _ANEW, network, account, now)


def _hold(  # noqa: PLR0917 - the columns in their order
    network: str, account: str, use: str, held_at: int, until_at: int, why: str, met: str, limit: str, firm: int
) -> AccountHold:
    return AccountHold(
        network=network,
        account=account,
        use=Use(use),
        held_at=rows.at(held_at),
        until=rows.at(until_at),
        why=why,
        met=Use(met),
        limit=Limit(limit),
        firm=bool(firm),
    )
