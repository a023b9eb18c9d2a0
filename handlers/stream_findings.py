"""The findings of `heard doctor` on a network's open stream."""

from collections.abc import Iterator

from bot.domain.base.moments import in_full
from bot.gateways.findings import Finding, ok, warn
from handlers.streaming import StreamState

_READ = "New posts come in by reading meanwhile, so nothing is lost. "
_BY_ITSELF = "The desk tries again by itself."
_A_PERSON = "docs/x-access.md says what to create for the stream."


def of_stream(name: str, state: StreamState) -> Iterator[Finding]:
    """Yield the findings on a stream: open since when, the newest push, the newest trouble, what it does not tell."""
    last = f"it last told us something on {in_full(state.told_at)}" if state.told_at else "it told us nothing so far"
    before = f" The last trouble, on {in_full(state.trouble_at)}: {state.trouble}" if state.trouble_at else ""
    if state.open_since is not None:
        yield ok(f"{name} is open since {in_full(state.open_since)}; {last}.{before}")
    else:
        since = f" since {in_full(state.closed_since)}" if state.closed_since else ""
        remedy = _READ + (_A_PERSON if state.for_good else _BY_ITSELF)
        yield warn(f"{name} is closed{since}; {last}.{before}", remedy)
    yield from (warn(one, _READ + _A_PERSON) for one in state.lacking)
    if state.passed_over:
        yield ok(f"{name} told {state.passed_over:,} things faster than they were stored; they were read.")
