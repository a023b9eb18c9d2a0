"""Slack behind the Chat port: one call each, no retries; a call without an answer is reported as unknown."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.web import SlackResponse

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.slack_ids import is_person
from bot.domain.team.people import Group, PersonKind, Teammate, is_id
from bot.gateways.outside import (
    LONGEST_NAME,
    Json,
    as_name,
    list_of_texts,
    object_in,
    objects,
    text_or_empty,
    whole_number,
)
from bot.gateways.slack_answers import CALLING, SlackTrouble, StrangeSlack, ask_slack, try_slack
from bot.gateways.slack_wire import TIMEOUT, BoundedWebClient, post_bytes, post_json
from bot.ports.chat import FOLDED, ChatOutcome, Message, Posted, TooMuchToRead, Unsure

EVENT_TYPE = "heard_telling"
LATEST = 2**33  # seconds since 1970; a later moment is not valid
READS_METADATA = "metadata.message:read"
SLACK_API = "https://slack.com/api/"
LOOK_BACK = timedelta(seconds=60)  # before the attempt's start, because clocks may differ
MOST_IN_CHANNEL = 200  # each member is read separately, and again every 15 minutes
_NO_CHANNEL = {"channel_not_found", "not_in_channel"}
PAGES = 10  # pages of 200 messages that are searched at most

_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")  # a message's timestamp, in seconds since 1970

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Our bot's identity in Slack, read at the start."""

    team: str
    bot_user: str
    bot_id: str
    url: str = ""
    scopes: frozenset[str] | None = None  # None: unknown
    date: str = ""  # Slack's own Date header


