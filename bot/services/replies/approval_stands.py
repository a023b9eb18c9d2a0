"""Checks whether an approval is still valid when its reply is sent again, by a person or by the desk."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.base.moments import is_ahead
from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import ANSWERS, MAKES_STALE, CaseState, CaseVerb, DraftState, DraftVerb, FactVerb
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.replies import draft_events
from bot.domain.replies.draft import Draft, DraftKind, WhyStale, approval_key
from bot.domain.replies.retries import again_at, may_begin_again
from bot.ports import Desk, Network, NotSent, RepeatsSafely, SendsOnce
from bot.services.base.network_traits import has_one_reply
from bot.services.replies.approval_age import is_too_old
from bot.services.replies.last_check import is_of_before


def refused(desk: Desk, case: Case, outcome: NotSent, now: datetime) -> Event:
    """Return the event of a certain refusal; after a requested wait the desk retries under a valid approval."""
    wait = outcome.retry_after or outcome.again_in
    until = now + wait if wait else None
    draft = case.draft
    again = draft is not None and again_at(draft, until) is not None and stands(desk, case, draft, now)
    waits = again and not outcome.by_hand
    return draft_events.Refused(by="network", at=now, why=outcome.why, until=until, again=waits)


def is_sent_again(desk: Desk, network: Network, case: Case, now: datetime) -> bool:
    """Return whether a reply that the network does not show is sent again by the desk, under the same key."""
    draft = case.draft
    if draft is None or draft.approval is None or not isinstance(network, RepeatsSafely) or held_back(desk):
        return False
    if draft.kind == DraftKind.IN_PLACE:  # no key helps a change, so a person decides
        return False
    safe = network.safe_repeat.allows(draft.approval.at, now) and not _sends_once(network, draft)
    return safe and again_at(draft, now) is not None and stands(desk, case, draft, now)


def is_due(draft: Draft, now: datetime) -> bool:
    """Return whether the desk may send a draft: an approved one, or a refused one whose wait is over."""
    if draft.approval is None:
        return False
    waited = draft.again_at is not None and draft.attempt is not None and may_begin_again(draft.attempt, now)
    return draft.state == DraftState.APPROVED or waited


def overtaken_event(desk: Desk, case: Case, now: datetime) -> Event | None:
    """Return the event for a reply that is not sent after all: approval is asked again, or a person decides."""
    draft = case.draft
    if draft is None or draft.approval is None:
        return None
    too_old = is_too_old(desk, draft.approval.id, draft.approval.at, now)
    if draft.state == DraftState.APPROVED:
        old = too_old or is_ahead(draft.approval.at, now)
        why_stale = WhyStale.AGE if old else _why_stale(desk, case, draft)
        return draft_events.WentStale(by="desk", at=now, why=why_stale, seen=case.latest) if why_stale else None
    if draft.again_at is None:
        return None
    why = "The approval is too old by now." if too_old else held_back(desk) or _made_elsewhere(desk, case, draft)
    if not why and stands(desk, case, draft, now):
        return None
    return draft_events.RetryGivenUp(by="desk", at=now, why=why)


def _sends_once(network: object, draft: Draft) -> bool:
    """Return whether a call of this process could make a second reply: its key does not help."""
    return isinstance(network, SendsOnce) and network.sends_once(draft.goes_under, approval_key(draft))


def _made_elsewhere(desk: Desk, case: Case, draft: Draft) -> str:
    """Return why this process does not repeat what another one was to repeat, and may be public; or ""."""
    if unsure(desk, case) is None or not _sends_once(desk.network(draft.target), draft):
        return ""
    return "A repeat by this process could make a second message. Please look there first."


def _why_stale(desk: Desk, case: Case, draft: Draft) -> WhyStale:
    if is_of_before(desk, case):
        return WhyStale.UPDATE
    moved = _moved(desk, case) if draft.done else None  # while the part before it was on its way
    return WhyStale(moved) if moved else WhyStale.NOT_STALE


def held_back(desk: Desk) -> str:
    """Return why no reply may be sent at the moment, or an empty string."""
    if not desk.policy.sends:
        return "Sending is switched off at the moment. Whoever runs Heard can switch it on again."
    if desk.chat.shut_out:
        return "Slack no longer lets the desk in, and nothing is sent until it does. Please tell whoever runs Heard."
    return ""


def stands(desk: Desk, case: Case, draft: Draft, at: datetime) -> bool:
    """Return whether the approval of a reply still matches the conversation."""
    try:
        still_stands(desk, case, draft, at)
    except Outdated:
        return False
    return True


def still_stands(desk: Desk, case: Case, draft: Draft, at: datetime) -> None:
    """Raise Outdated unless the approval of a failed reply still matches the conversation."""
    yes = draft.approval
    if yes is None or is_too_old(desk, yes.id, yes.at, at):
        raise Outdated(f"The approval is too old. {_ONCE_MORE}")
    if is_of_before(desk, case):
        raise Outdated(f"It was approved before the desk was updated. {_ONCE_MORE}")
    if draft.kind == DraftKind.CLOSING and case.state != CaseState.SOLVED:
        raise Outdated("The case is solved no more, so nothing says that it is. Please withdraw this line.")
    if has_one_reply(desk.network(draft.target)) and desk.store.answered_since(case.id, draft.target.post_id, yes.at):
        raise Outdated(f"{_MOVED[CaseVerb.ANSWERED_ELSEWHERE]} {_ONCE_MORE}")  # a call would replace that answer
    moved = _moved(desk, case)
    if moved:
        raise Outdated(f"{_MOVED.get(moved, 'Something happened on the network since.')} {_ONCE_MORE}")


def _moved(desk: Desk, case: Case) -> str | None:
    """Return the verb of the first change of the conversation since the approval; None: there was none."""
    return next((one for one in _since_approved(desk, case) if one in MAKES_STALE), None)


def _since_approved(desk: Desk, case: Case) -> list[str]:
    """Return the case's verbs after its newest approval, oldest first."""
    verbs = [line.verb for line in desk.store.audit(f"case:{case.id}")]
    newest = max((place for place, verb in enumerate(verbs) if verb == DraftVerb.APPROVE), default=0)
    return verbs[newest + 1 :]


