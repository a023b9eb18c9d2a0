"""Decisions of a person on a reply of unknown outcome: it is there, it is missing, try again, I post it."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.base.moments import in_minutes, in_slack
from bot.domain.base.refusals import Outdated, Refusal
from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.replies import draft_events
from bot.domain.replies.draft import Draft, DraftKind
from bot.domain.replies.outcome_checks import Missing, says_from
from bot.domain.replies.outcome_checks import can_be_called_missing as whether_missing
from bot.domain.replies.own_post import WITHOUT_ADDRESS, now_public
from bot.domain.team.people import Act
from bot.ports import Desk, Sent
from bot.ports.network_kind import network_label
from bot.services.accounts.holds import hold_on_draft
from bot.services.base.change import change
from bot.services.cases.owed import once_public
from bot.services.mentions.links import has_address, reply_behind
from bot.services.replies import pasted_link
from bot.services.replies.approval_stands import held_back, still_stands
from bot.services.replies.attempts import begin_attempt
from bot.services.replies.last_check import differs
from bot.services.replies.obstacles import obstacle
from bot.services.replies.own_posts import remember_our_post
from bot.services.replies.sending import carry_out, check_outcome
from bot.services.replies.visibility import visibility_delay_of
from bot.services.team.access import allow, name_of, refuse_other_account

Later = Callable[[datetime], None]  # runs after the acknowledgement, with the moment of that run

_SETTLED = "This reply is settled already; the card says how."


def seen_by_hand(desk: Desk, draft_id: int, link: str, *, attempt: int | None = None, by: str, at: datetime) -> Case:
    """Settle a reply by its pasted link, after an unknown outcome or a post by hand; see `take_link`."""
    take_link(desk, draft_id, link, attempt=attempt, by=by, at=at)(at)
    return desk.store.case_of_draft(draft_id)


def take_link(desk: Desk, draft_id: int, link: str, *, attempt: int | None = None, by: str, at: datetime) -> Later:
    """Refuse a link that cannot be the reply's; return the function that reads the post and settles the reply.

    `attempt` is the row of the attempt that the form showed; None: not given. Raises NotUsable for another post than
    our own in answer to this customer. If the post cannot be read, or has no address (then `link` may be empty), the
    person's word counts, and is recorded as such.
    """
    case = desk.store.case_of_draft(draft_id)
    draft = _of(case, attempt, DraftState.UNCONFIRMED, DraftState.BY_HAND)
    unlinked = not link.strip() and not has_address(desk, case, desk.store.mention(draft.target_mention))
    if unlinked or draft.kind == DraftKind.PRIVATE:
        return lambda _: _settle_without_address(desk, case.id, draft, attempt, by=by, at=at)
    post_id = reply_behind(desk, case, link)
    certain = pasted_link.refuse_known(desk, case, draft, post_id)

    def settle(now: datetime) -> None:
        unread = "" if certain else pasted_link.on_word(desk, case, draft, post_id, now)
        _settle_seen(desk, case.id, Sent(post_id, link.strip(), at), attempt, by=by, at=at, unread=unread)

    return settle


def _settle_without_address(
    desk: Desk, case_id: int, draft: Draft, attempt: int | None, *, by: str, at: datetime
) -> None:
    """Settle a reply whose network has no address for it: a person's word counts."""
    stays = draft.kind in {DraftKind.TAKE_BACK, DraftKind.IN_PLACE}
    part = f"-{len(draft.posts)}" if draft.posts else ""
    post_id = draft.acts_on if stays else f"{WITHOUT_ADDRESS}{draft.id}{part}"
    said = "it has no address of its own there"
    _settle_seen(desk, case_id, Sent(post_id, "", at), attempt, by=by, at=at, unread=said)


def _settle_seen(
    desk: Desk, case_id: int, seen: Sent, attempt: int | None, *, by: str, at: datetime, unread: str
) -> None:

    def posted(fresh: Case) -> Event:
        draft = _of(fresh, attempt, DraftState.UNCONFIRMED, DraftState.BY_HAND)
        return now_public(
            draft,
            seen.post_id,
            seen.url,
            by=by,
            at=at,
            why=f"On {name_of(desk, by)}'s word: {unread}" if unread else "",
            on_word=bool(unread),
        )

    with desk.store.transaction():
        before = desk.store.case(case_id)
        once_public(desk, change(desk, case_id, posted), at)
        remember_our_post(desk, before, seen, at)


def _of(case: Case, attempt: int | None, *states: DraftState) -> Draft:
    """Return the draft; raise Outdated unless it is in one of these states, with the shown attempt as its newest."""
    draft = case.draft
    if draft is None or draft.state not in states:
        raise Outdated(_SETTLED)
    if attempt not in {None, draft.attempt.id if draft.attempt else 0}:
        raise Outdated("This was about an earlier attempt. The newest card of the case has the buttons for this one.")
    return draft


# --- it is missing ------------------------------------------------------------------------------------------


def call_missing(desk: Desk, draft_id: int, *, attempt: int, by: str, at: datetime, on_word: bool = False) -> Later:
    """Refuse people without the right to call a reply missing, or too early; return the function that settles it.

    It reads the network once more, and a found reply counts. If the network cannot be read, the word of an approver
    who looked (`on_word`) counts. Nothing is sent until somebody asks for it.
    """
    _may_call_missing(desk, desk.store.case_of_draft(draft_id), attempt, by, at)
    return lambda now: _settle_missing(desk, draft_id, attempt, by, now, on_word=on_word)


