"""Reads from the heads of Bluesky's answers how many calls it still allows."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.base.moments import EPOCH
from bot.domain.mentions.poll_pace import Allowance

LONGEST_WINDOW = timedelta(days=1)
_POLICY = re.compile(r"\d{1,9};w=(\d{1,6})")


def allowance_in(headers: Mapping[str, str], at: datetime | None) -> Allowance | None:
    """Return the calls that are left by the network's own clock; None where an answer does not say it."""
    limit, left, resets = (_number(headers.get(f"ratelimit-{name}", "")) for name in ("limit", "remaining", "reset"))
    policy = _POLICY.fullmatch(headers.get("ratelimit-policy", "").strip())
    if at is None or not limit or left is None or resets is None or policy is None:
        return None
    window = min(timedelta(seconds=int(policy[1])), LONGEST_WINDOW)
    resets_in = min(max(EPOCH + timedelta(seconds=resets) - at, timedelta()), window)
    return Allowance(limit=limit, left=min(left, limit), resets_in=resets_in, window=window) if window else None


def _number(said: str) -> int | None:
    bare = said.strip()
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 11 else None
