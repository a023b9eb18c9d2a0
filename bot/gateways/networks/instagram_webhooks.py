"""Makes posts of what Instagram's webhooks tell of comments, and writes down who named us elsewhere."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.domain.mentions.mention import Answerable, Mention, Side
from bot.gateways.networks.graph_posts import GraphAccount, is_graph_number, read_nodes
from bot.gateways.networks.graph_webhooks import changes, told_at
from bot.gateways.networks.instagram_named import write_down
from bot.gateways.networks.instagram_posts import ig_comment_in, is_ig_message
from bot.gateways.outside import Json, object_in, objects, text_or_empty
from bot.ports.network import Batch, Unparsed

_LIVE = "live_comments"
_NO_REPLY = "Instagram takes no reply of an app to a comment on a live video."


def read_ig_changes(us: GraphAccount, folder: Path | None, entries: Sequence[Json], now: datetime) -> Batch:
    """Return the comments that entries tell of, and the messages that their writers took back. Raises OSError.

    Other messages are read, not taken from here.
    """
    if folder and (named := changes(entries, "mentions")):
        write_down(folder, us.id, named)
    read = [one for entry in entries for one in _comments(us, entry, now)]
    return Batch(
        posts=[one for one in read if isinstance(one, Mention)],
        deletions=[one for entry in entries for one in _taken_back(entry)],
        unparsed=[one for one in read if isinstance(one, Unparsed)],
    )


def _taken_back(entry: Json) -> list[str]:
    """Return the ids of messages that nobody sees any more: no list of Meta's tells that they are gone."""
    told = [object_in(one, "message") for one in (*objects(entry, "messaging"), *objects(entry, "standby"))]
    ids = [text_or_empty(one, "mid") for one in told if one.get("is_deleted") is True]
    return [one for one in ids if is_ig_message(one)]


def _comments(us: GraphAccount, entry: Json, now: datetime) -> list[Mention | Unparsed]:
    """Return the comments of one entry. Meta tells no time of theirs, so they have the time of the entry."""
    at = told_at(entry, now) or now
    found: list[Mention | Unparsed] = []
    for field in ("comments", _LIVE):
        for value in changes([entry], field):
            media = text_or_empty(object_in(value, "media"), "id")
            root = media if is_graph_number(media) else ""
            node = {**value, "timestamp": at.isoformat()}
            [read] = read_nodes([node], partial(ig_comment_in, root=root, us=us), us, public=True)
            found.append(_without_reply(read) if field == _LIVE and isinstance(read, Mention) else read)
    return found


def _without_reply(comment: Mention) -> Mention:
    """Return a comment on a live video, which takes no public answer from an app."""
    return comment if comment.side == Side.OURS else replace(comment, answerable=Answerable.NO, why_not=_NO_REPLY)
