"""Approved words go out at most once: written down before the call, looked for when the answer is lost."""

import logging
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.case import Case, Event
from bot.domain.errors import NotUsable, Outdated, Refusal
from bot.domain.mention import Answerable, Author, Mention, PostRef, Side
from bot.domain.reply import APPROVAL_LASTS, Draft, DraftKind
from bot.domain.tables import DraftState, DraftVerb, FactVerb
from bot.ports import Conflict, Desk, Lost, Network, NetworkTrouble, NotSent, SendOutcome, Sent
from bot.services.casework import change

log = logging.getLogger(__name__)

# After the start of an attempt of unknown outcome it is looked for at these moments. X shows a post late, so the
# last two empty looks lie past 15 minutes and 5 minutes apart (PROMISES 2.2); then a person decides.
LOOKS = tuple(timedelta(seconds=s) for s in (30, 120, 300, 600, 960, 1_320))
AGAIN = timedelta(minutes=2)  # when the network could not even be read


def recover(desk: Desk, now: datetime) -> int:
    """After a start: whatever was being sent has an unknown outcome now; return how many there were."""
    found = desk.store.sending()
    for case_id in found:
        case = desk.store.case(case_id)
        _settle(desk, case, Lost("The desk stopped while this was being sent."), now)
    return len(found)


def send_due(desk: Desk, now: datetime) -> int:
    """Start every approved draft that may go out now; return how many were tried."""
    tried = 0
    for case_id in desk.store.to_send():
        try:
            tried += send(desk, case_id, now)
        except (Conflict, Refusal) as faster:  # somebody changed the case in this instant: the next round sees it
            log.info("send.overtaken case=%d kind=%s", case_id, type(faster).__name__)
    return tried


def send(desk: Desk, case_id: int, now: datetime) -> bool:
    """Send one approved draft; return whether the network was touched."""
    case = desk.store.case(case_id)
    draft = case.draft
    if draft is None or draft.state != DraftState.APPROVED or draft.approval is None or not desk.policy.sends:
        return False
    if draft.approval.expires_at() <= now:
        _record(desk, case, Event(verb=DraftVerb.STALE, by="desk", at=now, note="age"))
        return False
    network = desk.network(draft.target)
    obstacle = _obstacle(desk, draft, network)
    if network is None or obstacle:
        _record(desk, case, Event(verb=DraftVerb.HAND_OVER, by="desk", at=now, note=obstacle))
        return False
    begun = _record(desk, case, Event(verb=DraftVerb.SEND, by="desk", at=now, key=secrets.token_hex(8)))
    outcome = _call(network, begun)
    _settle(desk, begun, outcome, desk.clock.now())
    return True


def _obstacle(desk: Desk, draft: Draft, network: Network | None) -> str:
    if network is None:
        return f"{draft.target.network.upper()} is not set up here, so the desk cannot send it."
    target = desk.store.mention(draft.target_mention)
    if draft.kind == DraftKind.REPLY and target.answerable == Answerable.NO:
        return target.why_not or f"{network.name.upper()} does not let apps answer this post."
    return ""


def _call(network: Network, case: Case) -> SendOutcome:
    draft = case.draft
    if draft is None or draft.attempt is None or draft.approval is None:
        raise ValueError("nothing is being sent on this case")
    if draft.digest != draft.approval.digest:  # cannot happen by the tables; a wrong reply would be public
        return NotSent("The words are not the ones that were approved.")
    if draft.kind == DraftKind.TAKE_BACK:
        return network.take_back(draft.corrects)
    target = draft.target
    if draft.kind == DraftKind.CORRECTION:
        target = replace(target, post_id=draft.corrects)
    return network.reply(target, draft.text, draft.attempt.key)


def _record(desk: Desk, case: Case, event: Event) -> Case:
    after = desk.store.record(case, event)
    desk.changed()
    return after


