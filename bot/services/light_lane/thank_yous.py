"""Thank-yous: the queue, our likes of them, and which of them marketing may quote, as a second person decides."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.base.refusals import NotUsable, NotYours, Outdated, Refusal
from bot.domain.light_lane.light_mention import LightState, words_mark
from bot.domain.light_lane.thank_you import (
    OFFERED_FOR,
    LikeState,
    SeenThankYou,
    ThankYou,
    ThankYouPage,
    ThankYouState,
    ThankYouVerb,
    refuse_own_offer,
    refuse_to_quote,
    week_of,
)
from bot.domain.mentions.mention import Mention
from bot.domain.slack.notice import Addressed, Said
from bot.domain.team.people import Act
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.services.base.sweeping import sweep
from bot.services.light_lane.likes import (
    call_like,
    can_like,
    is_for_other_words,
    other_words,
    refuse_like,
    refuse_other_words,
    why_no_like,
)
from bot.services.replies.personal_data import personal_data
from bot.services.slack.gathered_notices import tell_gathered
from bot.services.team.access import lets_out_from, lets_out_to, may

SHOWN = 8  # of the queue, at once
OFFERED = 4  # that wait for approval, above it
OF_A_WEEK = 20  # in one message for marketing
READ = 40  # of the queue, for one page: some may show personal data
AT_ONCE = 20  # likes, and posts that left, in one round
_LEFT = "It was no thank-you any more before the network was called."
_LEFT_UNKNOWN = "It is no thank-you any more, and nobody knows whether the like is there: please look at the post."
_STILL = timedelta(days=35)  # the desk looks for so long whether what was approved may still be quoted


# --- shown --------------------------------------------------------------------------------------------------


def queue_page(desk: Desk, before: int, now: datetime, reader: str = "") -> ThankYouPage:
    """Return a page of the queue, the newest first; on the first page also what waits for a second person.

    Of that first what this reader did not offer, and may decide.
    """
    first = [] if before else desk.store.offered_thank_yous(OFFERED, reader)
    offered = [_for_reader(desk, seen_thank_you(desk, one), reader, now) for one in first]
    waiting = desk.store.offered_thank_you_count() if len(offered) == OFFERED else len(offered)
    found = desk.store.thank_you_queue(now - OFFERED_FOR, before=before, limit=READ)
    shown, looked = list[Mention](), list[int]()
    for row in found:
        if len(shown) == SHOWN:
            break
        looked.append(row)
        shown += [one for one in [desk.store.mention(row)] if not _is_personal(desk, one)]
    return ThankYouPage(
        offered=offered,
        offered_later=waiting - len(offered),
        shown=[seen_thank_you(desk, desk.store.thank_you(one.id) or ThankYou(mention=one.id)) for one in shown],
        before=before,
        last=looked[-1] if looked else before,
        more=len(looked) < len(found) or len(found) == READ,
        personal=len(looked) - len(shown),
    )


def _for_reader(desk: Desk, offer: SeenThankYou, reader: str, now: datetime) -> SeenThankYou:
    """Return an offer with what this reader may decide about it; "": nobody's rights are asked."""
    if not reader:
        return offer
    own, right, why = offer.about.offered_by == reader, may(desk, Act.APPROVE, reader, now), ""
    try:
        refuse_own_offer(offer.about, reader, four_eyes=desk.policy.four_eyes)
        _refuse_others(desk, offer.post, reader, now)
    except NotYours as no:
        why = no.sentence
    return replace(offer, approves=right and not why, declines=own or right, why_not=why if right else "")


def quotes_page(desk: Desk, before: int) -> ThankYouPage:
    """Return a page of what marketing may quote, the newest first."""
    found = desk.store.approved_thank_yous(before=before, limit=SHOWN + 1)
    here = [seen_thank_you(desk, one) for one in found[:SHOWN]]
    last = here[-1].post.id if here else before
    return ThankYouPage(shown=_unchanged(here), before=before, last=last, more=len(found) > SHOWN)


def quotes_of_week(desk: Desk, week: int) -> Sequence[SeenThankYou]:
    """Return what the message of a week shows: posts that are still there, in the words that were approved."""
    return _unchanged([seen_thank_you(desk, one) for one in desk.store.thank_yous_of_week(week, OF_A_WEEK)])


