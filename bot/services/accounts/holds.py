"""Keeps an account from calling its network while that asked to wait, or shuts it out.

Every call that reads goes through `reading`; every outcome of a call that writes is told to `note_outcome`.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from bot.domain.accounts.holds import NEEDS_ACTION, AccountHold, Limit, RefusedUse, Use, is_firm, is_same_trouble
from bot.domain.accounts.spending import Charge
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.draft import Draft, DraftKind
from bot.domain.replies.retries import SET_BACK
from bot.ports import Desk, Network, NetworkTrouble, NotSent, SendOutcome, Sent
from bot.ports.meter import Occurrence
from bot.ports.network_kind import budgets_of, network_label
from bot.services.accounts.spending import note_charges
from bot.services.base.told_troubles import open_since, over, told_of
from bot.services.slack.tell_leads import tell_leads

log = logging.getLogger(__name__)


def hold_on(desk: Desk, network: str, account: str, use: Use, now: datetime) -> AccountHold | None:
    """Return the hold that keeps an account from this use now, or None."""
    return next((one for one in holds_on(desk, network, account, now) if one.use == use), None)


def holds_on(desk: Desk, network: str, account: str, now: datetime) -> list[AccountHold]:
    """Return the holds of an account that are not over."""
    found = [_by_our_clock(one, now) for one in desk.store.account_holds(network, account)]
    return [one for one in found if one.until > now]


def _by_our_clock(hold: AccountHold, now: datetime) -> AccountHold:
    """Return a hold as it counts now: one from before the clock was set back lasts as long as it was asked for.

    `clock_set_back` stores it so within a minute.
    """
    return hold if _is_past(hold, now) else replace(hold, held_at=now, until=now + (hold.until - hold.held_at))


def _is_past(hold: AccountHold, now: datetime) -> bool:
    return hold.held_at <= now + SET_BACK


def hold_on_draft(desk: Desk, draft: Draft, now: datetime) -> AccountHold | None:
    """Return the hold that keeps a draft from going out now, or None."""
    return hold_on(desk, draft.target.network, draft.target.account, use_of(draft), now)


def use_of(draft: Draft) -> Use:
    """Return the use of the call that carries a draft out."""
    return Use.DELETE if draft.kind == DraftKind.TAKE_BACK else Use.WRITE


@contextmanager
def reading(
    desk: Desk, network: Network, use: Use, now: datetime, *, insists: bool = False, posts: int = 0
) -> Iterator[None]:
    """Read a network within this: raise NetworkTrouble without a call while the account is held; note a new hold.

    `insists`: read although it is held, for a single call that cannot wait. `posts`: how many single posts are read,
    since a network can charge for each.
    """
    hold = None if insists else hold_on(desk, network.name, network.account, use, now)
    if hold:
        raise NetworkTrouble(hold.why, hold.until - now, hold.limit)
    try:
        yield
    except NetworkTrouble as trouble:
        note_trouble(desk, network, use, trouble, desk.clock.now())
        raise
    note_charges(desk, network.name, network.account, {Charge.LOOK: posts}, now)
    if use == Use.POLL:
        _let_in(desk, network, now)


def note_trouble(desk: Desk, network: Network, use: Use, trouble: NetworkTrouble, now: datetime) -> None:
    """Hold an account whose network refused to be read because of a limit."""
    if trouble.limit:
        _note(
            desk,
            RefusedUse(
                network=network.name,
                account=network.account,
                use=use,
                why=trouble.sentence,
                limit=trouble.limit,
                retry_after=trouble.retry_after,
                at=now,
            ),
        )


def note_outcome(desk: Desk, target: PostRef, use: Use, outcome: SendOutcome, now: datetime) -> None:
    """Hold an account whose network refused a call that changes something because of a limit."""
    if isinstance(outcome, Sent):
        _say_open(desk, target.network, target.account, now)
    if isinstance(outcome, NotSent) and (outcome.limit or outcome.retry_after is not None):
        _note(
            desk,
            RefusedUse(
                network=target.network,
                account=target.account,
                use=use,
                why=outcome.why,
                limit=outcome.limit,
                retry_after=outcome.retry_after,
                at=now,
            ),
        )


def _note(desk: Desk, met: RefusedUse) -> None:
    desk.meter.count(Occurrence.LIMITED, network=met.network, account=met.account)
    with desk.store.transaction():
        stored = desk.store.account_holds(met.network, met.account)
        known = {one.use: one for one in stored if _is_past(one, met.at)}
        new = list(met.holds(budgets_of(met.network), firm=is_firm(known.get(Use.WRITE), met)))
        for hold in new:
            desk.store.hold_account(hold)
        # One of these uses may wait longer for another reason, which then stays.
        is_known = any(is_same_trouble(known.get(one.use), met) for one in new)
        if met.limit in NEEDS_ACTION and new and not is_known:
            _say_shut(desk, met)
    if new:
        log.warning("account.held network=%s account=%s use=%s", met.network, met.account, met.use)


def _say_shut(desk: Desk, met: RefusedUse) -> None:
    """Tell leads once that a person has to act, with its line in the trail; a failed poll is told by itself."""
    facts = {"network": met.network, "account": met.account, "use": met.use}
    desk.store.note("account_held", "desk", met.at, facts)
    if met.use == Use.POLL:
        return
    replies_wait = met.limit == Limit.SHUT or met.use in {Use.WRITE, Use.DELETE}
    what = "Approved replies" if replies_wait else "Looks at single posts"
    said = (
        f"{what} on {network_label(met.network)} wait since ",
        met.at,
        f": {met.why} They go on by themselves once that is settled, replies while their approval lasts.",
    )
    tell_leads(desk, f"shut:{met.network}:{met.account}:{met.at.isoformat()}", said, met.at)
    desk.store.put_setting(*told_of(_shut(met.network, met.account), met.at))


def _shut(network: str, account: str) -> str:
    return f"shut:{network}:{account}"


def _say_open(desk: Desk, network: str, account: str, now: datetime) -> None:
    """Tell leads once that an account is held no more, where they were told that a person has to act."""
    since, _ = open_since(desk, _shut(network, account))
    if since is None or holds_on(desk, network, account, now):
        return
    said = (f"What waited on {network_label(network)} since ", since, " goes on.")
    with desk.store.transaction():
        tell_leads(desk, f"shut-over:{network}:{account}:{since.isoformat()}", said, now)
        desk.store.put_setting(*over(_shut(network, account)))


def _let_in(desk: Desk, network: Network, now: datetime) -> None:
    held = [
        one
        for one in holds_on(desk, network.name, network.account, now)
        if one.limit == Limit.SHUT and not one.firm and one.held_at < now
    ]
    if not held:
        return
    with desk.store.transaction():
        desk.store.release_account(network.name, network.account, now)
        facts = {"network": network.name, "account": network.account}
        desk.store.note("account_released", "desk", now, facts)
        _say_open(desk, network.name, network.account, now)
