"""Finds our own posts on a Mastodon server: a reply behind what it answers, a statement by its words."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bot.domain.base.moments import moment_in
from bot.domain.base.text import comparable
from bot.gateways.networks.mastodon_answers import NOT_UNDERSTOOD
from bot.gateways.networks.mastodon_edits import has_words
from bot.gateways.networks.mastodon_posts import (
    PUBLIC,
    OurPlace,
    StrangePost,
    entry_id,
    is_status_id,
    parent_in,
    plain,
    post_in,
)
from bot.gateways.outside import Json, text_or_empty
from bot.ports.network import NetworkTrouble, OutcomeLost, SendOutcome, Sent

LOOKS = 5  # answers that are read to find a post
AT_ONCE = 40  # posts of ours in one answer, the most that the server tells
CLOCKS_APART = timedelta(minutes=10)  # the server's clock, at most, from ours
_List = Callable[[str], list[Any]]


def reply_among(read: _List, us: OurPlace, target: str, text: str) -> Sent | None:
    """Look for our reply among the posts of our own behind `target`; None: not found. Raises NetworkTrouble.

    Of two with the same words, the newer one: the older one was found before.
    """
    cursor = target
    for _ in range(LOOKS):
        if not is_status_id(cursor):
            break
        page = _page(read, us, exclude_reblogs="true", min_id=cursor)[::-1]
        if said := [one for one in page if parent_in(one) == target and has_words(one, text)]:
            return _as_sent(said[-1], us)
        cursor = entry_id(page[-1]) if page else ""
    return None


def statement_among(read: _List, us: OurPlace, text: str, since: datetime) -> Sent | None:
    """Look for a public post of ours that answers nobody and has these words, since then; None: not found.

    Raises NetworkTrouble. No server tells of a key.
    """
    where: dict[str, str] = {}
    earliest = since - CLOCKS_APART
    for _ in range(LOOKS):
        page = _page(read, us, exclude_reblogs="true", exclude_replies="true", **where)
        late = [one for one in page if (moment_in(text_or_empty(one, "created_at")) or since) >= earliest]
        for status in late:
            if _is_to_everybody(status) and comparable(plain(text_or_empty(status, "content"))) == comparable(text):
                return _as_sent(status, us)
        where = {"max_id": min(known, key=lambda one: (len(one), one))} if (known := _ids(page)) else {}
        if not where or len(late) < len(page):
            break
    return None


def _ids(page: list[Json]) -> list[str]:
    return [known for one in page if (known := entry_id(one))]


def _is_to_everybody(status: Json) -> bool:
    return not parent_in(status) and text_or_empty(status, "visibility") == PUBLIC


def _page(read: _List, us: OurPlace, **where: str) -> list[Json]:
    page = read(f"/api/v1/accounts/{us.account}/statuses?{urlencode({**where, 'limit': AT_ONCE})}")
    if not all(isinstance(one, dict) for one in page):  # it could be the one
        raise NetworkTrouble(NOT_UNDERSTOOD)
    return page


def _as_sent(status: Json, us: OurPlace) -> Sent | None:
    made = made_in(status, us)
    return made if isinstance(made, Sent) else None


def made_in(told: Json, us: OurPlace) -> SendOutcome:
    """Return the outcome of a call from the status in its answer."""
    try:
        made = post_in(told, "", us)
    except StrangePost:
        return OutcomeLost("Mastodon said yes, but its answer could not be read.")
    if made.author.id != us.account:
        return OutcomeLost("Mastodon said yes, and told of somebody else's post.")
    return Sent(made.ref.post_id, made.url, made.posted_at)
