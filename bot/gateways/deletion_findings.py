"""Findings on how many posts networks are asked about, whether they were deleted, and what that costs."""

from collections.abc import Iterator, Mapping
from math import ceil

from bot.domain.accounts.spending import Charge, in_dollars
from bot.gateways.findings import Finding, ok, warn
from bot.ports.network_kind import network_kind, network_label
from bot.settings import Settings


def of_deletions(settings: Settings, counts: Mapping[tuple[str, str], int]) -> Iterator[Finding]:
    """Yield a finding for each account whose posts are asked about; `counts`: how many these are, as of now."""
    policy = settings.config.deletions
    for account in settings.config.accounts:
        many = counts.get((account.network, account.id), 0)
        name = f"@{account.handle.removeprefix('@')} on {network_label(account.network)}"
        if many and policy.ask:
            yield _of_account(name, many, policy.posts_a_day, _cost(account.network))


def _of_account(name: str, many: int, most: int, cost: float) -> Finding:
    if many <= most:
        return ok(f"{name}: {_posts(many)} asked about once a day, whether {_it(many)} deleted{_price(many, cost)}.")
    days = ceil(many / most)
    what = f"{name}: {_posts(many)} still shown, and only {most:,} a day are asked about: each every {days} days."
    remedy = f"Set posts_a_day in [deletions] to {many:,} or more{_price(many, cost)}, or after_end lower."
    return warn(what, remedy)


def _posts(many: int) -> str:
    return "1 post is" if many == 1 else f"{many:,} posts are"


def _it(many: int) -> str:
    return "it was" if many == 1 else "they were"


def _cost(network: str) -> float:
    kind = network_kind(network)
    return kind.prices.get(Charge.LOOK, 0.0) if kind else 0.0


def _price(many: int, cost: float) -> str:
    return f" (about {in_dollars(many * cost)} a day)" if cost else ""
