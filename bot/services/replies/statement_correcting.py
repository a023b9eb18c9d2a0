"""Corrections of statements: public posts of ours get other words where they stand, each by one approved change.

As of a reply (`in_place`), the post is read before the call, so that words which somebody changed there are never
replaced unseen; after an unknown outcome it is only read.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.accounts.holds import Use
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.replaced import replace
from bot.domain.base.text import comparable
from bot.domain.erasure.traces import GONE
from bot.domain.replies.statement import Statement, StatementPost, StatementState
from bot.ports import Desk, EditTerms, Network, NetworkTrouble, NotSent, SendOutcome, Sent
from bot.ports.network_kind import network_label
from bot.services.accounts.holds import reading
from bot.services.replies import in_place
from bot.services.replies.statement_writing import (
    WORDS,
    StatementShape,
    account_label,
    editing,
    in_versions,
    put_up_new,
    refuse_unless_whole,
    shape_on,
)
from bot.services.team.access import must_lead

_AGAIN = timedelta(minutes=1)
_SAME = "These words are public already. Please change what is wrong, or take the statement back."


@dataclass(frozen=True, slots=True)
class StatementCorrection:
    """A correction as it would go out: each post with its shape, and a sentence for each one that stays as it is."""

    changes: Sequence[tuple[StatementPost, StatementShape]]
    stays: Sequence[str]

    @property
    def shapes(self) -> Sequence[StatementShape]:
        """Return the shape of each post that is changed."""
        return [shape for _, shape in self.changes]


def posts_to_correct(desk: Desk, statement: Statement, now: datetime) -> Mapping[int, str]:
    """Return why each public post cannot be changed where it stands, by its row; "": it can."""
    return {one.id: _why_not(desk, one, now) for one in statement.public}


def _why_not(desk: Desk, post: StatementPost, now: datetime) -> str:
    able, where = editing(desk.network(post.ref)), network_label(post.network)
    if GONE in words_there(desk, post):
        return "Words of it were erased here, so nobody could tell whether the post was changed meanwhile."
    if able is None:
        return f"{where} does not let the desk change a post."
    stored = in_place.stored_end(desk, post.network, post.post_id)
    terms = able.edit_terms(in_place.newest_id(desk, post.network, post.post_id), stored)
    if terms is None:
        return f"{where} has not said that this post can be changed."
    if terms.until is not None and now >= terms.until:
        return f"The time in which {where} lets a post be changed has passed."
    return ""


def words_there(desk: Desk, post: StatementPost) -> str:
    """Return the words of a public post: its own, or those that somebody gave it there, under another id then."""
    known, _ = desk.store.mention_of(post.network, post.post_id) or (None, 0)
    followed = known is not None and known.ref.post_id != post.post_id and known.deleted_at is None
    return known.text if known and followed else post.text


def refuse_unless_correctable(desk: Desk, statement: Statement, now: datetime) -> None:
    """Raise Outdated where no post of a statement can be changed now, with what can be done instead."""
    if not statement.public:
        raise Outdated("No post of this statement is public with its words, so there is nothing to correct.")
    refuse_if_acted_on(desk, statement.id)
    if all(whys := posts_to_correct(desk, statement, now).values()):
        said = " ".join(dict.fromkeys(whys))
        raise Outdated(f"{said} Please take the statement back instead, and write it anew.")


def refuse_if_acted_on(desk: Desk, statement_id: int) -> None:
    """Raise Outdated while another statement waits, or is on its way, that deletes or changes this one's posts."""
    for one in desk.store.statements_about(statement_id):
        if one.state == StatementState.DECLINED:
            continue
        what = "take it back" if one.takes_back else "correct it"
        if one.state == StatementState.PROPOSED:
            raise Outdated(f"Somebody has asked to {what} already: that waits for approval.")
        if any(post.is_undone for post in one.posts):
            raise Outdated(f"Statement {one.id}, to {what}, is not settled on every account yet.")


def posts_that_stay(desk: Desk, statement: Statement, now: datetime) -> Sequence[str]:
    """Return a sentence for each public post that cannot be changed where it stands."""
    whys = posts_to_correct(desk, statement, now)
    return [_stays(desk, one, whys[one.id]) for one in statement.public if whys[one.id]]


def _stays(desk: Desk, post: StatementPost, why: str) -> str:
    return f"{account_label(desk, post.network, post.account)} keeps the words that it has. {why} {_INSTEAD}"


_INSTEAD = "To say it anew there, take the statement back once this is settled, and write another one."


