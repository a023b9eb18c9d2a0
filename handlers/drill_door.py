"""The door of a drill: what its listeners answer in an acknowledgement is marked as well."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.blocks.drill.marks import marked_answer
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.team.people import Act
from bot.gateways.slack import SlackChat
from bot.ports import Network
from handlers.door import Ack, CommandAnswer, Door, FormWork, Visit
from handlers.payloads import Payload

Listener = Callable[..., None]


class DrillDoor(Door):
    """Makes listeners whose acknowledgements have the mark of a drill."""

    __slots__ = ()

    def form(self, act: Act, work: FormWork) -> Listener:
        """Return a listener for a sent form."""
        return _marking(super().form(act, work))

    def command(self, act: Act, answer: Callable[[Visit], CommandAnswer | None]) -> Listener:
        """Return a listener for a slash command."""
        return _marking(super().command(act, answer))


def _marking(listener: Listener) -> Listener:
    def marked(ack: Ack, body: Payload) -> None:
        def answered(**answer: Any) -> Any:  # noqa: ANN401 - as Bolt has it
            return ack(**marked_answer(answer))

        listener(answered, body)

    return marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Walled:
    """The parts of a desk that plays a drill: its only networks, and what marks all that it shows."""

    networks: Mapping[tuple[str, str], Network]
    chat: type[SlackChat]
    door: type[Door]
