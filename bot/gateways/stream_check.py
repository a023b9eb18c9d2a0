"""The findings of `heard check` on the networks that can tell of new posts by themselves."""

from collections.abc import Iterator, Sequence

from bot.gateways.findings import Finding, ok, warn
from bot.ports.network_kind import network_label
from bot.ports.pushes import Pushes, StreamEnded
from bot.settings import Settings
from bot.settings.accounts import kind_of

_OPTIONAL = "That is enough; docs/{}-access.md says how they come in at once."
_HOW = "docs/{}-access.md says what to create for it. Without it nothing is lost: posts come in by reading."


def of_streams(settings: Settings, streams: Sequence[Pushes]) -> Iterator[Finding]:
    """Yield for each account whether its network tells of new posts at once, and else what a person can do."""
    told = {(one.name, account): one for one in streams for account in one.accounts}
    states: dict[int, Finding | str] = {}
    for account in settings.config.accounts:
        name = f"@{account.handle.removeprefix('@')} on {network_label(account.network)}"
        stream, kind = told.get((account.network, account.id)), kind_of(account)
        if stream is not None:
            state = states[id(stream)] = states.get(id(stream)) or _state(stream)
            yield state if isinstance(state, Finding) else ok(f"New posts for {name} are told at once: {state}.")
        elif kind.streams:
            more = _OPTIONAL.format(kind.name)
            yield ok(f"New posts for {name} come in by reading only, since {kind.streams_need} is not set. {more}")


def _state(stream: Pushes) -> Finding | str:
    try:
        return stream.state()
    except StreamEnded as trouble:
        label = network_label(stream.name)
        return warn(f"{label} does not tell of new posts by itself: {trouble.sentence}", _HOW.format(stream.name))
