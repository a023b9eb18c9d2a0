"""Answers to commands: the numbers of the desk, lists of cases, a case added by hand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain.base.refusals import NotUsable, Outdated, Refusal, Unknown
from bot.domain.base.text import clean
from bot.domain.cases.case import Case, Priority
from bot.domain.cases.view import Tally
from bot.domain.mentions.mention import BY_LINK, Answerable, Author, Mention, PostRef
from bot.domain.slack.readers import Reader, ToPerson
from bot.ports import Desk
from bot.services.cases.casework import claim
from bot.services.light_lane.gathering import opened_by_hand
from bot.services.mentions import unreadable
from bot.services.mentions.intake import take_in
from bot.services.mentions.links import is_on_site, mark_of, posts_behind, web_address
from bot.services.slack import backlog
from bot.services.team.access import reads_private
from bot.services.triage.triage import triage_of

LONGEST_NUMBER = 12  # digits of a case's number
_NAMES_THE_AUTHOR: Mapping[str, str] = {  # sites whose addresses name the author without an @
    "x.com": r"/(?!i/)(\w+)/status/",
    "twitter.com": r"/(?!i/)(\w+)/status/",
    "bsky.app": r"/profile/([\w.:-]+)/post/",
}


def status(desk: Desk, now: datetime) -> Tally:
    """Count open cases, and cases answered since midnight in the desk's zone."""
    waits = backlog.waits(desk, now)
    tally = desk.store.tally(now, midnight(desk.policy.hours.zone, now))
    return replace(tally, untold=waits.paced, held=(*waits.held(), *waits.by_choice()))


def midnight(zone: ZoneInfo, now: datetime) -> datetime:
    """Return the start of the local day of `now`."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def find(desk: Desk, words: str, reader: Reader, now: datetime) -> Sequence[Case]:
    """Return the cases with these words; private messages are searched only for people who may read them.

    A match alone would reveal some of their words.
    """
    private = isinstance(reader, ToPerson) and reads_private(desk, reader.user, now)
    return desk.store.find(words, private=private)


def claim_next(desk: Desk, *, by: str, at: datetime) -> Case:
    """Claim the most urgent case that nobody holds; raise Outdated where there is none."""
    for case in desk.store.queue(assignee="", limit=10):
        try:
            return claim(desk, case.id, by=by, at=at)
        except Refusal:
            continue  # somebody claimed it first; take the next one
    raise Outdated("No case is waiting to be taken right now. `/care queue` shows all open cases.")


def case_by_number(desk: Desk, words: str) -> Case:
    """Return the case with the number in a text; raise NotUsable or Unknown."""
    number = words.strip().lstrip("#")
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        raise NotUsable("Please give the number of a case, for example `/care case 412`.")
    return desk.store.case(int(number))


def priority_named(words: str) -> Priority:
    """Return the priority named in a text; raise NotUsable."""
    try:
        return Priority(words.strip().casefold())
    except ValueError:
        known = ", ".join(Priority)
        raise NotUsable(f"Please give one of these priorities: {known}. For example `/care case 412 high`.") from None


def add_by_link(desk: Desk, words: str, *, by: str, at: datetime) -> tuple[Case, bool]:
    """Open a case from a link and, if given, the customer's words; return it and whether it is new.

    For a known post its case is returned. Raises NotUsable without a link.
    """
    link, said = _link_and_words(words)
    if kept := _unreadable(desk, link):
        return unreadable.open_case(desk, kept, by=by, at=at, said=said), True
    with desk.store.transaction():
        desk.store.hold_intake_back()  # a post that comes in meanwhile would open a second case
        known = _known(desk, link)
        case = known or _opened(desk, _by_link(desk, link, said, by, at), at)
    return case, known is None


def _opened(desk: Desk, post: Mention, at: datetime) -> Case:
    take_in(desk, post, at, opened_by_hand(triage_of(desk, post)))
    found = desk.store.mention_of(BY_LINK, post.ref.post_id)
    if found is None or not found[1]:
        raise Unknown("The case could not be opened. Please try once more.")
    return desk.store.case(found[1])


def _unreadable(desk: Desk, link: str) -> int:
    """Return the row of the unsettled unreadable post behind a link, or 0."""
    behind = set(posts_behind(desk, link))
    rows = (
        desk.store.unreadable_post(name, account, post_id)
        for name, account in desk.networks
        for network, post_id in behind
        if network == name
    )
    return next((row for row in rows if row), 0)


def _link_and_words(words: str) -> tuple[str, str]:
    link, *said = clean(words).split(maxsplit=1) or [""]
    link = link.strip("<>").partition("|")[0]
    if web_address(link) is None:
        raise NotUsable(
            "Please give the link of the post, for example `/care add https://example.com/post/1 what they said`."
        )
    return link, "".join(said).strip()


def _known(desk: Desk, link: str) -> Case | None:
    places = [*posts_behind(desk, link), (BY_LINK, mark_of(desk, link))]
    found = (desk.store.mention_of(*one) for one in places)
    return next((desk.store.case(one[1]) for one in found if one and one[1]), None)


def handle_in(host: str, path: str) -> str:
    """Return the author's handle if a post's address certainly names it, else "".

    On most sites a first part without "@" is a section, a page, or ourselves: trustpilot.com/reviews/...
    """
    found = re.match(_NAMES_THE_AUTHOR.get(host.removeprefix("mobile."), r"/@([\w.-]+)"), path)
    return found[1] if found else ""


def _by_link(desk: Desk, link: str, said: str, by: str, at: datetime) -> Mention:
    parts = urlsplit(link)
    host, post_id = (parts.hostname or "").removeprefix("www."), mark_of(desk, link)
    who = handle_in(host, parts.path)
    return Mention(
        ref=PostRef(BY_LINK, host, post_id),
        root_id=post_id,
        parent_id=None,
        author=Author(id=f"{host}/{who or post_id}", handle=who),
        text=said or f"(added by link; open the post on {host} to read it)",
        posted_at=at,
        url=link,
        answerable=Answerable.NO,
        why_not=f"This case was added by link, and {_why_by_hand(desk, link, host)}.",
        raw=f"added by {by}".encode(),
    )


def _why_by_hand(desk: Desk, link: str, host: str) -> str:
    if is_on_site(desk, link):
        return f"its post has not reached the desk, so a person has to answer it on {host}"
    return f"the desk has no account on {host}"
