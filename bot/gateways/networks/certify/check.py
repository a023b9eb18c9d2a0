"""One check of a network's contract, and what several of them need."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.domain.base.quick_dataclass import dataclass
from bot.gateways.networks.certify.bench import MENTIONS, Bench
from bot.gateways.networks.certify.interference import Play
from bot.gateways.networks.certify.patience import NoEnd, in_time
from bot.ports import NetworkTrouble


@dataclass(frozen=True, slots=True)
class ContractCheck:
    """A check: its name, and how it yields each thing that is wrong, as a sentence.

    `reads`: it reads posts, so a network whose posts come by webhooks alone is not asked. `hooks`: about webhooks.
    `stream`: the one that is read, and answered.
    """

    name: str
    run: Callable[[Bench], Iterator[str]]
    reads: bool = False
    hooks: bool = False
    stream: str = MENTIONS

    def of(self, stream: str) -> "ContractCheck":
        """Return the same check for a stream of private messages."""
        return replace(self, name=f"{stream}: {self.name}", stream=stream)

    def __str__(self) -> str:
        return self.name


def wrong_end(call: Callable[[], object]) -> Iterator[str]:
    """Yield what is wrong with how a reading call ends: it may return, or raise NetworkTrouble with a sentence."""
    try:
        in_time(call)
    except NetworkTrouble as trouble:
        if not trouble.sentence.strip():
            yield "It raises NetworkTrouble without a sentence for people."
    except NoEnd:
        yield "It does not end in time."
    except Exception as trouble:  # noqa: BLE001 - this is what is being looked for
        yield f"It raises {type(trouble).__name__}, and may raise NetworkTrouble only."


def writing(play: Play, bench: Bench) -> Callable[[str, str], Play | None]:
    """Spoil the calls that change something."""
    return lambda method, path: play if bench.changes(method, path) else None


def signing_in(play: Play, bench: Bench) -> Callable[[str, str], Play | None]:
    """Spoil the calls that open or renew a session."""
    return lambda _method, path: play if bench.signs_in(path) else None


def reading(play: Play) -> Callable[[str, str], Play | None]:
    """Spoil the calls that only read."""
    return lambda method, _path: play if method == "GET" else None


def unspoiled(_method: str, _path: str) -> Play | None:
    """Spoil nothing."""
    return None