def correction_of(desk: Desk, statement: Statement, text: str, short: str, now: datetime) -> StatementCorrection:
    """Return a correction as each account would have it; one that says so already is left as it is."""
    whys, versions = posts_to_correct(desk, statement, now), in_versions(text, short)
    changes, stays = list[tuple[StatementPost, StatementShape]](), list[str]()
    for post in statement.public:
        label, network = account_label(desk, post.network, post.account), desk.network(post.ref)
        if why := whys[post.id] or ("" if network else "The desk has no account there any more."):
            stays.append(_stays(desk, post, why))
        elif network and versions:
            shape = shape_on(desk, network, versions)
            if comparable(shape.text) == comparable(words_there(desk, post)):
                stays.append(f"{label} keeps the words that it has: they are the same.")
            else:
                changes.append((post, shape))
    return StatementCorrection(changes, stays)


def refuse_unless_changed(desk: Desk, found: StatementCorrection, text: str, short: str) -> None:
    """Raise NotUsable unless there are sound words that are new and have room wherever they go."""
    if in_versions(text, short) and not found.changes:
        raise NotUsable(_SAME, WORDS)
    refuse_unless_whole(desk, found.shapes, text, short)


def propose_correction(desk: Desk, statement_id: int, text: str, short: str, *, by: str, at: datetime) -> int:
    """Put other words for a statement's public posts up for approval; return the row. May raise NotUsable."""
    must_lead(desk, by, at)
    with desk.store.transaction():
        statement = desk.store.statement(statement_id)
        refuse_unless_correctable(desk, statement, at)
        found = correction_of(desk, statement, text, short, at)
        refuse_unless_changed(desk, found, text, short)
        posts = [
            StatementPost(
                network=one.network,
                account=one.account,
                text=shape.text,
                corrects=one.post_id,
                replaces=words_there(desk, one),
            )
            for one, shape in found.changes
        ]
        new = Statement(by=by, at=at, posts=posts, corrects=statement_id, storm=statement.storm)
        return put_up_new(desk, new, " ".join(found.stays))


# --- how one goes out -------------------------------------------------------------------------------------------


def known_before(desk: Desk, network: Network, post: StatementPost, now: datetime) -> SendOutcome | None:
    """Read a post right before its words are changed; return what is known without a call, or None."""
    able = editing(network)
    if not post.corrects or able is None:
        return None
    there_now = in_place.newest_id(desk, post.network, post.corrects)
    stored = in_place.stored_end(desk, post.network, post.corrects)
    if why := _too_late(able.edit_terms(there_now, stored), network, now):
        return NotSent(why)
    try:
        with reading(desk, network, Use.LOOK, now, insists=True, posts=1):
            there = able.reply_now(there_now, post.text, post.replaces)
    except NetworkTrouble as trouble:
        why = f"{trouble.sentence} So nobody knows what the post says now, and it was not changed."
        return NotSent(why, retry_after=trouble.retry_after or _AGAIN)
    return in_place.known_without_call(network, there, old=post.replaces, new=post.text, what="post")


def newest_there(desk: Desk, network: Network, post: StatementPost, now: datetime) -> str:
    """Return the id by which a post goes now, as its network says, or else as it was told last."""
    known, able = in_place.newest_id(desk, post.network, post.acts_on), editing(network)
    try:
        with reading(desk, network, Use.LOOK, now, insists=True, posts=1 if able else 0):
            there = able.reply_now(known) if able else None
    except NetworkTrouble:  # it is deleted all the same: that cannot wait
        return known
    return there.post_id if there else known


def _too_late(terms: EditTerms | None, network: Network, now: datetime) -> str:
    if terms is None or terms.until is None or now < terms.until:
        return ""
    return f"The time in which {network_label(network.name)} lets a post be changed has passed."


def change_by(desk: Desk, network: Network, post: StatementPost) -> SendOutcome:
    """Call the network once to give a post other words."""
    able = editing(network)
    if able is None:
        return NotSent(f"{network_label(network.name)} does not let the desk change a post.")
    return able.edit_reply(in_place.newest_id(desk, post.network, post.corrects), post.text, post.key)


def as_believed(
    desk: Desk, network: Network, post: StatementPost, outcome: SendOutcome, now: datetime
) -> SendOutcome:
    """Return the outcome of a change: a success under another id only if the new words are shown there."""
    if not post.corrects or not isinstance(outcome, Sent):
        return outcome
    ref = replace(post.ref, post_id=in_place.newest_id(desk, post.network, post.corrects))
    return in_place.believed_under(desk, network, in_place.ChangedPost(ref, post.text), outcome, now)
