"""The interface to Slack."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.slack.readers import NOWHERE
from bot.domain.team.people import Group, Teammate

# For every message: Slack fetches and previews no address in it.
FOLDED: Mapping[str, bool] = {"unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A Slack message; the fallback has the same content as the blocks.

    `kept_to` says who may read it (bot/domain/slack/readers.py); without it a message is not posted.
    """

    text: str
    blocks: Sequence[Mapping[str, object]] = ()
    kept_to: str = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The place of a press, a choice or a sent form, to which its answer goes."""

    user: str = ""
    channel: str = ""
    thread_ts: str = ""  # the thread of the message; empty: Slack named none
    response_url: str = ""
    open_form: str = ""  # the trigger id of a press in a form that stands open
    home_tab: str = ""  # the trigger id of a press on the home tab


@dataclass(frozen=True, slots=True)
class Posted:
    """The message was posted."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Paced:
    """Slack asks to wait; nothing was posted."""

    retry_after: float  # seconds


@dataclass(frozen=True, slots=True)
class NotPosted:
    """Slack refused; nothing was posted. `code` is Slack's error code."""

    code: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """No answer came: the message may have been posted or not."""

    why: str


ChatOutcome = Posted | Paced | NotPosted | Unsure


class Chat(Protocol):
    """The calls to Slack. Posting and updating return outcomes; the other calls raise ChatTrouble."""

    @property
    def shut_out(self) -> str:
        """Return Slack's error code if its last answer rejected our token, else ""."""

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        """Post a message; `channel` may be a user id for a direct message. `telling` goes into the metadata."""

    def update(self, channel: str, ts: str, message: Message) -> ChatOutcome:
        """Replace a message of ours whole."""

    def find(self, channel: str, telling: int, since: datetime, thread_ts: str = "") -> Posted | None:
        """Look in Slack for a post with this telling in its metadata; raise ChatTrouble if unreadable."""

    def marks(self, channel: str, since: datetime) -> Sequence[int]:
        """Return the tellings in the metadata of our messages that begin a thread there; raise ChatTrouble."""

    def open_view(self, trigger_id: str, view: Mapping[str, object]) -> str:
        """Open a modal and return its id; raise ChatTrouble."""

    def push_view(self, trigger_id: str, view: Mapping[str, object]) -> str:
        """Stack a modal on the open one and return its id; raise ChatTrouble."""

    def update_view(self, view_id: str, view: Mapping[str, object], *, hash_: str = "") -> str:
        """Redraw an open modal and return the hash by which it is known now; raise ChatTrouble."""

    def respond(self, response_url: str, message: Message, *, replace: bool = False, thread_ts: str = "") -> None:
        """Answer the asker through a response_url; `replace` replaces the button's message for all readers."""

    def whisper(self, channel: str, user: str, message: Message, *, thread_ts: str = "") -> None:
        """Show a message in a channel, or in a thread there, to one person only."""

    def send_file(self, user: str, name: str, content: bytes, comment: str) -> None:
        """Send a file to one person as a direct message; after a ChatTrouble it may have arrived all the same."""

    def person(self, user: str) -> Teammate | None:
        """Read one person; None where Slack does not know them. Raises ChatTrouble."""

    def group(self, group: str) -> Group | None:
        """Read one user group; None where there is none. Raises ChatTrouble."""

    def members(self, channel: str) -> Group | None:
        """Read the members of a channel; None where Slack does not show it, or with too many. Raises ChatTrouble."""

    def shared(self, channel: str) -> bool | None:
        """Return whether a channel is shared with another company, or is about to be; raise ChatTrouble.

        None where Slack does not show the channel, or does not tell.
        """

    def channel_name(self, channel: str) -> str:
        """Return a channel's name from Slack's last answer, without a call; "" where unknown."""

    def publish_home(self, user: str, view: Mapping[str, object], *, hash_: str = "") -> None:
        """Redraw somebody's home tab; raise ChatTrouble, or Overtaken if it shows another view than `hash_`."""

    def do_not_disturb(self, users: Sequence[str]) -> Mapping[str, tuple[datetime, datetime]]:
        """Read the current or next do-not-disturb period of up to 50 people; people without one are left out.

        Raises ChatTrouble.
        """


class ChatTrouble(Exception):
    """Slack could not be read, or refused a modal or a file; the sentence says why."""

    retry_after: float | None = None  # seconds, where Slack asks to wait


class StrangeAnswer(ChatTrouble):
    """Slack answered in an undocumented form; trying again will not help."""


class Overtaken(ChatTrouble):
    """Slack shows a newer view than the one to be redrawn."""


class TooMuchToRead(ChatTrouble):
    """A channel has more messages since then than can be read."""
