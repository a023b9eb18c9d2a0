"""Words for people, lengths of time, languages and numbers, used by all messages."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.blocks.base import limits
from bot.blocks.base.parts import shortened
from bot.blocks.base.phrases import Phrase
from bot.domain.base.tables import NEEDS_A_PERSON, DraftState
from bot.domain.base.text import first_name
from bot.domain.cases.case import Case, Priority
from bot.domain.cases.view import CaseView, History
from bot.domain.mentions.mention import Author
from bot.domain.replies.draft import Draft, DraftKind
from bot.domain.replies.outcome_checks import Missing, can_be_called_missing, says_from
from bot.domain.team import languages

LOCK = "\N{LOCK}"  # used only beside the word "private"
BY_LINK = "link"  # in place of a network in cases that somebody added by link
PRIORITIES: Mapping[Priority, str] = {
    Priority.URGENT: "urgent",
    Priority.HIGH: "high priority",
    Priority.NORMAL: "normal priority",
    Priority.LOW: "low priority",
}
UNUSUAL: Mapping[Priority, str] = {**PRIORITIES, Priority.NORMAL: ""}  # the usual priority is not shown
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NOBODY = frozenset({"", "author", "network", "desk"})  # values that are not a teammate
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def language(code: str) -> str:
    """Return a language's name, or "" when the code is unknown."""
    known = code.lower().partition("-")[0]
    return languages.NAMES.get(known, f"language {shortened(known, 10)}" if known else "")


def foreign(view: CaseView) -> str:
    """Return the name of the case's language; "" when everybody here reads it, or the post has no language."""
    spoken = languages.tongue(view.case.language)
    return language(view.case.language) if spoken and spoken not in view.read_by_all else ""


def teammate(view: CaseView, who: str) -> str:
    """Return a teammate's display name, which notifies nobody."""
    return display_name(view.names, who)


def display_name(names: Mapping[str, str], who: str) -> str:
    """Return the name of a Slack user id, or a substitute for somebody without a name."""
    if who in _NOBODY:
        return {"author": "the customer", "network": "the network", "desk": "the desk"}.get(who, "nobody")
    return shortened(names.get(who, ""), limits.NAME) or "a teammate"


def is_teammate(who: str) -> bool:
    """Return whether `who` is a teammate and not the author, the network or the desk."""
    return who not in _NOBODY


def writers(view: CaseView, draft: Draft) -> str:
    """Return who wrote a draft: "Ana", or "Ana and Ben"."""
    return _all_of(view, draft.authors)


def writers_but(view: CaseView, draft: Draft, who: str) -> str:
    """Return who wrote a draft besides `who`; all writers when there is no other."""
    return _all_of(view, [one for one in draft.authors if one != who] or draft.authors)