def _unchanged(found: Sequence[SeenThankYou]) -> Sequence[SeenThankYou]:
    return [one for one in found if one.about.words == words_mark(one.post.text)]


def seen_thank_you(desk: Desk, about: ThankYou) -> SeenThankYou:
    """Return a thank-you with its post, and whether a like can be begun."""
    post = desk.store.mention(about.mention)
    likes = about.likeable and can_like(desk, post) and not _liked_in_the_lane(desk, post)
    return SeenThankYou(about=about, post=post, network=network_label(post.ref.network), likes=likes)


def _liked_in_the_lane(desk: Desk, post: Mention) -> bool:
    light = desk.store.light(post.id)
    return light is not None and light.state in {LightState.LIKING, LightState.LIKED}


def _is_personal(desk: Desk, post: Mention) -> bool:
    own, countries = desk.policy.own_numbers, desk.policy.phone_countries
    return bool(personal_data(post.text, handle=post.author.handle, published=own, countries=countries))


# --- decided ------------------------------------------------------------------------------------------------


def _post_of(desk: Desk, mention_id: int) -> Mention:
    """Return a post that is a thank-you now; raise Outdated."""
    if not desk.store.is_thank_you(mention_id):
        raise Outdated(
            "This one is no thank-you any more: its author deleted it, or has written since and waits for us, or "
            "was set aside."
        )
    return desk.store.mention(mention_id)


def skip(desk: Desk, mention_id: int, *, by: str, at: datetime) -> None:
    """Take one out of the queue for good. Raises Outdated where somebody decided before."""
    if not desk.store.decide_thank_you(mention_id, ThankYouVerb.SKIP, by=by, at=at):
        raise _decided()


def offer_to_marketing(desk: Desk, mention_id: int, *, by: str, at: datetime, mark: str) -> None:
    """Offer the words that a button showed to marketing, which a second person decides on; tell the leads.

    Raises Outdated, or NotUsable for a post without a link or with personal data.
    """
    with desk.store.transaction():
        post = _post_of(desk, mention_id)
        refuse_other_words(post, mark)
        if not post.url:
            raise NotUsable("This post has no link, so nobody could quote it with one.")
        if _is_personal(desk, post):
            raise NotUsable("This post shows personal data, so it is not offered to anybody.")
        if not desk.store.decide_thank_you(mention_id, ThankYouVerb.OFFER, by=by, at=at, words=mark):
            raise _decided()
        others = desk.store.offered_thank_you_count() > 1
        tell_gathered(desk, "thank-you", mention_id, partial(_offered, by), at, others_wait=others)


def _offered(by: str, many: int, since: datetime) -> Said:
    decides = "Somebody else decides with /care thanks."
    if many == 1:
        return (Addressed(by), f" offers marketing something good that a customer wrote. {decides}")
    what = f"{many} good words of customers were offered to marketing since "
    return (what, since, ", the newest by ", Addressed(by), f". {decides}")


def let_marketing_quote(desk: Desk, mention_id: int, *, by: str, at: datetime, mark: str) -> None:
    """Let marketing quote the words that a button showed; they are in the message of this week.

    Raises NotYours for who offered them and where other approvers answer for the account, or Outdated.
    """
    with desk.store.transaction():
        post = _post_of(desk, mention_id)
        found = desk.store.thank_you(mention_id) or ThankYou(mention=mention_id)
        refuse_to_quote(found, post.text, by, mark=mark, four_eyes=desk.policy.four_eyes)
        _refuse_others(desk, post, by, at)
        week = week_of(at, desk.policy.hours.zone)
        if not desk.store.decide_thank_you(mention_id, ThankYouVerb.APPROVE, by=by, at=at, week=week):
            raise _decided()
        desk.store.want_quotes(week, desk.policy.storms.marketing or desk.policy.leads_channel, at)


def _refuse_others(desk: Desk, post: Mention, by: str, at: datetime) -> None:
    _, case_id = desk.store.mention_of(post.ref.network, post.ref.post_id) or (None, 0)
    if not lets_out_from(desk, post.ref, by, at) or (case_id and not lets_out_to(desk, case_id, by, at)):
        raise NotYours("Other approvers answer for this account or this customer. Please leave this one to them.")