class SlackChat:
    """The Chat port over Slack's Web API. Safe for threads; keeps only our identity and the token's state."""

    def __init__(
        self,
        token: str,
        *,
        now: Callable[[], datetime],
        base_url: str = SLACK_API,
        identity: Identity | None = None,
        timeout: float = TIMEOUT,
        limited: Callable[[], object] = lambda: None,
    ) -> None:
        self._wire = BoundedWebClient(token, base_url, timeout)
        self._wire.limited = limited
        self._now = now
        self._called: dict[str, str] = {}  # channels, as they were called at the last look
        self.identity = identity

    @property
    def shut_out(self) -> str:
        """Return Slack's error code if its last answer says that it does not accept our token; else ""."""
        return self._wire.shut_out

    def auth(self) -> Identity:
        """Read the token's identity from Slack, store it and return it; raise SlackTrouble."""
        found = ask_slack(self._wire.auth_test)
        said = _data(found)
        scopes = found.headers.get("x-oauth-scopes")
        if not (is_id(text_or_empty(said, "team_id")) and is_id(text_or_empty(said, "user_id"))):
            raise StrangeSlack  # without our own team nobody could be told from a stranger
        self.identity = Identity(
            team=text_or_empty(said, "team_id"),
            bot_user=text_or_empty(said, "user_id"),
            bot_id=text_or_empty(said, "bot_id"),
            url=text_or_empty(said, "url").rstrip("/"),
            scopes=None if scopes is None else frozenset(one.strip() for one in scopes.split(",") if one.strip()),
            date=found.headers.get("date", ""),
        )
        return self.identity

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        """Post a message; for a direct message `channel` may be a user id, and the outcome has the real channel."""
        known: dict[str, Any] = {"event_type": EVENT_TYPE, "event_payload": {"telling": telling}}
        return _posted(
            try_slack(
                lambda: self._wire.chat_postMessage(
                    channel=channel,
                    thread_ts=thread_ts or None,
                    unfurl_links=False,
                    unfurl_media=False,
                    metadata=known if telling else None,
                    **_spoken(message),
                )
            )
        )

    def update(self, channel: str, ts: str, message: Message) -> ChatOutcome:
        """Replace a message of ours."""
        return _posted(try_slack(lambda: self._wire.chat_update(channel=channel, ts=ts, **_spoken(message))))

    def marks(self, channel: str, since: datetime) -> Sequence[int]:
        """Return the tellings of our messages in a channel since then; raise SlackTrouble if unreadable."""
        self._must_read_metadata()
        found = (self._telling_of(one) for one in self._messages(channel, since, ""))
        return [one for one in found if one is not None]

    def find(self, channel: str, telling: int, since: datetime, thread_ts: str = "") -> Posted | None:
        """Return the post with this telling in its metadata, if it arrived; raise SlackTrouble if unreadable."""
        self._must_read_metadata()
        room = self._direct(channel) if is_person(channel) else channel
        try:
            ours = [one for one in self._messages(room, since, thread_ts) if self._telling_of(one) == telling]
        except SlackTrouble as trouble:
            if trouble.code == "thread_not_found":  # somebody deleted the thread with this message
                return None
            raise
        return Posted(room, min((str(one["ts"]) for one in ours), key=float)) if ours else None

    def open_view(self, trigger_id: str, view: Mapping[str, object]) -> str:
        """Open a modal and return its id; raise SlackTrouble."""
        return _of_view(ask_slack(lambda: self._wire.views_open(trigger_id=trigger_id, view=dict(view))), "id")

    def push_view(self, trigger_id: str, view: Mapping[str, object]) -> str:
        """Open a modal on top of the open one and return its id; raise SlackTrouble."""
        return _of_view(ask_slack(lambda: self._wire.views_push(trigger_id=trigger_id, view=dict(view))), "id")

    def update_view(self, view_id: str, view: Mapping[str, object], *, hash_: str = "") -> str:
        """Redraw an open modal and return the hash by which it is known now; raise SlackTrouble."""
        told = ask_slack(lambda: self._wire.views_update(view_id=view_id, view=dict(view), hash=hash_ or None))
        return _of_view(told, "hash")

    def publish_home(self, user: str, view: Mapping[str, object], *, hash_: str = "") -> None:
        """Publish a person's home tab; raise SlackTrouble, or OvertakenView when `hash_` is not the present one."""
        ask_slack(lambda: self._wire.views_publish(user_id=user, view=dict(view), hash=hash_ or None))

    def respond(self, response_url: str, message: Message, *, replace: bool = False, thread_ts: str = "") -> None:
        """Answer through a response_url, visible only to the person who asked; a failure is only logged."""
        if not self._may_call(response_url):
            _log.warning("response_url_refused", extra={"host": urlsplit(response_url).hostname})
            return
        try:
            answered = {"response_type": "ephemeral", "replace_original": replace, **FOLDED, **_bare(message)}
            there = {"thread_ts": thread_ts} if thread_ts else {}
            status = post_json(response_url, {**answered, **there}, self._wire.patience)
        except CALLING as trouble:
            _log.warning("response_lost", extra={"why": type(trouble).__name__})
            return
        if status >= 300:
            _log.warning("response_refused", extra={"status": status})

    def whisper(self, channel: str, user: str, message: Message, *, thread_ts: str = "") -> None:
        """Show a message in a channel, or in a thread there, to one person only; a failure is only logged."""
        said = try_slack(
            lambda: self._wire.chat_postEphemeral(
                channel=channel, user=user, thread_ts=thread_ts or None, **_spoken(message)
            )
        )
        if not isinstance(said, SlackResponse):
            _log.warning("whisper_lost", extra={"why": type(said).__name__})

    def send_file(self, user: str, name: str, content: bytes, comment: str) -> None:
        """Send a file to one person as a direct message, in Slack's three steps; raise SlackTrouble.

        When the last answer was lost, the file may have arrived.
        """
        room = self._direct(user)
        given = ask_slack(lambda: self._wire.files_getUploadURLExternal(filename=name, length=len(content)))
        url, file_id = text_or_empty(_data(given), "upload_url"), text_or_empty(_data(given), "file_id")
        if not self._may_call(url):
            raise SlackTrouble("strange_upload_address")
        try:
            status = post_bytes(url, content, self._wire.patience)
        except CALLING as trouble:
            raise SlackTrouble("no_answer") from trouble
        if status != 200:
            raise SlackTrouble("upload_refused")
        files: list[Any] = [{"id": file_id, "title": name}]
        ask_slack(
            lambda: self._wire.files_completeUploadExternal(files=files, channel_id=room, initial_comment=comment)
        )

    def person(self, user: str) -> Teammate | None:
        """Read one person; None when Slack does not know them. Raises SlackTrouble."""
        found = _or_none(lambda: self._wire.users_info(user=user), {"user_not_found", "user_not_visible"})
        return self._teammate(_object(found, "user")) if found else None

    def group(self, group: str) -> Group | None:
        """Read one user group; None when it does not exist or is disabled. Raises SlackTrouble."""
        unknown = {"no_such_subteam", "subteam_not_found", "subteam_disabled", "invalid_usergroup"}
        found = _or_none(lambda: self._wire.usergroups_users_list(usergroup=group), unknown)
        if found is None:
            return None
        if not isinstance(found.get("users"), list):
            raise StrangeSlack
        members = frozenset(one for one in list_of_texts(_data(found), "users") if is_id(one))
        return Group(id=group, members=members, fetched_at=self._now())

    def members(self, channel: str) -> Group | None:
        """Read the members of a channel; None when Slack does not show it, or too many. Raises SlackTrouble."""
        members: set[str] = set()
        cursor = ""
        while len(members) <= MOST_IN_CHANNEL:
            page = self._page_of_members(channel, cursor)
            if page is None:
                return None
            if not isinstance(page.get("members"), list):
                raise StrangeSlack
            members |= {one for one in list_of_texts(page, "members") if is_id(one)}
            cursor = text_or_empty(object_in(page, "response_metadata"), "next_cursor")
            if not cursor:
                return Group(id=channel, members=frozenset(members), fetched_at=self._now())
        return None

    def _page_of_members(self, channel: str, cursor: str) -> Json | None:
        asked: dict[str, Any] = {
            "channel": channel,
            "limit": MOST_IN_CHANNEL,
            **({"cursor": cursor} if cursor else {}),
        }
        found = _or_none(lambda: self._wire.conversations_members(**asked), _NO_CHANNEL)
        return _data(found) if found else None

    def do_not_disturb(self, users: Sequence[str]) -> Mapping[str, tuple[datetime, datetime]]:
        """Read the present or next period of do-not-disturb, for at most 50 people; raise SlackTrouble."""
        said = object_in(_data(ask_slack(lambda: self._wire.dnd_teamInfo(users=list(users)))), "users")
        read = {user: _stretch(object_in(said, user)) for user in users}
        return {user: stretch for user, stretch in read.items() if stretch}

    def channel(self, channel: str) -> Mapping[str, Any] | None:
        """Read a channel; None when it does not exist or is not visible to us. Raises SlackTrouble."""
        found = _or_none(lambda: self._wire.conversations_info(channel=channel), {"channel_not_found"})
        if found is None:
            return None
        said = _object(found, "channel")
        self._called[channel] = text_or_empty(said, "name")
        return said

    def channel_name(self, channel: str) -> str:
        """Return a channel's name as Slack said it last, without asking; "" where it did not."""
        return self._called.get(channel, "")

    def shared(self, channel: str) -> bool | None:
        """Return whether a channel is shared with another company; None: Slack does not say. Raises SlackTrouble."""
        found = self.channel(channel)
        return shared_outside(found) if found and says_who_reads(found) else None

    def may_connect(self, app_token: str) -> None:
        """Test the app-level token by requesting a Socket Mode address; raise SlackTrouble."""
        ask_slack(lambda: self._wire.apps_connections_open(app_token=app_token))

    def _direct(self, user: str) -> str:
        opened = _object(ask_slack(lambda: self._wire.conversations_open(users=[user])), "channel")
        if not is_id(text_or_empty(opened, "id")):
            raise SlackTrouble("no_answer")
        return text_or_empty(opened, "id")

    def _messages(self, channel: str, since: datetime, thread_ts: str) -> Iterator[Mapping[str, Any]]:
        cursor = ""
        for _ in range(PAGES):
            page = _data(self._page(channel, since, thread_ts, cursor))
            if not isinstance(page.get("messages"), list):
                raise StrangeSlack  # else what stands there would be taken for missing
            yield from objects(page, "messages")
            cursor = text_or_empty(object_in(page, "response_metadata"), "next_cursor")
            if not cursor:
                return
        raise TooMuchToRead("There are too many messages in that channel to look through.")

    def _page(self, channel: str, since: datetime, thread_ts: str, cursor: str) -> SlackResponse:
        asked: dict[str, Any] = {"oldest": f"{(since - LOOK_BACK).timestamp():.6f}", "limit": 200}
        asked |= {"cursor": cursor} if cursor else {}
        if thread_ts:
            return ask_slack(
                lambda: self._wire.conversations_replies(
                    channel=channel, ts=thread_ts, include_all_metadata=True, **asked
                )
            )
        return ask_slack(
            lambda: self._wire.conversations_history(channel=channel, include_all_metadata=True, **asked)
        )

    def _must_read_metadata(self) -> None:
        if self.identity and self.identity.scopes is not None and READS_METADATA not in self.identity.scopes:
            raise SlackTrouble("missing_scope")  # Slack would leave out the metadata, and no post would be found

    def _telling_of(self, message: Mapping[str, Any]) -> int | None:
        """Return the telling of a message of ours; None for any other message."""
        known = object_in(message, "metadata")
        if known.get("event_type") != EVENT_TYPE or not _TS.fullmatch(text_or_empty(message, "ts")):
            return None
        ours = self.identity is None or message.get("user", self.identity.bot_user) == self.identity.bot_user
        telling = object_in(known, "event_payload").get("telling")
        return telling if ours and isinstance(telling, int) else None

    def _may_call(self, url: str) -> bool:
        """Return whether an address from a payload is Slack's, or on the host of the rehearsal's Slack."""
        asked, base = urlsplit(url), urlsplit(self._wire.base_url)
        slack = asked.scheme == "https" and (asked.hostname or "").endswith(".slack.com")
        return slack or (asked.scheme, asked.netloc) == (base.scheme, base.netloc)

    def _teammate(self, user: Mapping[str, Any]) -> Teammate:
        who, profile = text_or_empty(user, "id"), object_in(user, "profile")
        if not is_id(who):
            raise StrangeSlack
        name = as_name(profile, "display_name", "real_name") or as_name(user, "real_name", "name") or who
        return Teammate(
            id=who,
            name=name,
            kind=self._kind(user),
            fetched_at=self._now(),
            zone=text_or_empty(user, "tz")[:LONGEST_NAME],
        )

    def _kind(self, user: Mapping[str, Any]) -> PersonKind:
        team = self.identity.team if self.identity else ""
        if user.get("deleted"):
            return PersonKind.GONE
        if user.get("is_bot") or user.get("is_workflow_bot") or user["id"] == "USLACKBOT":
            return PersonKind.BOT
        if user.get("is_stranger") or (team and user.get("team_id") != team):
            return PersonKind.STRANGER
        if user.get("is_restricted") or user.get("is_ultra_restricted"):
            return PersonKind.GUEST
        return PersonKind.MEMBER