def _settle(desk: Desk, case: Case, outcome: SendOutcome, now: datetime) -> None:
    """Write down what became of an attempt. Only this attempt can move the draft out of `sending`."""
    with desk.store.transaction():
        after = desk.store.case(case.id)
        for event in _consequences(after, outcome, now):
            after = desk.store.record(after, event)
        if isinstance(outcome, Sent):
            _remember_our_post(desk, case, outcome, now)
    desk.changed()


def _consequences(case: Case, outcome: SendOutcome, now: datetime) -> list[Event]:
    settled = _settled(case, outcome, now)
    if settled is None:
        return []
    if isinstance(outcome, NotSent) and outcome.by_hand:
        return [settled, Event(verb=DraftVerb.HAND_OVER, by="desk", at=now, note=outcome.why)]
    return [settled]


def _settled(case: Case, outcome: SendOutcome, now: datetime) -> Event | None:
    draft = case.draft
    if draft is None or draft.state != DraftState.SENDING or draft.attempt is None:
        return None
    match outcome:
        case Sent(post_id, url):
            return Event(verb=DraftVerb.DELIVERED, by="network", at=now, post_id=post_id, url=url)
        case NotSent(why):
            return Event(verb=DraftVerb.REFUSED, by="network", at=now, note=why)
        case Lost(why):
            first = max(draft.attempt.started_at + LOOKS[0], now)
            return Event(verb=DraftVerb.LOST, by="network", at=now, note=why, until=first)


def _remember_our_post(desk: Desk, case: Case, sent: Sent, now: datetime) -> None:
    """Store our reply as a post of ours, so that seeing it on our timeline is no news."""
    draft = case.draft
    if draft is None or draft.kind == DraftKind.TAKE_BACK:
        return
    post = Mention(
        ref=PostRef(case.network, case.account, sent.post_id),
        root_id=case.root_id,
        parent_id=draft.target.post_id,
        author=Author(id=case.account, handle=""),
        text=draft.text,
        posted_at=now,
        side=Side.OURS,
        url=sent.url,
    )
    desk.store.add_mention(post, now, case.id)


# --- unknown outcomes -------------------------------------------------------------------------------------


def look_due(desk: Desk, now: datetime) -> int:
    """Look for every reply of unknown outcome whose time has come; return how many were looked for."""
    found = desk.store.to_look_for(now)
    for case_id in found:
        look(desk, case_id, now)
    return len(found)


def look(desk: Desk, case_id: int, now: datetime) -> Case:
    """Look on the network for a reply of unknown outcome, and write down what was seen."""
    case = desk.store.case(case_id)
    draft = case.draft
    if draft is None or draft.attempt is None or draft.state != DraftState.UNCONFIRMED:
        return case
    network = desk.network(draft.target)
    if network is None:
        return change(desk, case_id, lambda fresh: _looked(fresh, now, "The network is not set up here any more."))
    try:
        found = network.find_reply(_answers(draft), draft.text, draft.attempt.started_at)
    except NetworkTrouble as trouble:
        return change(desk, case_id, lambda fresh, why=trouble.sentence: _looked(fresh, now, why))  # type: ignore[misc] # bound early
    if found is None:
        return change(desk, case_id, lambda fresh: _looked(fresh, now, ""))
    with desk.store.transaction():
        after = change(desk, case_id, lambda fresh: _found(fresh, found, now))
        _remember_our_post(desk, after, found, now)
    return after


def _answers(draft: Draft) -> PostRef:
    return replace(draft.target, post_id=draft.corrects) if draft.kind == DraftKind.CORRECTION else draft.target


def _found(case: Case, sent: Sent, now: datetime) -> Event | None:
    if case.draft is None or case.draft.state != DraftState.UNCONFIRMED:
        return None
    return Event(verb=DraftVerb.DELIVERED, by="network", at=now, post_id=sent.post_id, url=sent.url)


def _looked(case: Case, now: datetime, why: str) -> Event | None:
    draft = case.draft
    if draft is None or draft.attempt is None or draft.state != DraftState.UNCONFIRMED:
        return None
    return Event(verb=FactVerb.LOOKED, by="desk", at=now, note=why, until=_next_look(draft, now, why))


