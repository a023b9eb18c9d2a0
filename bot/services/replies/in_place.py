"""Changes the words of a sent reply where they stand, on a network that lets us.

The reply is read before each call: words that somebody changed there meanwhile are never replaced unseen, and words
that are there already are not sent again.
"""

from datetime import datetime, timedelta

from bot.domain.accounts.holds import Use
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.replaced import replace
from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, PostRef
from bot.domain.replies.draft import Draft, DraftKind
from bot.ports import (
    Desk,
    EditsReplies,
    EditTerms,
    Network,
    NetworkTrouble,
    NotSent,
    OutcomeLost,
    ProvenAbsent,
    ReplyNow,
    SendOutcome,
    Sent,
)
from bot.ports.network_kind import network_label
from bot.services.accounts.holds import reading
from bot.services.base.network_traits import has_one_reply

_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ChangedPost:
    """A public post of ours, by the id that it had before, with its new words."""

    ref: PostRef
    text: str


def change_terms(desk: Desk, draft: Draft | None, now: datetime) -> tuple[EditTerms | None, str]:
    """Return until when the words of a sent reply can be changed where they stand; None, and why, if they cannot.

    There is no reason where no change would make sense, as of a deletion, or where a further reply takes its place.
    """
    if draft is None or draft.state != DraftState.SENT or draft.attempt is None:
        return None, ""
    if has_one_reply(desk.network(draft.target)):
        return None, ""
    if draft.kind not in {DraftKind.REPLY, DraftKind.IN_PLACE}:
        return None, ""
    if draft.posts:  # one form has the words of one post
        parts = "This reply stands in several posts" if len(draft.posts) > 1 else "Only a part of this reply went out"
        return None, f"{parts}, so its words cannot be changed where they stand."
    return _terms(desk, draft, draft.attempt.post_id, now)


def _terms(desk: Desk, draft: Draft, post_id: str, now: datetime) -> tuple[EditTerms | None, str]:
    """Return until when a post of ours can be changed; None: it cannot, with the reason."""
    network = desk.network(draft.target)
    where = network_label(draft.target.network)
    if network is None or not isinstance(network, EditsReplies) or not network.edits_replies:
        return None, f"{where} does not let the desk change a reply."
    known, _ = desk.store.mention_of(draft.target.network, post_id) or (None, 0)
    if known is None or known.deleted_at is not None:
        return None, f"The reply is not on {where} any more."
    terms = network.edit_terms(known.ref.post_id, known.editable_until)
    if terms is None:
        return None, f"{where} has not said that this reply can be changed."
    if terms.until is not None and now >= terms.until:
        return None, f"The time in which {where} lets a reply be changed has passed."
    return terms, ""


def before_change(desk: Desk, network: Network, case: Case, now: datetime) -> SendOutcome | None:
    """Read the reply right before its words are changed; return what is known without a call, or None.

    Sent: it has the new words already. NotSent: it is gone, too old, unreadable, or says neither the new words nor
    those that the approver saw.
    """
    draft = case.draft
    if draft is None or draft.kind != DraftKind.IN_PLACE or not isinstance(network, EditsReplies):
        return None
    _, why = _terms(desk, draft, draft.corrects, now)
    known, _ = desk.store.mention_of(case.network, draft.corrects) or (None, 0)
    if why or known is None:
        return NotSent(f"{why} The reply stays as it is. Withdraw this, and write a second reply if one is needed.")
    try:
        with reading(desk, network, Use.LOOK, now, insists=True, posts=1):
            there = network.reply_now(draft.corrects, draft.text, known.text)
    except NetworkTrouble as trouble:
        why = f"{trouble.sentence} So nobody knows what the reply says now, and it was not changed."
        return NotSent(why, retry_after=trouble.retry_after or _AGAIN)
    return known_without_call(network, there, old=known.text, new=draft.text, what="reply")


def known_without_call(
    network: Network, there: ReplyNow | None, *, old: str, new: str, what: str
) -> SendOutcome | None:
    """Return what is known of a change before its call, by the words that the post has; None: it has the old ones."""
    where = network_label(network.name)
    if there is None:
        return NotSent(f"The {what} is not on {where} any more, so it was not changed.")
    if old in there.says:  # the new words too: a reading does not tell them apart, such as by spaces at an end
        return None
    if new in there.says:
        return changed_there(network, there)
    return NotSent(f"Somebody has changed the {what} on {where} since. Please read it there first.")


def call(network: Network, draft: Draft, key: str) -> SendOutcome:
    """Call the network once with an approved draft: publish it, change a reply by it, or delete one."""
    if draft.kind == DraftKind.TAKE_BACK:
        return network.take_back(draft.acts_on)
    if draft.kind != DraftKind.IN_PLACE:
        return network.reply(draft.goes_under, draft.at_hand, key)
    if not isinstance(network, EditsReplies):
        return NotSent(f"{network_label(network.name)} does not let the desk change a reply.")
    return network.edit_reply(draft.corrects, draft.text, key)


