"""Stores the posts of a network: rows, cases and cursor in one transaction, each post once."""

import logging
from collections.abc import Collection
from datetime import datetime

from bot.domain.accounts.holds import Use
from bot.domain.base.replaced import replace
from bot.domain.base.tables import OURS, CaseState
from bot.domain.base.text import clean
from bot.domain.base.word_caches import WORDS_ERASED, words_were_erased
from bot.domain.cases import events
from bot.domain.cases.case import Case
from bot.domain.light_lane.light_mention import LightVerb
from bot.domain.mentions.bursts import in_their_order
from bot.domain.mentions.mention import Mention, PostRef, Side
from bot.domain.mentions.revised import compared
from bot.domain.mentions.segments import segment_of
from bot.domain.mentions.unreadable import Glimpse
from bot.domain.triage.triage import Triage
from bot.ports import Batch, Conflict, Desk, Network, OutOfService, Unparsed
from bot.services.accounts.holds import reading
from bot.services.accounts.spending import note_read
from bot.services.base.network_traits import asks_again_by_edits, has_one_reply
from bot.services.cases.assigning import give_out
from bot.services.cases.owed import once_gone, owed_to, solved_for
from bot.services.do_not_feed.further_posts import aside_for, matters_now
from bot.services.do_not_feed.impostors import look_beside
from bot.services.light_lane.gathering import (
    burst_began,
    fold_lights,
    gather,
    is_light,
    stays_as_it_is,
    wrote_lightly,
)
from bot.services.mentions.author_wrote_again import matters_again, more_urgent, wrote_again
from bot.services.mentions.gaps import say_the_gap
from bot.services.mentions.hiding import note_hidden
from bot.services.mentions.joined_bursts import join_burst
from bot.services.mentions.joined_by_link import join_by_link
from bot.services.mentions.moved_to_private import case_of, in_its_conversation
from bot.services.mentions.our_answers import follow_ids, keep_earlier_ids, known_post, note_put_back, take_in_ours
from bot.services.mentions.routing import route
from bot.services.storms.folding import placed, read_storms
from bot.services.triage.triage import in_its_language, triage_of

log = logging.getLogger(__name__)

BATCH = 100  # posts per transaction: larger ones make waiting clicks feel it (PERFORMANCE 1.4)


def poll(desk: Desk, network: Network, stream: str, now: datetime) -> int:
    """Read one stream from its cursor and store everything; return how many posts were new.

    Raises NetworkTrouble; posts stored before it stay.
    """
    cursor, _ = desk.store.cursor(network.name, network.account, stream)
    with reading(desk, network, Use.POLL, now):
        return sum(receive(desk, network, stream, batch, now) for batch in network.fetch(stream, cursor))


def receive(desk: Desk, network: Network, stream: str, batch: Batch, now: datetime) -> int:
    """Store a batch with its cursor, all or nothing; return how many posts were new or changed.

    A post that fails with an unexpected error is stored as unreadable, so that it does not stop the others.
    """
    size = len(batch.posts) + len(batch.edits) + len(batch.deletions)
    if size > BATCH:
        raise ValueError(f"a batch holds at most {BATCH} posts, this one {size}")
    try:
        new = _take_all(desk, network, stream, batch, now)
    except (OutOfService, Conflict):
        raise
    except Exception:  # one post fails, and the network would deliver it first for ever
        log.exception("intake.broken network=%s posts=%d", network.name, len(batch.posts))
        new = _take_one_by_one(desk, network, stream, batch, now)
    return new


def _take_all(desk: Desk, network: Network, stream: str, batch: Batch, now: datetime) -> int:
    read_storms(desk)
    some_posts = (in_their_order(batch.posts), batch.edits)
    posts, edits = ([(post, triage_of(desk, post)) for post in some] for some in some_posts)
    take = take_in_edit if asks_again_by_edits(network) else take_in  # what it tells may be the newest form of a post
    with desk.store.transaction():
        desk.store.hold_links_back()
        late = _came_too_late(desk, network, batch)
        posts, edits = ([one for one in some if one[0].ref.post_id not in late] for some in (posts, edits))
        follow_ids(desk, network, batch.earlier_ids)
        fresh = [post for post, triage in posts if take(desk, post, now, triage)]
        note_read(desk, network, stream, fresh, now)
        new = len(fresh) + sum(take_in_edit(desk, post, now, triage) for post, triage in edits)
        keep_earlier_ids(desk, network, batch.earlier_ids)
        for post_id in batch.deletions:
            _deleted(desk, network, post_id, now)
        note_hidden(desk, network, batch.hidden, now)
        for odd in (one for one in batch.unparsed if one.post_id not in late):
            _keep(desk, network, odd, now)
        say_the_gap(desk, network, batch, now)
        if batch.cursor:
            desk.store.move_cursor(network.name, network.account, stream, batch.cursor, now)
    return new


