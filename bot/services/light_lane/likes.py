"""Likes a post on its network. A like is stored before the call; two calls make one like."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.domain.accounts.holds import Use
from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.erasure.erasure import ERASED_NAME
from bot.domain.light_lane.light_mention import LIKE_TRIES, LightMention, LightState, LightVerb, words_mark
from bot.domain.mentions.mention import Mention
from bot.ports import Desk, Likes, NotSent, OutcomeLost, SendOutcome
from bot.ports.leases import Turn, only_while
from bot.ports.network_kind import network_label
from bot.services.accounts.holds import hold_on, note_outcome
from bot.services.base.sweeping import sweep
from bot.services.halts.gate import may_send
from bot.services.light_lane.decided import decided
from bot.services.team.access import lets_out_from

log = logging.getLogger(__name__)

AT_ONCE = 20  # that one look tries again
_CHANGED = "Its author changed the words before the network was called. Please read them, and like it again."
_GONE = "The post is gone, so nothing was called for it."
_CHANGED_UNKNOWN = "Its author changed the words, and nobody knows whether the like is there. Please look."


def can_like(desk: Desk, post: Mention) -> bool:
    """Return whether the network of a post lets us like it."""
    return not post.private and _liking(desk, post) is not None


def _liking(desk: Desk, post: Mention) -> Likes | None:
    network = desk.network(post.ref)
    if network is None or not isinstance(network, Likes):
        return None
    return network if network.likes else None


def like(desk: Desk, mention_id: int, *, by: str, at: datetime, mark: str = "") -> None:
    """Record that this person likes it, in words that a button showed (`mark`); `carry_out_like` calls the network.

    Raises NotUsable where the network has no likes for apps or nothing may go out, Outdated where it was decided or
    has other words, NotYours where other approvers answer for the account. An old button has no `mark`.
    """
    with desk.store.transaction():
        desk.store.hold_like(mention_id)
        post = desk.store.mention(mention_id)
        refuse_other_words(post, mark or words_mark(post.text))
        refuse_like(desk, post, by, at)
        elsewhere = desk.store.thank_you(mention_id)
        if elsewhere is not None and not elsewhere.likeable:
            raise Outdated("Somebody likes this one already, from the list of /care thanks.")
        if not desk.store.decide_light(mention_id, LightVerb.LIKE, by=by, at=at, words=words_mark(post.text)):
            raise decided(desk, mention_id)


def refuse_other_words(post: Mention, mark: str) -> None:
    """Raise Outdated where the author of a post has changed the words that somebody was shown."""
    if mark != words_mark(post.text):
        raise Outdated("Its author changed the post since you were shown it. Please look at it again.")


def refuse_like(desk: Desk, post: Mention, by: str, at: datetime) -> None:
    """Raise a refusal unless this person may like a post now; which ones: see `like`."""
    if post.deleted_at is not None:
        raise Outdated("This post is gone: its author deleted it, or was erased. Please set it aside.")
    if not can_like(desk, post):
        raise NotUsable(
            f"{network_label(post.ref.network)} does not let apps like this. Please open the post and like it there."
        )
    if not lets_out_from(desk, post.ref, by, at):
        raise NotYours("Other approvers answer for this account. Please leave this one to them.")
    if not may_send(desk, post.ref):
        raise NotUsable("Nothing goes out at the moment, so this is not liked either. Please try again later.")


def carry_out_all(desk: Desk, now: datetime) -> int:
    """Call the network for every like that was begun and whose outcome is unknown.

    A kill or a lost answer leaves such. A like is a fact about a post and an account, not a new thing: a network that
    is called once more has one like as before, so that it may be repeated as no reply ever is.
    """
    begun = [one.mention for one in desk.store.lights_liking(now, AT_ONCE)]
    return sweep(desk, "like", begun, lambda row: carry_out_like(desk, row, now))


def carry_out_like(desk: Desk, mention_id: int, now: datetime) -> bool:
    """Call the network for one like and write down what became of it; return whether it is there now."""
    with desk.store.turn(f"like {mention_id}") as turn:
        return turn is not None and _carry_out(desk, mention_id, now, turn)


def _carry_out(desk: Desk, mention_id: int, now: datetime, turn: Turn) -> bool:
    light = desk.store.light(mention_id)
    if light is None or light.state != LightState.LIKING:
        return False
    post = desk.store.mention(mention_id)
    if post.deleted_at is not None:
        _end_without_post(desk, light, post, now)
        return False
    if is_for_other_words(light.like_words, post):
        why = other_words(light.tries)
        desk.store.decide_light(mention_id, LightVerb.NOT_LIKED, by=light.by, at=now, why=why)
        return False
    outcome = call_like(desk, post, turn, lambda: desk.store.like_tried(mention_id), now)
    return outcome is not None and _settle(desk, light, outcome, now)


def _end_without_post(desk: Desk, light: LightMention, post: Mention, now: datetime) -> None:
    """End a like whose post its author deleted, or an erasure emptied, so that it waits for nobody."""
    by = "desk" if post.author.name == ERASED_NAME else "author"
    with desk.store.transaction():
        if desk.store.decide_light(light.mention, LightVerb.NOT_LIKED, by=light.by, at=now, why=_GONE):
            desk.store.decide_light(light.mention, LightVerb.SET_ASIDE, by=by, at=now, why=_GONE)


def is_for_other_words(begun_for: str, post: Mention) -> bool:
    """Return whether the author changed a post since somebody began to like it; `begun_for`: the digest then."""
    return bool(begun_for) and begun_for != words_mark(post.text)


def other_words(tries: int) -> str:
    """Return why a like of a changed post is not called for (again), after so many calls."""
    return _CHANGED_UNKNOWN if tries else _CHANGED


def call_like(desk: Desk, post: Mention, turn: Turn, begins: Callable[[], None], now: datetime) -> SendOutcome | None:
    """Call the network of a post with a like that is written down; return what it answered.

    None: it is not called now, since nothing may go out, or the account waits. `begins` is called right before it.
    """
    if not may_send(desk, post.ref):
        return None
    network = _liking(desk, post)
    if network is None:
        return NotSent(f"The desk reads {network_label(post.ref.network)} no more.")
    if hold_on(desk, post.ref.network, post.ref.account, Use.WRITE, now):
        return None
    begins()
    with only_while(turn.left):
        outcome = network.like(post.ref)
    note_outcome(desk, post.ref, Use.WRITE, outcome, now)
    return outcome


def _settle(desk: Desk, light: LightMention, outcome: SendOutcome, now: datetime) -> bool:
    why = why_no_like(outcome, light.mention, light.tries + 1)
    if why is None:
        return False
    verb = LightVerb.NOT_LIKED if why else LightVerb.LIKED
    return desk.store.decide_light(light.mention, verb, by=light.by, at=now, why=why) and not why


def why_no_like(outcome: SendOutcome, mention_id: int, tries: int) -> str | None:
    """Return why a like is not there, for people; "" where it is, None where the network is called once more."""
    match outcome:
        case NotSent(limit=limit) if limit and tries < LIKE_TRIES:
            return None
        case NotSent(why):
            return why or "The network did not take the like."
        case OutcomeLost(why):
            log.info("like.lost mention=%d tries=%d", mention_id, tries)
            if tries < LIKE_TRIES:
                return None
            return f"{why} Nobody knows whether the like is there: please look at the post."
        case _:
            return ""
