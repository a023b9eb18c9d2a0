"""The only way out to Slack: checks for every message, answer, file and form who may read it."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotUsable, NotYours, Unknown
from bot.domain.slack.readers import OURS, InChannel, Reader, ToPerson
from bot.domain.slack.shared_channels import Openness
from bot.domain.team.people import Act
from bot.ports import ChatOutcome, ChatTrouble, Desk, Message, NotPosted, Posted, Unsure
from bot.ports.chat import FOLDED, Origin
from bot.ports.leases import Turn, only_while
from bot.services.slack import shared_channels
from bot.services.slack.readers import HELD, KEPT_BACK, why_not
from bot.services.slack.reading_back import message_turn
from bot.services.team import access

log = logging.getLogger(__name__)

_KEPT_BACK = (
    "This shows private messages, which are read in the channel of their case, or by people named for it. "
    "Please open it in the thread of the case."
)
_ALONE = "Without “share” the answer comes to you alone."
_SHARED = f"This channel is shared with another company, so nothing is shown to it. {_ALONE}"
_UNKNOWN = f"Slack does not say who can read this conversation, so nothing is shown to everybody in it. {_ALONE}"
_NOT_IN = "Heard is not in this channel, so it can show this to you alone. Somebody here can type /invite @Heard."
_LATER = "Slack did not take that just now. Please share it again in a minute."
_UNSURE = "Slack did not say whether it took that. Please look at the channel before you share it again."
_SHOWN = "Somebody shared an answer here. “/care” shows it anew, and to everybody with “share” behind it."
_SENTENCES = {HELD: _SHARED, KEPT_BACK: _KEPT_BACK}


@dataclass(frozen=True, slots=True)
class OpenView:
    """An open form in Slack, and the mark of its content."""

    id: str
    hash: str


def post(
    desk: Desk, reader: Reader, message: Message, now: datetime, *, thread_ts: str = "", telling: int = 0
) -> ChatOutcome:
    """Post a message to a channel, or to one person; NotPosted where it may not be shown there."""
    if why := _kept_back(desk, message, reader, now):
        return NotPosted(why)
    to = reader.channel if isinstance(reader, InChannel) else reader.channel or reader.user
    return desk.chat.post(to, message, thread_ts=thread_ts, telling=telling)


def update(desk: Desk, reader: Reader, ts: str, message: Message, now: datetime) -> ChatOutcome:
    """Replace a message of ours whole; NotPosted where it may not be shown there."""
    if why := _kept_back(desk, message, reader, now):
        return NotPosted(why)
    return desk.chat.update(reader.channel, ts, message)


def respond(
    desk: Desk, origin: Origin, message: Message, reader: Reader, now: datetime, *, replace: bool = False
) -> None:
    """Answer where somebody pressed; raise a Refusal where that may not be shown to this reader."""
    must_show(desk, message.kept_to, reader, now)
    desk.chat.respond(origin.response_url, message, replace=replace, thread_ts=origin.thread_ts)


def acknowledged(desk: Desk, message: Message, reader: Reader, now: datetime) -> dict[str, Any]:
    """Return the acknowledgement of a command that answers the asker alone; raise a Refusal as `respond`."""
    must_show(desk, message.kept_to, reader, now)
    blocks = list(message.blocks) or None
    return {"text": message.text, "blocks": blocks, "response_type": "ephemeral", **FOLDED}


def send_file(desk: Desk, user: str, name: str, content: bytes, comment: str, *, now: datetime) -> None:
    """Send a file without private content to one person; raise a Refusal, or ChatTrouble as the port does."""
    must_show(desk, OURS, ToPerson(user), now)
    desk.chat.send_file(user, name, content, comment)


def open_view(
    desk: Desk, trigger_id: str, form: Mapping[str, object], kept_to: str, *, reader: Reader, now: datetime
) -> str:
    """Open a form, return its id; raise a Refusal where this reader may not see it, ChatTrouble as the port does."""
    must_show(desk, kept_to, reader, now)
    return desk.chat.open_view(trigger_id, form)


def update_view(
    desk: Desk, view: OpenView, form: Mapping[str, object], kept_to: str, *, reader: Reader, now: datetime
) -> str:
    """Redraw an open form and return its new hash; raise as `open_view`."""
    must_show(desk, kept_to, reader, now)
    return desk.chat.update_view(view.id, form, hash_=view.hash)


def publish_home(
    desk: Desk, user: str, view: Mapping[str, object], kept_to: str, *, now: datetime, stands: str = ""
) -> None:
    """Show somebody's home tab; raise a Refusal unless they may see what it shows, ChatTrouble as the port does."""
    must_show(desk, kept_to, ToPerson(user), now)
    desk.chat.publish_home(user, view, hash_=stands)