def _came_too_late(desk: Desk, network: Network, batch: Batch) -> Collection[str]:
    """Return the posts of a batch that their authors deleted before they came, or whose authors were erased."""
    posts = (*batch.posts, *batch.edits)
    unread = [one.post_id for one in batch.unparsed if one.post_id]
    gone = desk.store.gone_among(network.name, [*(one.ref.post_id for one in posts), *unread])
    erased = desk.store.erased_among(posts, [*unread, *batch.earlier_ids], network.name)
    renamed = {new for old, new in batch.earlier_ids.items() if old in erased}
    return {*gone, *erased, *renamed}


def _take_one_by_one(desk: Desk, network: Network, stream: str, batch: Batch, now: datetime) -> int:
    """Store the good posts, store the others as unreadable, and then move the cursor."""
    new, odd = 0, list(batch.unparsed)
    singles = [*((post, Batch(posts=(post,))) for post in batch.posts)]
    singles += [(post, Batch(edits=(post,))) for post in batch.edits]
    for post, alone in singles:
        try:
            new += _take_all(desk, network, stream, alone, now)
        except (OutOfService, Conflict):
            raise
        except Exception as trouble:  # noqa: BLE001 - around one item, whose trouble is kept with it
            raw = post.raw or repr(post).encode("utf-8", "backslashreplace")
            why = f"It could not be taken in ({type(trouble).__name__})."
            odd.append(Unparsed(raw, why, post.ref.post_id, _glimpse(post), is_edit=bool(alone.edits)))
    return new + _take_all(desk, network, stream, replace(batch, posts=(), edits=(), unparsed=odd), now)


def _keep(desk: Desk, network: Network, odd: Unparsed, now: datetime) -> None:
    """Store an unreadable post raw; it is reported and counted until somebody decides."""
    if desk.store.quarantine(network.name, network.account, odd, now):
        log.warning("intake.unreadable network=%s account=%s post=%s", network.name, network.account, odd.post_id)


def _glimpse(post: Mention) -> Glimpse:
    return Glimpse(
        author_id=post.author.id,
        handle=clean(post.author.handle),
        text=clean(post.text),
        url=clean(post.url),
        root_id=clean(post.root_id),
        posted_at=post.posted_at,
        public=not post.private,
        ours=post.side == Side.OURS,
    )


def take_in(desk: Desk, post: Mention, now: datetime, triage: Triage | None = None) -> bool:
    """Store one post and its effect on its case; return whether it was new.

    `triage` was computed before the transaction began; None: compute it here.
    """
    if post.side == Side.OURS or by_another_of_ours(desk, post):
        return take_in_ours(desk, replace(post, side=Side.OURS), now)
    return _theirs(desk, post, now, triage or triage_of(desk, post))


def by_another_of_ours(desk: Desk, post: Mention) -> bool:
    """Return whether another account of ours wrote a post that mentions this one: it is no customer's."""
    return (post.ref.network, post.author.id) in desk.networks


def _theirs(desk: Desk, post: Mention, now: datetime, triage: Triage) -> bool:
    post = in_its_conversation(desk, in_its_language(post, triage))
    if join_by_link(desk, post, now, triage):
        return True
    if not desk.store.knows_author(post.ref.network, post.author.id):
        return _first_of_author(desk, post, now, triage)
    case = case_of(desk, post)
    mention_id = desk.store.add_mention(post, now, case.id if case else 0)
    if not mention_id:
        return False
    desk.store.put_triage(mention_id, triage, now)
    look_beside(desk, _belongs(desk, case, mention_id, post, triage, now=now), post, triage, now)
    return True