def _all_of(view: CaseView, people: Sequence[str]) -> str:
    names = [teammate(view, one) for one in people] or ["a teammate"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def who_waits(case: Case) -> str:
    """Return the author's name for a sentence: first name, else name, else handle."""
    author = case.author
    name = first_name(author.name, author.handle) or shortened(author.name, limits.NAME)
    return shortened(name, limits.NAME) or handle(case)


def full_name(case: Case) -> str:
    """Return the author's whole name as shown on the network, else the handle."""
    return shortened(case.author.name, limits.NAME) or handle(case)


def handle(case: Case) -> str:
    """Return "@priya_n"; "the customer" when a link names nobody, or when the reader may not know the name."""
    unnamed = not case.author.handle.strip("@")
    if unnamed and (added_by_link(case) or not case.author.id):
        return "the customer"
    return handle_or_name(case.author)


def handle_or_name(author: Author) -> str:
    """Return "@priya_n"; the name of an author without a handle, or "@unknown"."""
    return shortened(author.called, limits.HANDLE)


def stars(count: int | None) -> str:
    """Return "1 star" or "4 stars"; "" for a post that is no review."""
    return plural(count, "star") if count else ""


def network(view: CaseView) -> str:
    """Return the network's name, for use within a sentence."""
    return _host(view.case) if added_by_link(view.case) else view.network_label or view.case.network


def _host(case: Case) -> str:
    """Return the host of the post of a case added by link: "trustpilot.com"."""
    return shortened(case.account, limits.HANDLE) or "the network"


def added_by_link(case: Case) -> bool:
    """Return whether a teammate added the case by link, so that its network is unknown."""
    return case.network == BY_LINK


def reply_noun(draft: Draft) -> str:
    """Return the noun for a draft that is approved or sent, with the part at hand: "reply (part 2 of 2)"."""
    if not (draft.live and draft.in_parts) or draft.kind == DraftKind.TAKE_BACK:
        return _noun(draft)
    if not draft.posts and draft.state not in NEEDS_A_PERSON | {DraftState.SENDING}:
        return f"{_noun(draft)} in {draft.all_parts} parts"
    return f"{_noun(draft)} (part {len(draft.posts) + 1} of {draft.all_parts})"


def _noun(draft: Draft) -> str:
    return {
        DraftKind.REPLY: "reply",
        DraftKind.CORRECTION: "correction",
        DraftKind.TAKE_BACK: "request to take the reply back",
        DraftKind.WARNING: "warning",
        DraftKind.IN_PLACE: "new wording",
        DraftKind.CLOSING: "closing line",
        DraftKind.PRIVATE: "private answer",
    }[draft.kind]


def draft_noun(draft: Draft) -> str:
    """Return the noun for a draft in review."""
    if draft.kind != DraftKind.REPLY:
        return reply_noun(draft)
    if not draft.in_parts:
        return "draft"
    return "draft of the rest" if draft.posts else f"draft in {draft.all_parts} parts"


def form_noun(case: Case) -> str:
    """Return the noun for what the form of a case writes: a reply, or the current correction or warning."""
    draft = case.draft
    return _noun(draft) if draft and draft.live and draft.kind != DraftKind.TAKE_BACK else "reply"


def length(span: timedelta) -> str:
    """Return a length of time in words: "40 s", "38 min", "2 h 5 min", "9 days"."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    return f"{minutes // 1440} days"


def followers(count: int | None) -> str:
    """Return "12.4k followers"; "" when there are none or the number is unknown."""
    if not count:
        return ""
    if count >= 999_950:
        return f"{_short(count / 1_000_000)}M followers"
    if count >= 1_000:
        return f"{_short(count / 1_000)}k followers"
    return plural(count, "follower")


def plural(count: int, noun: str) -> str:
    """Return "1 photo" or "2 photos"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def segment(view: CaseView) -> str:
    """Return the name of the customer's segment in the configuration, such as "Press", or ""."""
    return shortened(view.segment, limits.NAME)


def known_as(view: CaseView, beside: str) -> str:
    """Return "@priya_n", or "@priya_n, Press" for a customer in a segment, unless `beside` names the segment."""
    named = handle(view.case)
    return ", ".join(one for one in (named if named != beside else "", segment(view)) if one)


def looking(view: CaseView, draft: Draft) -> Phrase:
    """Return when a reply of unknown outcome is looked for again, and from when on a person can call it missing."""
    tried, where = draft.attempt, network(view)
    if tried is None:
        return [f"Please look on {where}; nothing is sent twice"]
    decides = f"Please look on {where}: an approver can say that it is missing. Nothing is sent twice"
    unread = f"{where} could not be read so far"
    if draft.kind == DraftKind.PRIVATE:
        unread = f"Whether a private answer went out shows only in the inbox of {where} itself"
    match can_be_called_missing(tried, view.now, view.visibility_delay):
        case Missing.AS_READ:
            return [f"{where} was read and does not show it. {decides}"]
        case Missing.ON_THEIR_WORD:
            return [f"{unread}. {decides}"]
    again: Phrase = [f"Looking on {where} again at ", tried.look_at, ". "] if tried.look_at else []
    delay = view.visibility_delay
    shows = f"{where} shows posts within {length(delay.shows_within)}, so nobody can call it missing before "
    return [*again, shows, says_from(tried, delay), "; nothing is sent twice"]


def past_cases(history: History, now: datetime) -> str:
    """Return the facts in our own store about the author's earlier cases."""
    if not history.cases:
        return ""
    since = history.first_at if history.cases > 1 else None  # with one case, its last date is enough
    said = [f"{_nth(history.cases + 1)} case" + (f" since {_month(since, now)}" if since else "")]
    if history.last_at:
        said.append(f"last one case {history.last_case} on {day(history.last_at, now)}")
    if history.last_took is not None:
        said.append(f"answered after {length(history.last_took)}")
    return ", ".join(said)


def day(at: datetime, now: datetime) -> str:
    """Return "12 May", with the year when it is not this year."""
    return f"{at.day} {_month(at, now)}"


def _month(at: datetime, now: datetime) -> str:
    return _MONTHS[at.month - 1] + ("" if at.year == now.year else f" {at.year}")


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _nth(number: int) -> str:
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
