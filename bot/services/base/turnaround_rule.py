"""Chooses the turnaround rule of the configuration for a case."""

from datetime import timedelta

from bot.domain.base.policy import Policy, Turnaround
from bot.domain.cases.case import Case
from bot.domain.promises.promise import PromiseKind


def turnaround(policy: Policy, case: Case, kind: PromiseKind) -> timedelta | None:
    """Return the length of a promise on this case, or None where no rule promises it.

    The most specific rule decides; the settings refuse two equally specific ones for the same case.
    """
    if kind == PromiseKind.OWN_ACCORD:
        kind = PromiseKind.NEXT_RESPONSE  # decided within the time of an answer to a customer who wrote again
    answers = kind != PromiseKind.RESOLUTION
    fits = [one for one in policy.turnarounds if (one.kind or answers) and _fits(one, policy, case, kind)]
    return max(fits, key=lambda one: len(one.names)).within if fits else None


def _fits(one: Turnaround, policy: Policy, case: Case, kind: PromiseKind) -> bool:
    return (
        one.kind in {"", kind}
        and one.network in {"", case.network}
        and one.account in {"", policy.account_name(case.network, case.account)}
        and one.priority in {"", case.priority}
        and one.channel in {"", case.channel}
        and one.segment in {"", case.segment}
    )