def _first_of_author(desk: Desk, post: Mention, now: datetime, triage: Triage) -> bool:
    """Store the first post of an author: no case, burst, aside or light mention of theirs has to be looked for."""
    mention_id = desk.store.add_mention(post, now)
    if not mention_id:
        return False
    desk.store.put_triage(mention_id, triage, now)
    if is_light(desk, post, triage):
        gather(desk, replace(post, id=mention_id), triage, now)
    else:
        case = _open_new(desk, post, mention_id, now, since=min(post.posted_at, now))
        look_beside(desk, case, post, triage, now)
    return True


def _belongs(
    desk: Desk, case: Case | None, mention_id: int, post: Mention, triage: Triage, *, now: datetime
) -> Case | None:
    """Let a post open a case, be a further one of its case, or wait in the light lane; return the case, if any."""
    light = is_light(desk, post, triage)
    if case is None and (aside := aside_for(desk, post, triage, now)):
        desk.store.put_aside(mention_id, aside, now)
    elif case is None and light:
        gather(desk, replace(post, id=mention_id), triage, now)
    elif case is None:
        return open_case(desk, post, mention_id, now, since=min(burst_began(desk, post), now))
    elif light and stays_as_it_is(case):
        wrote_lightly(desk, case, replace(post, id=mention_id), now)
    else:
        joined, since = join_burst(desk, case, post, now)
        after = wrote_again(desk, joined, post, mention_id, now, since=since)
        fold_lights(desk, after, post, now)
        return after
    return None


def open_case(
    desk: Desk, post: Mention, mention_id: int, now: datetime, *, since: datetime, by: str = "author"
) -> Case:
    """Open the case of a post whose author waits since `since`; return it."""
    follows = desk.store.last_closed(post.ref.network, post.root_id, post.author.id)
    case = _open_new(desk, post, mention_id, now, since=since, by=by, follows=follows)
    fold_lights(desk, case, replace(post, id=mention_id), now)
    return case


def _open_new(
    desk: Desk,
    post: Mention,
    mention_id: int,
    now: datetime,
    *,
    since: datetime,
    by: str = "author",
    follows: int = 0,
) -> Case:
    """Open a case that follows a closed one of the same author and conversation, or none (0)."""
    segment = segment_of(desk.policy.segments, post.ref.network, post.author)
    routed = route(post, desk.policy, segment)
    case = Case(
        id=0,
        network=post.ref.network,
        account=post.ref.account,
        root_id=post.root_id,
        author=post.author,
        state=CaseState.NEW,
        version=1,
        opened_at=now,
        channel=routed.channel,
        priority=routed.priority,
        topic=routed.topic,
        language=post.language,
        segment=segment,
        private=post.private,
        latest=mention_id,
        latest_at=post.posted_at,
        follows=follows,
    )
    case, beside = placed(desk, case, post) if by == "author" else (case, None)
    case = replace(case, promise=owed_to(desk, case, since), resolution=solved_for(desk, case, since))
    case = desk.store.open_case(case, events.Opened(by=by, at=now, mention=mention_id))
    if beside:
        storm, why = beside
        desk.store.stand_out(storm.id, case.id, why, now)
    if case.follows:  # its card names the case that follows
        desk.store.record(desk.store.case(case.follows), events.Followed(by="author", at=now))
    if not case.storm:
        give_out(desk, case, now)
    return case


def take_in_edit(desk: Desk, post: Mention, now: datetime, triage: Triage | None = None) -> bool:
    """Store an edited post; an unknown one mentions us only since the edit, and is new.

    Returns whether anything changed; nothing does by an edit that is not of the side that wrote the post.
    """
    known = desk.store.mention_of(post.ref.network, post.ref.post_id)
    if known is None:
        return take_in(desk, post, now, triage)
    mention, case_id = known
    if mention.side != post.side:  # nobody changes what the other side wrote, though an encrypted edit may say so
        return False
    if mention.side == Side.OURS and has_one_reply(desk.network(post.ref)) and post.posted_at > mention.posted_at:
        return note_put_back(desk, mention, case_id, post, now)
    if mention.side == Side.THEIRS:
        triage = triage or triage_of(desk, post)
        post = in_its_language(post, triage)
    again = mention.side == Side.THEIRS and asks_again_by_edits(desk.network(post.ref))
    if again and post.posted_at < mention.posted_at:  # another thread has stored a newer form of it
        return False
    waits = again and case_id != 0 and desk.store.case(case_id).state in OURS
    post = compared(mention, post, waits=waits) if again else replace(post, posted_at=mention.posted_at)
    changed = desk.store.change_mention(mention.id, post, now)
    if changed and triage and mention.side == Side.THEIRS:
        _reads_otherwise(desk, known, post, triage, now, again=again)
        desk.store.redraw_quotes_with(mention.id, now)
    return changed