def decline_offer(desk: Desk, mention_id: int, *, by: str, at: datetime) -> None:
    """Decline what was offered. Raises Outdated where somebody decided before, also that it may be quoted."""
    if not desk.store.decide_thank_you(mention_id, ThankYouVerb.DECLINE, by=by, at=at):
        raise _decided()


def take_quote_back(desk: Desk, mention_id: int, *, by: str, at: datetime) -> None:
    """Take back that marketing may quote this one. Raises Outdated where it may not."""
    with desk.store.transaction():
        if not desk.store.decide_thank_you(mention_id, ThankYouVerb.WITHDRAW, by=by, at=at):
            raise _decided()
        desk.store.redraw_quotes_with(mention_id, at)


def _decided() -> Refusal:
    return Outdated("Somebody has decided on this one already. Nothing more to do here.")


# --- liked --------------------------------------------------------------------------------------------------


def like_thank_you(desk: Desk, mention_id: int, *, by: str, at: datetime, mark: str) -> None:
    """Record that this person likes the words that a button showed; `carry_out_thank_you_like` calls the network.

    Raises Outdated for other words, or as `likes.like` does.
    """
    with desk.store.transaction():
        desk.store.hold_like(mention_id)
        post = _post_of(desk, mention_id)
        refuse_other_words(post, mark)
        refuse_like(desk, post, by, at)
        there = _liked_in_the_lane(desk, post)
        if there or not desk.store.begin_thank_you_like(mention_id, by=by, at=at, words=mark):
            raise Outdated("Somebody likes this one already. Nothing more to do here.")


def carry_out_thank_you_like(desk: Desk, mention_id: int, now: datetime) -> bool:
    """Call the network for one like and write down what became of it; return whether it is there now."""
    with desk.store.turn(f"like {mention_id}") as turn:
        about = desk.store.thank_you(mention_id)
        if turn is None or about is None or about.liked != LikeState.LIKING:
            return False
        post, store = desk.store.mention(mention_id), desk.store
        if left := _why_not_any_more(desk, about, post):
            store.end_thank_you_like(mention_id, LikeState.NOT_LIKED, by=about.liked_by, at=now, why=left)
            return False
        outcome = call_like(desk, post, turn, lambda: store.thank_you_like_tried(mention_id), now)
        why = why_no_like(outcome, mention_id, about.tries + 1) if outcome is not None else None
        if why is None:
            return False
        became = LikeState.NOT_LIKED if why else LikeState.LIKED
        return store.end_thank_you_like(mention_id, became, by=about.liked_by, at=now, why=why) and not why


def _why_not_any_more(desk: Desk, about: ThankYou, post: Mention) -> str:
    """Return why a like that waited, for its account or its outcome, is not called for; "": it is."""
    if not desk.store.is_thank_you(about.mention):
        return _LEFT_UNKNOWN if about.tries else _LEFT
    return other_words(about.tries) if is_for_other_words(about.like_words, post) else ""


# --- tended -------------------------------------------------------------------------------------------------


def tend_thank_yous(desk: Desk, now: datetime) -> int:
    """Call again for likes of unknown outcome, and withdraw what is no thank-you any more; return how many."""
    liking = desk.store.thank_yous_liking(now, AT_ONCE)
    sweep(desk, "thank-you like", liking, lambda row: carry_out_thank_you_like(desk, row, now))
    left = {one.mention: one for one in desk.store.thank_yous_that_left(first_week(desk, now), AT_ONCE)}
    return sweep(desk, "thank-you", list(left), lambda row: _withdrawn(desk, left[row], now))


def first_week(desk: Desk, now: datetime) -> int:
    """Return the oldest week of which the desk still looks whether what was approved may be quoted."""
    return week_of(now - _STILL, desk.policy.hours.zone)


def _withdrawn(desk: Desk, about: ThankYou, now: datetime) -> bool:
    end = take_quote_back if about.state == ThankYouState.APPROVED else decline_offer
    end(desk, about.mention, by="desk", at=now)
    return True