def find_outcome(network: Network, draft: Draft, since: datetime, key: str) -> Sent | ProvenAbsent | None:
    """Look for what an approved draft made; a changed reply is found by its new words. Raises NetworkTrouble."""
    if draft.kind != DraftKind.IN_PLACE:
        return network.find_reply(draft.goes_under, draft.at_hand, since, key)
    found = found_change(network, draft.corrects, draft.text)
    return found if isinstance(found, Sent) else None


def found_change(network: Network, post_id: str, text: str) -> Sent | ProvenAbsent | None:
    """Look whether a post of ours has its new words; None: it has others (yet). Raises NetworkTrouble."""
    if not isinstance(network, EditsReplies):
        return None
    there = network.reply_now(post_id, text)
    if there is None:
        return ProvenAbsent()
    return changed_there(network, there) if there.says else None


def changed_there(network: Network, there: ReplyNow) -> Sent:
    """Return the outcome of a change that is public."""
    return Sent(there.post_id, network.post_url(there.post_id))


def note_change(desk: Desk, changed: ChangedPost, sent: Sent, now: datetime) -> None:
    """Store the new words of a post of ours that was changed where it stands, and the id that it has now."""
    known, _ = desk.store.mention_of(changed.ref.network, changed.ref.post_id) or (None, 0)
    if known is None or known.deleted_at is not None:
        return
    if sent.post_id != known.ref.post_id:
        desk.store.renumber_mention(known, sent.post_id, sent.url)
    now_reads = replace(known, text=changed.text, ref=replace(known.ref, post_id=sent.post_id))
    desk.store.change_mention(known.id, as_editable(desk, now_reads), now)


def as_editable(desk: Desk, post: Mention) -> Mention:
    """Return a post of ours with the end that its network just told to changes of it, for every desk to see."""
    network, post = desk.network(post.ref), replace(post, editable_until=None)
    if network is None or not isinstance(network, EditsReplies):
        return post
    terms = network.edit_terms(post.ref.post_id)
    return post if terms is None else replace(post, editable_until=terms.until)


def stored_end(desk: Desk, network: str, post_id: str) -> datetime | None:
    """Return until when a network lets us change a post of ours, as it told any desk; None: it did not."""
    known, _ = desk.store.mention_of(network, post_id) or (None, 0)
    return known.editable_until if known else None


def newest_id(desk: Desk, network: str, post_id: str) -> str:
    """Return the id that a post of ours goes by now: a network may give a changed one another id."""
    known, _ = desk.store.mention_of(network, post_id) or (None, 0)
    return known.ref.post_id if known else post_id


def as_named_now(desk: Desk, draft: Draft) -> Draft:
    """Return a draft whose public posts go by the ids that they have now, for a call or a comparison, never to store.

    Somebody may change a part on its network before the next one goes out, and a network may give it another id then.
    """
    posts = tuple(newest_id(desk, draft.target.network, one) for one in draft.posts)
    corrects = newest_id(desk, draft.target.network, draft.corrects) if draft.kind == DraftKind.CORRECTION else ""
    return replace(draft, posts=posts, corrects=corrects or draft.corrects)


def is_changed_reply(desk: Desk, draft: Draft, post_id: str) -> bool:
    """Return whether the reply that a draft changes can go by this id now: no other post has it."""
    return _is_changed(desk, _changed_by(draft), post_id)


def _changed_by(draft: Draft) -> PostRef:
    return PostRef(draft.target.network, draft.target.account, draft.corrects)


def _is_changed(desk: Desk, changed: PostRef, post_id: str) -> bool:
    known, _ = desk.store.mention_of(changed.network, post_id) or (None, 0)
    corrected, _ = desk.store.mention_of(changed.network, changed.post_id) or (None, 0)
    return bool(post_id) and (known is None or (corrected is not None and known.id == corrected.id))


def believed_change(desk: Desk, network: Network, draft: Draft, sent: Sent, now: datetime) -> SendOutcome:
    """Return the outcome of a change: a success under another id only if the network shows the new words there."""
    return believed_under(desk, network, ChangedPost(_changed_by(draft), draft.text), sent, now)


def believed_under(desk: Desk, network: Network, changed: ChangedPost, sent: Sent, now: datetime) -> SendOutcome:
    """Return the outcome of a change of a post of ours; see `believed_change`."""
    where = network_label(network.name)
    if sent.post_id == changed.ref.post_id:
        return sent
    if not isinstance(network, EditsReplies) or not _is_changed(desk, changed.ref, sent.post_id):
        return OutcomeLost(f"{where} says yes, and names another post.")
    try:
        with reading(desk, network, Use.LOOK, now, insists=True, posts=1):
            there = network.reply_now(changed.ref.post_id, changed.text)
    except NetworkTrouble as trouble:
        return OutcomeLost(f"{where} says yes, but the reply could not be read there yet. {trouble.sentence}")
    if there is None or there.post_id != sent.post_id or not there.says:
        return OutcomeLost(f"{where} says yes, and names a post that is not our reply with its new words.")
    return sent
