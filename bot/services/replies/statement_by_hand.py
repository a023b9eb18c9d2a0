"""Decisions of a person on a statement's post of unknown outcome: it is there, or it is not; neither posts it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain.accounts.holds import Use
from bot.domain.base.moments import in_slack
from bot.domain.base.refusals import NotUsable, NotYours, Outdated, Refusal
from bot.domain.base.text import comparable
from bot.domain.mentions.mention import Side
from bot.domain.replies.outcome_checks import Missing, can_be_called_missing, is_unread, says_from
from bot.domain.replies.statement import PostState, StatementPost
from bot.domain.team.people import Act
from bot.ports import Desk, Network, NetworkTrouble, ProvenAbsent, Sent, Shown, ShowsPosts
from bot.ports.network_kind import network_label
from bot.services.accounts.holds import reading
from bot.services.mentions.links import web_address
from bot.services.replies import in_place
from bot.services.replies.statement_deciding import note_done
from bot.services.replies.statement_sending import found_of, look_now, moved, say_where_it_stands
from bot.services.replies.statement_writing import account_label, editing, posting
from bot.services.team.access import allow, lets_out_from, name_of

Later = Callable[[datetime], None]  # runs after the acknowledgement, with the moment of that run

LINK = "link"  # the field of the form with the pasted link
_PASTE = "Please paste the link of our own post."


def statement_is_there(desk: Desk, row: int, link: str, *, by: str, at: datetime) -> Later:
    """Refuse a link that cannot be the post's; return the function that reads it and settles the post as public.

    Raises NotUsable for another post than our own with these words. Where it cannot be read, the person's word
    counts, and is recorded as such.
    """
    post = _unknown(desk, row)
    network = desk.network(post.ref)
    post_id = _post_behind(network, post, link)
    _refuse_known(desk, post, post_id)
    own = network.post_url(post_id, network.handle) if network else ""  # customers may get it: nothing is added to it
    address = own or link.strip()

    def settle(now: datetime) -> None:
        unread = _unread(desk, post, network, post_id, now)
        with desk.store.transaction():
            desk.store.statement(post.statement)
            word = f"On {name_of(desk, by)}'s word: {unread}." if unread else ""
            there = replace(
                _unknown(desk, row), state=PostState.SENT, post_id=post_id, url=address, why=word, look_at=None
            )
            there = replace(there, ended_at=at)
            if moved(desk, there, PostState.UNCONFIRMED, "statement_seen", at, by=by):
                note_done(desk, desk.store.statement(post.statement), there, at)
            say_where_it_stands(desk, post.statement, now)

    return settle


def _unknown(desk: Desk, row: int) -> StatementPost:
    post = desk.store.statement_post(row)
    if post.state != PostState.UNCONFIRMED:
        label = account_label(desk, post.network, post.account)
        raise Outdated(f"This is settled already. {label}: {post.stands}")
    return post


def _post_behind(network: Network | None, post: StatementPost, link: str) -> str:
    if web_address(link) is None:
        raise NotUsable("Please paste the full link of the post, beginning with https://", LINK)
    post_id = network.post_behind(link.strip()) if network else post.corrects  # without an account nobody knows it
    if network and not post_id:
        example = network.post_url("1234567890", network.handle)
        where = network_label(post.network)
        raise NotUsable(
            f"That is not the link of a post on {where}. Open our post there and paste its own link, such as "
            f"{example}",
            LINK,
        )
    return post_id


def _refuse_known(desk: Desk, post: StatementPost, post_id: str) -> None:
    """Raise NotUsable for a post that is known to be something else."""
    known, _ = desk.store.mention_of(post.network, post_id) or (None, 0)
    if known and known.side == Side.THEIRS:
        raise NotUsable(f"That is somebody else's post. {_PASTE}", LINK)
    if known and known.parent_id:
        raise NotUsable(f"That post of ours answers somebody. {_PASTE}", LINK)
    found = [one for each in desk.store.statements_with_post(post.network, post_id) for one in each.posts]
    others = [one for one in found if (one.network, one.post_id) == (post.network, post_id) and one.id != post.id]
    was_corrected = any(one.corrected_by == post.statement for one in others)
    if others and post_id != post.corrects and not was_corrected:
        raise NotUsable(f"That is another statement of ours. {_PASTE}", LINK)


def _unread(desk: Desk, post: StatementPost, network: Network | None, post_id: str, now: datetime) -> str:
    """Return why the post could not be read, or "" if it is ours with these words; raise NotUsable if it is not.

    It calls the network, so do not call it within a transaction.
    """
    if network is None or not (post.corrects or posting(network)):
        return "the desk has no account there any more"
    if post.corrects:
        _refuse_other_post(desk, post, network, post_id, now)
    try:
        with reading(desk, network, Use.LOOK, now, insists=True, posts=1):
            shown = network.shown(post_id) if isinstance(network, ShowsPosts) else None
            if shown is not None:
                _judge(post, shown)
                return ""
            return _unfound(desk, post, network, post_id, now)
    except NetworkTrouble as trouble:
        return f"it could not be read there ({trouble.sentence.rstrip('.')})"


def _refuse_other_post(desk: Desk, post: StatementPost, network: Network, post_id: str, now: datetime) -> None:
    """Raise NotUsable for another post than the one that is corrected, by whichever of its ids; it may read that."""
    meant, able = in_place.newest_id(desk, post.network, post.corrects), editing(network)
    if post_id in {post.corrects, meant} or in_place.newest_id(desk, post.network, post_id) == meant:
        return
    address = network.post_url(meant, network.handle)
    try:
        with reading(desk, network, Use.LOOK, now, insists=True, posts=1):
            there = able.reply_now(meant, post.text) if able else None
    except NetworkTrouble as trouble:
        why = f"Nobody can tell whether that is the post that is corrected. {trouble.sentence}"
        raise NotUsable(f"{why} Please say it again in some minutes, or paste its link: {address}", LINK) from trouble
    if there is None or there.post_id != post_id:
        raise NotUsable(f"That is not the post that is corrected. Please paste its link: {address}", LINK)


def _judge(post: StatementPost, shown: Shown | ProvenAbsent) -> None:
    where = network_label(post.network)
    if isinstance(shown, ProvenAbsent):
        raise NotUsable(f"{where} shows no such post. Please look there once more. {_PASTE}", LINK)
    if not shown.ours:
        raise NotUsable(f"That post on {where} is not from our account. {_PASTE}", LINK)
    if shown.parent_id:
        raise NotUsable(f"That post of ours answers somebody. {_PASTE}", LINK)
    if comparable(shown.text) != comparable(post.text):
        raise NotUsable(f"That post of ours has other words than the statement. {_PASTE}", LINK)


def _unfound(desk: Desk, post: StatementPost, network: Network, post_id: str, now: datetime) -> str:
    found = found_of(desk, post, network, now)
    if not isinstance(found, Sent):
        return "the desk did not find it there"
    if found.post_id != post_id:
        raise NotUsable(f"{network_label(post.network)} shows the statement elsewhere: {found.url}", LINK)
    return ""


# --- it is not there --------------------------------------------------------------------------------------------


def statement_is_missing(desk: Desk, row: int, *, by: str, at: datetime) -> Later:
    """Refuse people without the right to call a post missing, or too early; return the function that settles it.

    It reads the network once more, and a found post counts. A network that cannot be read for an hour, or where the
    desk has no account any more, leaves it to the approver's word.
    """
    _may_call_missing(desk, _unknown(desk, row), by, at)
    return lambda now: _settle_missing(desk, row, by, now)


def _may_call_missing(desk: Desk, post: StatementPost, by: str, now: datetime) -> None:
    allow(desk, Act.APPROVE, by, now)
    label, network = account_label(desk, post.network, post.account), desk.network(post.ref)
    if not lets_out_from(desk, post.ref, by, now):
        raise NotYours(f"Other approvers answer for {label}. Please leave this one to them.")
    tried = post.attempt(now)
    if network and can_be_called_missing(tried, now, network.visibility_delay) == Missing.NOT_YET:
        since = in_slack(says_from(tried, network.visibility_delay))
        raise Refusal(
            f"{label} may show it late. From {since} on an approver can say that it is missing. Until then the desk "
            "looks by itself."
        )


def _settle_missing(desk: Desk, row: int, by: str, now: datetime) -> None:
    post = _unknown(desk, row)
    able = posting(desk.network(post.ref))
    trouble = look_now(desk, row, now)
    if desk.store.statement_post(row).state != PostState.UNCONFIRMED:
        return  # it was found, or proven absent; leads hear which
    if trouble and able and not is_unread(post.attempt(now), now):
        raise Refusal(f"{trouble} So nothing was decided. Please say it again in some minutes.")
    what = "did not have its new words" if post.corrects else "was not there"
    why = f"An approver looked, and it {what}." if trouble else f"It was read once more, and {what}."
    with desk.store.transaction():
        desk.store.statement(post.statement)
        fresh = _unknown(desk, row)
        _may_call_missing(desk, fresh, by, now)
        gone = replace(fresh, state=PostState.FAILED, why=why, look_at=None, ended_at=now)
        moved(desk, gone, PostState.UNCONFIRMED, "statement_missing", now, by=by)
        say_where_it_stands(desk, post.statement, now)
