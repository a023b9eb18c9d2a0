"""What the desk needs from Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.slack.readers import NOWHERE
from bot.domain.team.people import Group, Teammate

# With every message: Slack fetches no address that somebody wrote, and shows nothing of what is behind it.
FOLDED: Mapping[str, bool] = {"unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A Slack message: the fallback says what the blocks say.

    `kept_to` is how far it may go (bot/domain/slack/readers.py); a message of which nobody says that goes nowhere.
    """

    text: str
    blocks: Sequence[Mapping[str, object]] = ()
    kept_to: str = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where somebody pressed, chose or sent a form, and how an answer gets back to that place."""

    user: str = ""
    channel: str = ""
    thread_ts: str = ""  # the thread it was in, or whose head it was on; empty: Slack named none
    response_url: str = ""
    open_form: str = ""  # the trigger id of a press in a form that stands open
    home_tab: str = ""  # the trigger id of a press on the home tab


@dataclass(frozen=True, slots=True)
class Posted:
    """Slack holds the message."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Paced:
    """Slack asks to wait; nothing was posted."""

    retry_after: float  # seconds


@dataclass(frozen=True, slots=True)
class NotPosted:
    """Slack said no; nothing was posted. `code` is Slack's own word for it."""

    code: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """No answer came: the message may or may not be there."""

    why: str


ChatOutcome = Posted | Paced | NotPosted | Unsure


class Chat(Protocol):
    """Slack, as the desk speaks to it. Nothing here raises for Slack's answers, except the directory calls."""

    @property
    def shut_out(self) -> str:
        """Return Slack's word for why it does not accept our token any more; empty: it does, by its last answer."""

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        """Post a message; `channel` may be a user id for a direct message. `telling` goes into the metadata."""

    def update(self, channel: str, ts: str, message: Message) -> ChatOutcome:
        """Replace a message of ours whole."""

    def find(self, channel: str, telling: int, since: datetime, thread_ts: str = "") -> Posted | None:
        """Read back whether a post with this telling in its metadata arrived; raises ChatTrouble if unreadable."""

    def open_view(self, trigger_id: str, view: Mapping[str, object]) -> str:
        """Open a modal and return its id; raise ChatTrouble."""

    def push_view(self, trigger_id: str, view: Mapping[str, object]) -> str:
        """Stack a modal on the open one and return its id; raise ChatTrouble."""

    def update_view(self, view_id: str, view: Mapping[str, object], *, hash_: str = "") -> None:
        """Redraw an open modal; raise ChatTrouble."""

    def respond(self, response_url: str, message: Message, *, replace: bool = False, thread_ts: str = "") -> None:
        """Answer through a response_url, to the asker only; `replace` the button's message, whoever sees that."""

    def whisper(self, channel: str, user: str, message: Message, *, thread_ts: str = "") -> None:
        """Show a message in a channel, or in a thread there, to one person only."""

    def send_file(self, user: str, name: str, content: bytes, comment: str) -> None:
        """Give a file to one person as a direct message; raise ChatTrouble: it may be there all the same."""

    def person(self, user: str) -> Teammate | None:
        """Read one person; None where Slack does not know them. Raises ChatTrouble."""

    def group(self, group: str) -> Group | None:
        """Read one user group; None where there is none. Raises ChatTrouble."""

    def members(self, channel: str) -> Group | None:
        """Read who is in a channel; None where Slack shows us none such, or too many are. Raises ChatTrouble."""

    def shared(self, channel: str) -> bool | None:
        """Return whether a channel is shared with another company, or is about to be; raise ChatTrouble.

        None where Slack shows us no such channel, or does not say of one.
        """

    def channel_name(self, channel: str) -> str:
        """Return a channel's name as Slack said it last, without asking; "" where it did not."""

    def publish_home(self, user: str, view: Mapping[str, object], *, hash_: str = "") -> None:
        """Show somebody's home tab anew; raise ChatTrouble, Overtaken where it shows another one than `hash_`."""

    def do_not_disturb(self, users: Sequence[str]) -> Mapping[str, tuple[datetime, datetime]]:
        """Read the stretch of do-not-disturb that runs or comes next, for up to 50 people; who has none is left out.

        Raises ChatTrouble.
        """


class ChatTrouble(Exception):
    """Slack could not be read, or did not open a modal or take a file; the sentence says why."""

    retry_after: float | None = None  # seconds, where Slack asks to wait


class StrangeAnswer(ChatTrouble):
    """Slack said yes, and what it says is not in the shape that it documents: it will be no other in a minute."""


class Overtaken(ChatTrouble):
    """What Slack shows by now is not what was to be drawn anew."""


class TooMuchToRead(ChatTrouble):
    """There is more in a channel since then than can be read through."""