def whisper(desk: Desk, origin: Origin, said: Message, form: Mapping[str, object]) -> None:
    """Show a refusal, which contains nothing of a customer, to the person who pressed, at the same place.

    `form` is shown over an open form, or over the home tab. Slack shows nothing over a form that was sent or closed,
    so its refusal goes to the channel that it was opened from; without a channel, it is a direct message.
    """
    if origin.response_url:
        desk.chat.respond(origin.response_url, said, thread_ts=origin.thread_ts)
    elif _is_put_over(desk, origin, form):
        return
    elif origin.channel:
        desk.chat.whisper(origin.channel, origin.user, said, thread_ts=origin.thread_ts)
    elif origin.user:
        desk.chat.post(origin.user, said)


def _is_put_over(desk: Desk, origin: Origin, form: Mapping[str, object]) -> bool:
    """Open a form over the open view. Return False if Slack did not show it: the view is closed, or too late."""
    if not (origin.open_form or origin.home_tab):
        return False
    try:
        if origin.home_tab:
            desk.chat.open_view(origin.home_tab, form)
        else:
            desk.chat.push_view(origin.open_form, form)
    except ChatTrouble:
        return False
    return True


def kept_back() -> NotYours:
    """Return the refusal to show private messages here."""
    return NotYours(_KEPT_BACK)


def must_show(desk: Desk, kept_to: str, reader: Reader, now: datetime) -> None:
    """Raise a Refusal unless content with this `kept_to` may be shown to this reader."""
    if why := why_not(desk, kept_to, reader, now):
        log.warning("outgoing.kept_back why=%s", why)
        raise NotYours(_SENTENCES.get(why, _UNKNOWN))


def may_share(desk: Desk, channel: str, *, by: str, at: datetime) -> None:
    """Raise a Refusal unless this person may show an answer to a whole channel; its sharing is checked anew."""
    access.allow(desk, Act.SHARE, by, at)
    found = shared_channels.openness(desk, channel, afresh=True)
    if found != Openness.OURS:
        raise NotYours(_SHARED if found == Openness.SHARED else _UNKNOWN)


def share_answer(desk: Desk, message: Message, channel: str, what: str, *, by: str, at: datetime) -> None:
    """Show an answer to a whole channel, as a recorded message that can lose its words later.

    The audit trail records `what` was asked, never the content. Raises a Refusal if it may not be shown, or was not.
    """
    must_show(desk, message.kept_to, InChannel(channel), at)
    turn: Turn | None = None
    try:
        with desk.store.transaction():
            desk.store.note("answer_shared", by, at, {"channel": channel, "answer": what})
            telling = desk.store.shared_answer(f"answer:{channel}:{what}:{by}:{at.isoformat()}", channel, _SHOWN, at)
            turn = desk.store.claim(message_turn(telling))  # before the others see it, and look for it
            if turn is None:
                raise NotUsable(_LATER)
        with only_while(turn.left):
            outcome = desk.chat.post(channel, message, telling=desk.epochs.mark(telling))
        _note_shared(desk, telling, outcome)
    finally:
        if turn is not None:
            desk.store.drop(turn)


def _note_shared(desk: Desk, telling: int, outcome: ChatOutcome) -> None:
    """Record what became of a shared answer; raise a Refusal unless it is shown."""
    match outcome:
        case Posted(where, ts):
            desk.store.mark_told(telling, where, ts, 1)
        case Unsure():  # it is read back as any other message
            raise Unknown(_UNSURE)
        case NotPosted("not_in_channel" | "channel_not_found"):
            desk.store.mark_not_told(telling, None, give_up=True)
            raise NotUsable(_NOT_IN)
        case _:
            desk.store.mark_not_told(telling, None, give_up=True)
            raise NotUsable(_LATER)


def _kept_back(desk: Desk, message: Message, reader: Reader, now: datetime) -> str:
    why = why_not(desk, message.kept_to, reader, now)
    if why:
        log.warning("outgoing.kept_back why=%s", why)
    return why