def says_who_reads(channel: Mapping[str, Any]) -> bool:
    """Return whether Slack's answer says if a conversation is shared; for direct messages it may not."""
    of_people = channel.get("is_im") or channel.get("is_mpim")
    return not of_people and ("is_ext_shared" in channel or "is_shared" in channel)


def shared_outside(channel: Mapping[str, Any]) -> bool:
    """Return whether people of another company see a channel, or will after they accept."""
    return bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"))


def _stretch(said: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    begins, ends = whole_number(said, "next_dnd_start_ts", LATEST), whole_number(said, "next_dnd_end_ts", LATEST)
    if not said.get("dnd_enabled") or begins is None or ends is None or begins >= ends:
        return None
    return datetime.fromtimestamp(begins, UTC), datetime.fromtimestamp(ends, UTC)


def _data(found: SlackResponse) -> Json:
    return found.data if isinstance(found.data, dict) else {}


def _object(found: SlackResponse, name: str) -> Json:
    """Return the object called `name`; raise SlackTrouble when it is not an object."""
    if not isinstance(found.get(name), dict):
        raise StrangeSlack
    return object_in(_data(found), name)


def _bare(message: Message) -> dict[str, Any]:
    blocks: Sequence[Mapping[str, object]] = [dict(one) for one in message.blocks]
    return {"text": message.text, "blocks": blocks} if blocks else {"text": message.text}


def _spoken(message: Message) -> dict[str, Any]:
    """Return the arguments for text and blocks; without `parse`, chat.update would turn plain names into mentions."""
    return {**_bare(message), "parse": "none", "link_names": False}


def _posted(found: SlackResponse | ChatOutcome) -> ChatOutcome:
    if not isinstance(found, SlackResponse):
        return found
    channel, ts = text_or_empty(_data(found), "channel"), text_or_empty(_data(found), "ts")
    return Posted(channel, ts) if is_id(channel) and _TS.fullmatch(ts) else Unsure("no_ts")


def _of_view(found: SlackResponse, name: str) -> str:
    return text_or_empty(object_in(_data(found), "view"), name)


def _or_none(call: Callable[[], SlackResponse], unknown: set[str]) -> SlackResponse | None:
    try:
        return ask_slack(call)
    except SlackTrouble as trouble:
        if trouble.code in unknown:
            return None
        raise