def _next_look(draft: Draft, now: datetime, why: str) -> datetime | None:
    """Return when to look again; None once two late looks found nothing and a person has to decide."""
    if draft.attempt is None:
        return None
    if why:
        return now + AGAIN
    later = [draft.attempt.started_at + one for one in LOOKS]
    return next((one for one in later if one > now), None)


# --- a person decides -------------------------------------------------------------------------------------


def seen_by_hand(desk: Desk, draft_id: int, link: str, *, by: str, at: datetime) -> Case:
    """Take a person's word, with the link, that the reply is public: after an unknown outcome or a post by hand."""
    case = desk.store.case_of_draft(draft_id)
    post_id = _post_id(link)

    def posted(fresh: Case) -> Event:
        if fresh.draft is None or fresh.draft.state not in {DraftState.UNCONFIRMED, DraftState.BY_HAND}:
            raise Outdated("This reply is settled already; the card says how.")
        return Event(verb=DraftVerb.DELIVERED, by=by, at=at, post_id=post_id, url=link.strip())

    with desk.store.transaction():
        after = change(desk, case.id, posted)
        _remember_our_post(desk, after, Sent(post_id, link.strip()), at)
    return after


def _post_id(link: str) -> str:
    tail = link.strip().split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    if not link.strip().startswith(("https://", "http://")) or not tail:
        raise NotUsable("Please paste the full link of the reply, beginning with https://", "link")
    return tail


def missing(desk: Desk, draft_id: int, *, by: str, at: datetime) -> Case:
    """Take a person's word that the reply is not there; nothing is sent until they ask for it."""

    def absent(case: Case) -> Event:
        if case.draft is None or case.draft.state != DraftState.UNCONFIRMED:
            raise Outdated("This reply is settled already; the card says how.")
        return Event(verb=DraftVerb.ABSENT, by=by, at=at, note="It was not there when we looked.")

    return change(desk, desk.store.case_of_draft(draft_id).id, absent)


def send_again(desk: Desk, draft_id: int, *, version: int, by: str, at: datetime) -> Case:
    """Try the same approved words once more, after a certain refusal; a lapsed approval is asked again."""
    case = desk.store.case_of_draft(draft_id)
    draft = case.draft
    if draft is None or draft.state != DraftState.FAILED or draft.version != version or draft.approval is None:
        raise Outdated("This reply is settled already; the card says how.")
    if at - draft.approval.at > APPROVAL_LASTS or draft.approval.seen != case.latest:
        raise Outdated(
            "The approval is too old, or the customer wrote again. Open the draft and submit it once more."
        )
    network = desk.network(draft.target)
    if network is None:
        raise Outdated(_obstacle(desk, draft, network))
    begun = _record(desk, case, Event(verb=DraftVerb.SEND, by=by, at=at, key=secrets.token_hex(8)))
    _settle(desk, begun, _call(network, begun), desk.clock.now())
    return desk.store.case(case.id)


def hand_over(desk: Desk, draft_id: int, *, by: str, at: datetime) -> Case:
    """Give an approved or failed reply to a person who posts it on the network themselves."""

    def over(case: Case) -> Event:
        draft = case.draft
        verb = DraftVerb.GIVE_UP if draft and draft.state == DraftState.UNCONFIRMED else DraftVerb.HAND_OVER
        return Event(verb=verb, by=by, at=at, note=draft.why if draft else "")

    return change(desk, desk.store.case_of_draft(draft_id).id, over)


def void_old_approvals(desk: Desk, now: datetime) -> int:
    """Ask again for approvals that waited too long (after an outage no stale reply goes out); return how many."""
    old = desk.store.expired_approvals(now - APPROVAL_LASTS)
    for case_id in old:
        change(desk, case_id, lambda case: _too_old(case, now))
    return len(old)


def _too_old(case: Case, now: datetime) -> Event | None:
    if case.draft is None or case.draft.state != DraftState.APPROVED:
        return None
    return Event(verb=DraftVerb.STALE, by="desk", at=now, note="age")