def missing(desk: Desk, draft_id: int, *, attempt: int, by: str, at: datetime, on_word: bool = False) -> Case:
    """Record that the reply is missing, by a person's word, once it can be true."""
    call_missing(desk, draft_id, attempt=attempt, by=by, at=at, on_word=on_word)(at)
    return desk.store.case_of_draft(draft_id)


def _may_call_missing(desk: Desk, case: Case, attempt: int, by: str, at: datetime) -> None:
    allow(desk, Act.APPROVE, by, at)
    refuse_other_account(desk, case.draft, by, at)
    draft = _of(case, attempt, DraftState.UNCONFIRMED)
    assert draft.attempt is not None  # noqa: S101 - a draft of unknown outcome has one; this tells the type checker
    visibility_delay = visibility_delay_of(desk, draft)
    if whether_missing(draft.attempt, at, visibility_delay) == Missing.NOT_YET:
        where, within = network_label(draft.target.network), in_minutes(visibility_delay.shows_within)
        raise Refusal(
            f"{where} shows posts within {within}. From {in_slack(says_from(draft.attempt, visibility_delay))} on "
            "an approver can say that it is missing. Until then the desk looks by itself, and the card says what it "
            "found."
        )


def _settle_missing(desk: Desk, draft_id: int, attempt: int, by: str, now: datetime, *, on_word: bool) -> None:
    before = desk.store.case_of_draft(draft_id)
    _of(before, attempt, DraftState.UNCONFIRMED)
    after, trouble = check_outcome(desk, before.id, now)
    draft, word = after.draft, trouble is not None
    if draft is None or draft.state != DraftState.UNCONFIRMED:
        return  # it was found, or proven absent; the card says which
    if word and not on_word:
        raise Refusal(f"{trouble} So nothing was decided. The card says within minutes what can be done.")

    def absent(case: Case) -> Event:
        _may_call_missing(desk, case, attempt, by, now)
        why = "An approver looked, and it was not there." if word else "It was read once more, and was not there."
        return draft_events.Absent(by=by, at=now, why=why, on_word=word)

    change(desk, before.id, absent)


# --- a second attempt ---------------------------------------------------------------------------------------


def send_again(desk: Desk, draft_id: int, *, version: int, attempt: int, by: str, at: datetime) -> Case:
    """Send the same approved words again after a certain refusal; an approval no longer valid is asked again."""
    begin_again(desk, draft_id, version=version, attempt=attempt, by=by, at=at)(at)
    return desk.store.case_of_draft(draft_id)


def begin_again(desk: Desk, draft_id: int, *, version: int, attempt: int, by: str, at: datetime) -> Later:
    """Record another attempt with the same approved words; return the function that calls the network.

    Only approvers begin a second attempt. After a kill in between, the reply has an unknown outcome like any other,
    and the network is read for it.
    """
    allow(desk, Act.APPROVE, by, at)
    case = desk.store.case_of_draft(draft_id)
    refuse_other_account(desk, case.draft, by, at)
    draft = _of(case, attempt, DraftState.FAILED)
    if draft.version != version:
        raise Outdated(_SETTLED)
    if draft.again_at:
        raise Refusal(
            f"{network_label(draft.target.network)} asks us to wait. The card says when the reply goes out by itself."
            if draft.attempt and draft.attempt.wait_until
            else "The desk sends this reply once more by itself, in a moment."
        )
    if why_held := held_back(desk):
        raise Refusal(why_held)
    still_stands(desk, case, draft, at)
    _refuse_while_held(desk, draft, at)
    network = desk.network(draft.target)
    why_not = obstacle(desk, draft, network, at)
    if network is None or why_not:
        raise Outdated(why_not)
    begun = begin_attempt(desk, case, by=by, at=at)
    return lambda now: carry_out(desk, network, begun, now)


def _refuse_while_held(desk: Desk, draft: Draft, now: datetime) -> None:
    """Raise Refusal while the network asks the account to wait; want of money a person may have ended meanwhile."""
    hold = hold_on_draft(desk, draft, now)
    if hold and not hold.needs_a_person:
        where = network_label(draft.target.network)
        raise Refusal(f"{where} asks us to wait for {in_minutes(hold.until - now)}. Please try again after that.")


def hand_over(desk: Desk, draft_id: int, *, version: int, attempt: int, by: str, at: datetime) -> Case:
    """Give an approved or failed reply to a person who posts it on the network themselves."""
    allow(desk, Act.APPROVE, by, at)

    def over(case: Case) -> Event:
        refuse_other_account(desk, case.draft, by, at)
        draft = _of(case, attempt, DraftState.APPROVED, DraftState.FAILED)
        if draft.version != version:
            raise Outdated(_SETTLED)
        if draft.state == DraftState.FAILED:
            still_stands(desk, case, draft, at)
        if why := differs(desk, case):
            raise Outdated(f"This is not what was approved: {why}. Please write it once more.")
        return draft_events.HandedOver(by=by, at=at, why=draft.why)

    return change(desk, desk.store.case_of_draft(draft_id).id, over)
