"""The ids that the desk gives to private messages, which have none of their own across conversations."""

import re
from collections.abc import Callable
from dataclasses import field

from bot.domain.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class MessageAddress:
    """The parts of such an id: the conversation, and the message's own id there.

    `page`: the address of its conversation, which only its people can open.
    """

    way: str  # by which the network carries it: "dm"
    convo: str
    message: str
    page: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.way}:{self.convo}/{self.message}"


class MessageAddresses:
    """The form of these ids on one network, for one way in which it carries messages."""

    def __init__(self, convo: str, message: str, page: Callable[[str], str], way: str = "dm") -> None:
        """Take the forms of both parts as regular expressions, and how the page of a conversation is written."""
        self._form = re.compile(f"{way}:({convo})/({message})", re.ASCII)
        self._page, self._way = page, way

    def read(self, text: str) -> MessageAddress | None:
        """Return the parts of a private message's id; None for any other text."""
        found = self._form.fullmatch(text)
        return MessageAddress(self._way, found[1], found[2], self._page(found[1])) if found else None

    def of(self, convo: str, message: str | int) -> MessageAddress | None:
        """Return the id of a message; None where a part does not have the network's form."""
        return self.read(f"{self._way}:{convo}/{message}")