def _reads_otherwise(
    desk: Desk, known: tuple[Mention, int], post: Mention, triage: Triage, now: datetime, *, again: bool
) -> None:
    """Record what a changed post is taken for now; one that is no longer light is owed an answer from now on.

    `again`: the change is its author writing again.
    """
    before, case_id = known
    said = desk.store.triage(before.id)
    desk.store.put_triage(before.id, triage, now)
    light = is_light(desk, post, triage)
    if case_id:
        turned = said is not None and said.light and not light
        _other_words(desk, desk.store.case(case_id), before, post, now, asks=turned or again)
        if turned:  # it may wait in the light lane, sent there from its case
            desk.store.decide_light(before.id, LightVerb.OPEN, by="author", at=now, case_id=case_id)
    elif desk.store.light(before.id) is not None and not light:
        case = _follow(desk, post, before.id, now, now)
        desk.store.decide_light(before.id, LightVerb.OPEN, by="author", at=now, case_id=case.id)
    elif matters_now(desk, replace(post, id=before.id), triage):
        case = _follow(desk, post, before.id, now, now)
        desk.store.open_aside_post(before.id, case.id, by="author", at=now)
    else:
        desk.store.redraw_light(before.id, now)


def _other_words(desk: Desk, case: Case, before: Mention, post: Mention, now: datetime, *, asks: bool) -> None:
    """Record an edit; new words that matter count as a new post from now on, or from the moment of the change.

    A corrected typo has no such effect, nor have words that the post had before. `asks`: it asks for an answer
    whatever its words, since it was light before, or since its author writes again by changing it.
    """
    routed = route(post, desk.policy, case.segment)
    said = route(before, desk.policy, case.segment)
    other = matters_again(case, routed) and (routed.priority, routed.topic) != (said.priority, said.topic)
    matters = other or (asks and case.state != CaseState.DISMISSED)
    since = min(post.posted_at, now) if post.posted_at != before.posted_at else now
    if matters and case.state == CaseState.CLOSED:
        _follow(desk, post, before.id, now, since)
        return
    if matters and case.state not in OURS:
        wrote_again(desk, case, post, before.id, now, since=since)
    event = events.PostEdited(by="author", at=now, mention=before.id)
    after = desk.store.record(desk.store.case(case.id), event)
    more_urgent(desk, after, routed, now)


def _follow(desk: Desk, post: Mention, mention_id: int, now: datetime, since: datetime) -> Case:
    """Return the author's live case of that conversation, or open one; the post belongs to it then."""
    live = case_of(desk, post)
    if live is None:
        return open_case(desk, post, mention_id, now, since=since)
    desk.store.move_mentions([mention_id], live.id)
    return wrote_again(desk, live, post, mention_id, now, since=since)


def _deleted(desk: Desk, network: Network, post_id: str, now: datetime) -> None:
    """Record a deletion: the post's words are gone from here too, and a draft in answer to it becomes stale."""
    ref = PostRef(network.name, network.account, post_id)
    mention, case_id = known_post(desk, ref) or (None, 0)
    if mention is None or mention.ref.network != network.name:  # the post itself may still come
        desk.store.note_gone(network.name, post_id, now)
    if mention is None or not desk.store.mark_deleted(mention.id, now):
        return
    words_were_erased()
    desk.store.tell_desks(WORDS_ERASED)
    if case_id and mention.side == Side.THEIRS:
        event = events.PostDeleted(by="author", at=now, mention=mention.id)
        desk.store.record(desk.store.case(case_id), event)
        desk.store.redraw_storms_with(case_id, now)
    if case_id and mention.side == Side.OURS:
        once_gone(desk, desk.store.case(case_id), now)
    if mention.side == Side.THEIRS:
        desk.store.decide_light(mention.id, LightVerb.SET_ASIDE, by="author", at=now)
        desk.store.redraw_quotes_with(mention.id, now)
