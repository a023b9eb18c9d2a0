"""What the desk needs from the outside, and the tray that every use case works from."""

from bot.ports.chat import (
    Chat,
    ChatOutcome,
    ChatTrouble,
    Message,
    NotPosted,
    Paced,
    Posted,
    StrangeAnswer,
    TooMuchToRead,
    Unsure,
)
from bot.ports.desk import Clock, Desk, Policy, Route, Turnaround
from bot.ports.network import (
    Absent,
    Batch,
    Lost,
    Network,
    NetworkTrouble,
    NotSent,
    SendOutcome,
    Sent,
    TellsWhatIsGone,
    Unparsed,
)
from bot.ports.store import Conflict, Line, OutOfService, Store
from bot.ports.words import FilledLike, TemplateLike, Templates

__all__ = [
    "Absent",
    "Batch",
    "Chat",
    "ChatOutcome",
    "ChatTrouble",
    "Clock",
    "Conflict",
    "Desk",
    "FilledLike",
    "Line",
    "Lost",
    "Message",
    "Network",
    "NetworkTrouble",
    "NotPosted",
    "NotSent",
    "OutOfService",
    "Paced",
    "Policy",
    "Posted",
    "Route",
    "SendOutcome",
    "Sent",
    "Store",
    "StrangeAnswer",
    "TellsWhatIsGone",
    "TemplateLike",
    "Templates",
    "TooMuchToRead",
    "Turnaround",
    "Unparsed",
    "Unsure",
]
