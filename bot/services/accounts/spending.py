"""Counts what each account is charged for, says what that costs, and foretells when the credit ends.

A network that is paid by use does not tell its balance. Each count is added in the transaction that stores what was
read, told or sent, as one row for each account, day and charge.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.accounts.spending import (
    FORETOLD,
    Charge,
    Prices,
    RemainingCredit,
    cost,
    credit_left,
    first_day,
    in_dollars,
    spending_in_words,
    spoken_day,
)
from bot.domain.base.tables import DraftState
from bot.domain.mentions.mention import Mention, Side
from bot.domain.replies.draft import Draft, DraftKind
from bot.domain.replies.draft_patterns import LINK
from bot.domain.replies.statement import StatementPost
from bot.ports import Desk, Network, NotSent, SendOutcome
from bot.ports.network_kind import network_kind, network_label
from bot.services.slack.tell_leads import tell_leads

OPEN_STREAM = "stream"  # posts that a network told on a connection that the desk holds
_BEHIND = ".,;:!?)'\""  # signs of the sentence around a link
_ASKED = "asked"  # posts that came by a single look, which is counted by itself


def note_charges(desk: Desk, network: str, account: str, charges: Mapping[Charge, int], now: datetime) -> None:
    """Count what an account was charged for just now; does nothing for a network that costs nothing."""
    found = {charge: count for charge, count in charges.items() if count}
    if found and prices_of(desk, network):
        desk.store.add_charges(network, account, now.date(), found)


def note_read(desk: Desk, network: Network, stream: str, new: Sequence[Mention], now: datetime) -> None:
    """Count posts that were new, and their authors; a post that was told is read once more by the next poll.

    A network charges for a post and an author once a day, so that known posts cost nothing. What an open stream tells
    is counted where it comes in, also of known posts.
    """
    told = 0 if stream in {*network.streams, _ASKED, OPEN_STREAM} else len(new)
    authors = len({one.author.id for one in new if one.side == Side.THEIRS})
    private = sum(one.private for one in new)
    posts = {Charge.POST: len(new) - private, Charge.MESSAGE: private}
    charges = posts | {Charge.AUTHOR: authors, Charge.EVENT: told}
    note_charges(desk, network.name, network.account, charges, now)


def note_sent(desk: Desk, draft: Draft, outcome: SendOutcome, now: datetime, *, called: bool) -> None:
    """Count a reply that went out, or may have; taking one back is not charged.

    An attempt is counted once: not again where its answer comes after it was given up, nor where the network was only
    read, and not called, since the reply was there already.
    """
    if not called or draft.state != DraftState.SENDING:
        return
    if not isinstance(outcome, NotSent) and draft.kind != DraftKind.TAKE_BACK:
        note_charges(desk, draft.target.network, draft.target.account, {_charge_of(desk, draft): 1}, now)


def note_statement_sent(desk: Desk, post: StatementPost, outcome: SendOutcome, now: datetime) -> None:
    """Count a statement, or a correction of one, that went out or may have; deleting one is not charged."""
    if isinstance(outcome, NotSent) or post.takes_back:
        return
    charge = Charge.LINK_REPLY if links_in(post.network, post.text) else Charge.STATEMENT
    note_charges(desk, post.network, post.account, {charge: 1}, now)


def statement_link_costs(desk: Desk, network: str, text: str) -> str:
    """Return a sentence that says what a link in a statement costs on a network that charges more for it; or ""."""
    prices = prices_of(desk, network)
    dear, usual = prices.get(Charge.LINK_REPLY, 0.0), prices.get(Charge.STATEMENT, 0.0)
    if dear <= usual or not links_in(network, text):
        return ""
    return f"A link in it costs {in_dollars(dear)} on {network_label(network)}, and {in_dollars(usual)} without."


def _charge_of(desk: Desk, draft: Draft) -> Charge:
    if desk.store.mention(draft.target_mention).private:
        return Charge.MESSAGE_REPLY
    return Charge.LINK_REPLY if links_in(draft.target.network, draft.at_hand) else Charge.REPLY


def links_in(network: str, text: str) -> tuple[str, ...]:
    """Return what can become a link in a text: what looks like one, and what the network says it makes one of."""
    kind = network_kind(network)
    found = [one[0].rstrip(_BEHIND) for one in LINK.finditer(text)]
    return tuple(dict.fromkeys([*found, *(kind.links_in(text) if kind else ())]))


def prices_of(desk: Desk, network: str) -> Prices:
    """Return the prices of a network: those of its kind, or of the configuration where it names them."""
    kind = network_kind(network)
    own = desk.policy.spending.prices.get(network, {})
    return {**(kind.prices if kind else {}), **own}


def spent_in_words(desk: Desk, network: Network, now: datetime) -> str:
    """Return what an account has cost this month, and when the credit ends; "" for one that costs nothing."""
    prices = prices_of(desk, network.name)
    if not any(prices.values()):
        return ""
    month = now.date().replace(day=1)
    counts, left = desk.store.charges(network.name, network.account, month), left_of(desk, network.name, now)
    if not counts and left is None:
        return ""
    return spending_in_words(cost(counts, prices, month), left, now)


def left_of(desk: Desk, network: str, now: datetime) -> RemainingCredit | None:
    """Return what is left of the credit that all accounts of a network share; None where none is configured."""
    credit = desk.policy.spending.credits.get(network)
    if credit is None:
        return None
    counts = desk.store.charges(network, "", first_day(now, credit))
    return credit_left(counts, prices_of(desk, network), credit, now)


def foretell(desk: Desk, now: datetime) -> int:
    """Tell leads once some days before a credit ends, by our count; return how many are about to end."""
    ending = 0
    for network in desk.policy.spending.credits:
        left = left_of(desk, network, now)
        if left and left.ends_at is not None and left.ends_at - now <= FORETOLD:
            ending += 1
            _tell(desk, network, left, left.ends_at, now)
    return ending


def _tell(desk: Desk, network: str, left: RemainingCredit, ends_at: datetime, now: datetime) -> None:
    credit = left.credit
    ends = "it is spent by our count" if left.is_spent else f"at this pace it ends {spoken_day(ends_at, now)}"
    said = (
        f"{network_label(network)}: {in_dollars(left.spent)} of the credit of {in_dollars(credit.dollars)} are used, "
        f"and {ends}. Without credit nothing is read or sent there. Whoever pays for it can add credit, and put the "
        "new amount into [[spending]]."
    )
    tell_leads(desk, f"credit:{network}:{credit.since.isoformat()}:{credit.dollars}", said, now)
