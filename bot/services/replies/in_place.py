"""Changes the words of a sent reply where they stand, on a network that lets us.

The reply is read before each call: words that somebody changed there meanwhile are never replaced unseen, and words
that are there already are not sent again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.accounts.holds import Use
from bot.domain.base.moments import in_minutes
from bot.domain.base.replaced import replace
from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case
from bot.domain.replies.draft import Draft, DraftKind
from bot.ports import (
    Desk,
    EditsReplies,
    Network,
    NetworkTrouble,
    NotSent,
    OutcomeLost,
    ProvenAbsent,
    SendOutcome,
    Sent,
)
from bot.ports.network_kind import network_label
from bot.services.accounts.holds import reading

_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ChangeOffer:
    """A sent reply can be changed where it stands; `until`: the network's limit, None without one."""

    until: datetime | None


def change_offer(desk: Desk, draft: Draft | None, now: datetime) -> ChangeOffer | None:
    """Return whether and until when the words of a sent reply can be changed where they stand."""
    if draft is None or draft.state != DraftState.SENT or draft.attempt is None:
        return None
    if draft.kind not in {DraftKind.REPLY, DraftKind.IN_PLACE}:
        return None
    until, why = _limit(desk, draft, draft.attempt.post_id, now)
    return None if why else ChangeOffer(until)


def _limit(desk: Desk, draft: Draft, post_id: str, now: datetime) -> tuple[datetime | None, str]:
    """Return until when a post of ours can be changed, and why it cannot be any more."""
    network = desk.network(draft.target)
    where = network_label(draft.target.network)
    if network is None or not isinstance(network, EditsReplies) or not network.edits_replies:
        return None, f"{where} does not let the desk change a reply."
    known, _ = desk.store.mention_of(draft.target.network, post_id) or (None, 0)
    if known is None or known.deleted_at is not None:
        return None, f"The reply is not on {where} any more."
    if network.edits_within is None:
        return None, ""
    until, within = known.posted_at + network.edits_within, in_minutes(network.edits_within)
    return until, "" if now < until else f"{where} lets a reply be changed for {within}. That time has passed."


def before_change(desk: Desk, network: Network, case: Case, now: datetime) -> SendOutcome | None:
    """Read the reply right before its words are changed; return what is known without a call, or None.

    Sent: it has the new words already. NotSent: it is gone, too old, unreadable, or says neither the new words nor
    those that the approver saw.
    """
    draft = case.draft
    if draft is None or draft.kind != DraftKind.IN_PLACE or not isinstance(network, EditsReplies):
        return None
    _, why = _limit(desk, draft, draft.corrects, now)
    known, _ = desk.store.mention_of(case.network, draft.corrects) or (None, 0)
    if why or known is None:
        return NotSent(f"{why} The reply stays as it is. Withdraw this, and write a second reply if one is needed.")
    try:
        with reading(desk, network, Use.LOOK, now, insists=True, posts=1):
            new, old = (network.reply_says(draft.corrects, words) for words in (draft.text, known.text))
    except NetworkTrouble as trouble:
        why = f"{trouble.sentence} So nobody knows what the reply says now, and it was not changed."
        return NotSent(why, retry_after=trouble.retry_after or _AGAIN)
    if new and not old:  # both: a reading does not tell them apart, such as by spaces at an end
        return _changed(network, draft)
    where = network_label(case.network)
    if new is None:
        return NotSent(f"The reply is not on {where} any more, so it was not changed.")
    return None if old else NotSent(f"Somebody has changed the reply on {where} since. Please read it there first.")


def call(network: Network, draft: Draft, key: str) -> SendOutcome:
    """Call the network once with an approved draft: publish it, change a reply by it, or delete one."""
    if draft.kind == DraftKind.TAKE_BACK:
        return network.take_back(draft.corrects)
    if draft.kind != DraftKind.IN_PLACE:
        return network.reply(draft.goes_under, draft.text, key)
    if not isinstance(network, EditsReplies):
        return NotSent(f"{network_label(network.name)} does not let the desk change a reply.")
    outcome = network.edit_reply(draft.corrects, draft.text, key)
    if isinstance(outcome, Sent) and outcome.post_id != draft.corrects:
        return OutcomeLost(f"{network_label(network.name)} says yes, and names another post.")
    return outcome


def find_outcome(network: Network, draft: Draft, since: datetime, key: str) -> Sent | ProvenAbsent | None:
    """Look for what an approved draft made; a changed reply is found by its new words. Raises NetworkTrouble."""
    if draft.kind != DraftKind.IN_PLACE:
        return network.find_reply(draft.goes_under, draft.text, since, key)
    if not isinstance(network, EditsReplies):
        return None
    return _changed(network, draft) if network.reply_says(draft.corrects, draft.text) else None


def _changed(network: Network, draft: Draft) -> Sent:
    return Sent(draft.corrects, network.post_url(draft.corrects))


def note_change(desk: Desk, draft: Draft, now: datetime) -> None:
    """Store the new words of a reply that was changed where it stands."""
    known, _ = desk.store.mention_of(draft.target.network, draft.corrects) or (None, 0)
    if known is not None and known.deleted_at is None:
        desk.store.change_mention(known.id, replace(known, text=draft.text), now)
