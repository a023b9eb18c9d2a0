"""Which turnaround rule of the configuration fits a case."""

from datetime import timedelta

from bot.domain.base.policy import Policy
from bot.domain.cases.case import Case
from bot.domain.promises.promise import PromiseKind


def turnaround(policy: Policy, case: Case, kind: PromiseKind) -> timedelta | None:
    """Return within how long something is promised on this case, or None where no rule promises it.

    The rule that names most decides; the settings refuse two that name equally much of the same case.
    """
    if kind == PromiseKind.OWN_ACCORD:
        kind = PromiseKind.NEXT_RESPONSE  # decided on as fast as a customer who wrote again would be answered
    facts = {
        "kind": kind,
        "network": case.network,
        "priority": case.priority,
        "channel": case.channel,
        "segment": case.segment,
    }
    answers = kind != PromiseKind.RESOLUTION
    fits = [
        one
        for one in policy.turnarounds
        if (one.kind or answers) and all(facts[name] == value for name, value in one.names.items())
    ]
    return max(fits, key=lambda one: len(one.names)).within if fits else None