def was_unknown(desk: Desk, case: Case) -> bool:
    """Return whether a reply of unknown outcome is on this case, and none is known to be public since."""
    verbs = [line.verb for line in desk.store.audit(f"case:{case.id}")]
    answered = max((place for place, verb in enumerate(verbs) if verb in ANSWERS), default=0)
    return DraftVerb.LOST in verbs[answered:]


def unsure(desk: Desk, case: Case) -> tuple[datetime, bool] | None:
    """Return since when the words to be sent may be public already, and whether somebody checked that by hand.

    None: they are not. They may be public after an attempt of unknown outcome under this approval, or if the same
    words were approved before, since our last reply, and then had an unknown outcome or were given to a person to
    post.
    """
    steps = desk.store.since_approved(case)
    parts = [place for place, one in enumerate(steps) if one.verb == DraftVerb.PART_DELIVERED]
    steps = steps[parts[-1] :] if parts else steps  # what became of the part before is known
    if not any(one.verb in _MAYBE_PUBLIC for one in steps):
        draft = case.draft
        same = {one.draft for one in desk.store.written(case.id)[:-1] if draft and one.text == draft.text}
        lines = desk.store.audit(f"case:{case.id}") if same else ()
        steps = [one for one in lines if one.facts.get("draft") in same]
    tries = [one for one in steps if one.verb in _MAYBE_PUBLIC]
    return (steps[0].at, bool(tries[-1].facts.get("on_word"))) if tries else None


_MAYBE_PUBLIC = frozenset({DraftVerb.LOST, DraftVerb.ABSENT, DraftVerb.HAND_OVER})
_ONCE_MORE = "Open the draft and submit it once more if it is needed."
_MOVED: Mapping[str, str] = {  # none of these makes the draft of a sending or failed reply stale
    CaseVerb.AUTHOR_WROTE: "The customer wrote again since.",
    FactVerb.WROTE_LIGHTLY: "The customer wrote again since.",
    CaseVerb.ANSWERED_ELSEWHERE: "The customer was answered on the network since.",
    FactVerb.POST_EDITED: "The customer changed or deleted a post since.",
    FactVerb.POST_DELETED: "The customer changed or deleted a post since.",
}
