"""Finds links in replies on a network that charges more for them: such a reply goes out only if somebody insists."""

from collections.abc import Iterator

from bot.domain.accounts.spending import Charge, in_dollars
from bot.domain.base.text import plain
from bot.domain.cases.case import Case
from bot.domain.replies.doubt import Doubt
from bot.domain.replies.draft import DraftKind
from bot.domain.replies.draft_checks import Remark, RemarkKind
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.services.accounts.spending import links_in, prices_of

MOST = 60  # characters of a link in a question


def links_cost(desk: Desk, network: str) -> str:
    """Return what a link costs on a network that charges more for it: "$0.20 on X, and $0.01 without"; or ""."""
    prices = prices_of(desk, network)
    dear, usual = prices.get(Charge.LINK_REPLY, 0.0), prices.get(Charge.REPLY, 0.0)
    return f"{in_dollars(dear)} on {network_label(network)}, and {in_dollars(usual)} without" if dear > usual else ""


def costly_link_remarks(desk: Desk, case: Case, text: str) -> Iterator[Remark]:
    """Yield a remark on a link that costs more than the reply without it."""
    if (costs := links_cost(desk, case.network)) and links_in(case.network, text):
        sentence = f"a reply with a link costs {costs}; please leave it out unless it has to stay"
        yield Remark(RemarkKind.COSTLY_LINK, sentence)


def doubts_about_links(desk: Desk, case: Case, *, seen: str = "") -> Iterator[Doubt]:
    """Yield the doubt about a case's draft with such a link; `seen`: words whose links somebody insisted on."""
    draft = case.draft
    if draft is None or draft.kind == DraftKind.TAKE_BACK or not (costs := links_cost(desk, case.network)):
        return
    if desk.store.mention(draft.target_mention).private:  # a message costs the same with a link
        return
    new = set(links_in(case.network, draft.text)) - set(links_in(case.network, seen))
    if new:
        yield Doubt(
            f"A reply with a link costs {costs}: {plain(min(new), MOST)} is one.",
            "Does the link have to stay?",
            f"{network_label(case.network)} may refuse it, too. Does it have to stay?",
        )
