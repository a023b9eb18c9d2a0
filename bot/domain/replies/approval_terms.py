"""The terms of an approval: one digest of everything approved, kept in its line of the audit trail."""

from hashlib import sha256

from bot.domain.base.tables import DraftState
from bot.domain.base.text import sha256_of
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.draft import Draft

# States of an approved draft before a new decision.
STILL_APPROVED = frozenset({DraftState.APPROVED, DraftState.SENDING, DraftState.FAILED, DraftState.UNCONFIRMED})


def terms_digest(draft: Draft) -> str:
    """Return the digest of the text to be sent, its target and its approval; "" without an approval."""
    terms = terms_of(draft)
    return sha256(terms.encode("utf-8", "backslashreplace")).hexdigest() if terms else ""


def terms_of(draft: Draft) -> str:
    """Return all that was approved as one text, of which the digest is made; "" without an approval."""
    yes = draft.approval
    if yes is None:
        return ""
    to_go = sha256(draft.text.encode("utf-8", "surrogatepass")).hexdigest()
    what = (draft.case_id, draft.id, draft.version, str(draft.kind), to_go, draft.digest)
    wrote = (draft.authors, draft.barred)
    where = (*_parts(draft.target), draft.target_mention, draft.corrects)
    who = (yes.id, yes.by, yes.at.isoformat(), str(yes.lane), yes.reason, yes.sends_at and yes.sends_at.isoformat())
    seen = (yes.version, yes.digest, *_parts(yes.target), yes.seen)
    terms: tuple[object, ...] = (what, wrote, where, who, seen)
    if draft.in_parts:  # lines of an earlier version, and of a reply in one post, have no more than that
        before = draft.posts[: len(draft.posts) - draft.done]
        terms = (*terms, (draft.split.cuts, draft.split.numbered, draft.also, before, yes.done))
    return repr(terms)


def row_differs(draft: Draft) -> str:
    """Return in words how a draft differs from its approval's row; "" where they agree."""
    yes = draft.approval
    if yes is None:
        return "nobody approved it"
    if (sha256_of(draft.text), draft.digest) != (yes.digest, yes.digest):
        return "its words are not the ones that were approved"
    if draft.version != yes.version:
        return "another version was approved"
    if draft.approved_under != yes.target:
        return "it would go to another place than the approved one"
    return ""


def _parts(ref: PostRef) -> tuple[str, str, str]:
    return ref.network, ref.account, ref.post_id
