"""A storm's holding reply: written once, offered for approval customer by customer, paused, ended."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.base.refusals import NotUsable, Outdated, Refusal
from bot.domain.base.tables import GOING_ON
from bot.domain.base.text import comparable
from bot.domain.cases import events
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import PostRef
from bot.domain.promises.spoken_promise import recognised
from bot.domain.replies.joint_draft import AT_ONCE, TOGETHER
from bot.domain.replies.statement import Statement, StatementPost, links_taken_back, newest_public_posts
from bot.domain.slack.notice import CaseNamed, Said, StormNamed
from bot.domain.storms.holding_reply import (
    OTHERWISE,
    STATEMENT_LINK,
    Audience,
    HoldingReply,
    for_customer,
)
from bot.domain.storms.storm import Standout, Storm
from bot.domain.team.languages import tongue
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.services.base.sweeping import sweep
from bot.services.cases.view import as_called_now
from bot.services.replies import review
from bot.services.replies.starting_texts import machines_anywhere
from bot.services.replies.why_no_answer import why_no_answer
from bot.services.slack.tell_leads import tell_leads
from bot.services.team.access import lets_out_from, name_of

LOOKED_AT = 60  # cases in one round, since some cannot be told
OUT_AT_MOST = 20  # cards of one storm for customers who could not be told
STATEMENTS = 100  # of the newest approved ones, among which a storm's are looked for
LANGUAGES = 3  # variants besides the one for everybody else


def write_holding_reply(
    desk: Desk, storm_id: int, variants: Mapping[str, str], audience: Audience, *, by: str, at: datetime
) -> int:
    """Write a storm's words, and offer the first of them for approval; return the row.

    Newer words for the same people end the older ones, and words for everybody end all: what of these is not public
    yet is withdrawn. Words for those who were told pause the older ones, which may be wrong. Raises NotUsable naming
    the field.
    """
    storm = _going_on_in(desk, storm_id)
    said = {tongue(code) if code else OTHERWISE: review.as_it_goes_out(words) for code, words in variants.items()}
    said = {code: words for code, words in said.items() if words}
    if OTHERWISE not in said:
        raise NotUsable("Please write the words for everybody whose language has none of its own.", "words")
    if any(STATEMENT_LINK in words for words in said.values()) and not statements_since(desk, storm.id):
        raise NotUsable(f"No statement is public since this storm began. Please take {STATEMENT_LINK} out.", "words")
    machines = [one for words in said.values() for one in machines_anywhere(desk, storm.id, words, by=by)]
    holding = HoldingReply(
        storm=storm.id, channel=storm.channel, audience=audience, variants=said, by=by, at=at, machines=machines
    )
    if not desk.store.holding_candidates(holding, 1):
        raise NotUsable("Nobody is left whom these words could be for.", "words")
    for older in desk.store.holding_replies():
        if older.storm == storm.id and audience in {older.audience, Audience.EVERYBODY}:
            end_holding_reply(desk, older.id, by=by, at=at)
        elif older.storm == storm.id and audience == Audience.TOLD:
            desk.store.pause_holding(older.id, by, at)
    number = desk.store.add_holding_reply(holding)
    offer_next(desk, number, at)
    return number


def _going_on_in(desk: Desk, storm_id: int) -> Storm:
    """Return a storm, or the one in which it goes on."""
    storm = desk.store.storm(storm_id)
    return desk.store.storm(storm.merged_into) if storm.merged_into else storm


def variant_languages(desk: Desk, storm_id: int) -> list[str]:
    """Return the languages of most of a storm's cases, for which words of their own can be written."""
    storm = _going_on_in(desk, storm_id)
    found = [tongue(code) for code in desk.store.storm_languages(storm.id, 2 * LANGUAGES)]
    return [*dict.fromkeys(filter(None, found))][: LANGUAGES + 1]


def statements_since(desk: Desk, storm_id: int) -> Mapping[tuple[str, str], StatementPost]:
    """Return our newest statement on each account, public since a storm began, by network and account."""
    return newest_public_posts(desk.store.statements(STATEMENTS, approved=True), _going_on_in(desk, storm_id).since)


def _statement_on(desk: Desk, storm_id: int, where: PostRef) -> str:
    """Return the link of our statement by the account of a post, or else on its network; "": there is none."""
    found = statements_since(desk, storm_id)
    own = found.get((where.network, where.account))
    post = own or next((one for one in found.values() if one.network == where.network), None)
    return post.url if post else ""


def end_holding_reply(desk: Desk, holding_id: int, *, by: str, at: datetime) -> None:
    """End one: nothing more is offered, and what is not public yet is withdrawn, except what is being sent."""
    desk.store.end_holding(holding_id, by, at)
    for draft in desk.store.live_holding_drafts(holding_id):
        _is_withdrawn(desk, draft, by=by, at=at)


_NOT_TOLD = (
    "Replies of storm {} that link to a statement that is taken back: {} withdrawn. Their customers were not told; "
    "please write new words for them."
)


def withdraw_dead_links(desk: Desk, decided: Statement | None = None, *, by: str, at: datetime) -> int:
    """Withdraw what links to a statement that is taken back, and tell leads; return how many.

    `decided`: one that is being approved, and is not stored as approved yet.
    """
    holdings = [one for one in desk.store.holding_replies() if _may_link(one)]
    if not holdings:
        return 0
    stored = desk.store.statements(STATEMENTS, approved=True)
    dead = links_taken_back([decided, *stored] if decided else stored)
    return sum(_withdraw_linking(desk, one, dead, by=by, at=at) for one in holdings) if dead else 0


def tell_dead_links(desk: Desk, asked: Statement, at: datetime) -> None:
    """Tell leads which public replies link to posts of a statement that is deleted now, storm by storm."""
    found: dict[int, dict[int, None]] = {}
    for link in _deleted_links(desk, asked):
        for storm, case, network, post_id in desk.store.sent_with_link(link, asked.at - _BEFORE):
            if _still_says(desk, network, post_id, link):
                found.setdefault(storm, {})[case] = None
    for storm, cases in found.items():
        tell_leads(desk, f"statement:{asked.id}:dead-links:{storm}", _still_linking(asked, storm, [*cases]), at)


def _deleted_links(desk: Desk, asked: Statement) -> list[str]:
    """Return the links of a statement's deleted posts, under the ids that they had before corrections, too."""
    known = {one.id: one for one in desk.store.statements(STATEMENTS, approved=True)}
    dead, links, statement = links_taken_back([*known.values()]), dict[str, None](), known.get(asked.takes_back)
    while statement is not None:
        links |= dict.fromkeys(one.url for one in statement.posts if one.url in dead)
        statement = known.get(statement.corrects)
    return [*links]


def _still_says(desk: Desk, network: str, post_id: str, link: str) -> bool:
    """Return whether a public reply of ours has a link in the words that it has now."""
    post, _ = desk.store.mention_of(network, post_id) or (None, 0)
    return post is not None and post.deleted_at is None and _any_of([link]).search(post.text) is not None


def _still_linking(asked: Statement, storm: int, cases: Sequence[int]) -> Said:
    named = [piece for case in cases[:_NAMED] for piece in (CaseNamed(case), ", ")][:-1]
    more = f" and {len(cases) - _NAMED} more" if len(cases) > _NAMED else ""
    how = "To tell all of them at once, write a holding reply for those who were told; or correct each in its thread."
    return (
        f"Statement {asked.takes_back} is deleted, and public replies of ",
        StormNamed(storm),
        " still link to it: ",
        *named,
        f"{more}. {how}",
    )


_NAMED = 20  # cases in one message
_BEFORE = timedelta(days=7)  # before a statement was taken back, holding replies that link to it were written


def _any_of(links: Collection[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, sorted(links)))})(?![\w-])")


def _may_link(holding: HoldingReply) -> bool:
    return any(STATEMENT_LINK in words or "://" in words for words in holding.variants.values())


def _withdraw_linking(desk: Desk, holding: HoldingReply, dead: Collection[str], *, by: str, at: datetime) -> int:
    any_of = _any_of(dead)
    linking = [one for one in desk.store.live_holding_drafts(holding.id) if any_of.search(_text_of(desk, one))]
    if not linking:
        return 0
    with desk.store.transaction():
        done = sum(_is_withdrawn(desk, one, by=by, at=at) for one in linking)
        if done:
            tell_leads(
                desk, f"holding:{holding.id}:dead-link:{linking[0]}", (_NOT_TOLD.format(holding.storm, done),), at
            )
    return done


def _text_of(desk: Desk, draft_id: int) -> str:
    draft = desk.store.case_of_draft(draft_id).draft
    return draft.text if draft and draft.id == draft_id else ""


def _is_withdrawn(desk: Desk, draft_id: int, *, by: str, at: datetime) -> bool:
    """Withdraw a draft, unless it is being sent; return whether it was."""
    try:
        review.withdraw(desk, draft_id, by=by, at=at)
    except Refusal:
        return False
    return True


def offer_all(desk: Desk, now: datetime) -> int:
    """Offer the next customers of every holding reply that goes on; return how many replies were looked at.

    What links to a statement that was taken back meanwhile is withdrawn before.

    Those of a storm who could not be told come out: a person looks after them. Of many the first ones do; the others
    are named, and come out at the end of the storm.
    """
    withdraw_dead_links(desk, by="desk", at=now)
    stuck = desk.store.holding_stuck(OUT_AT_MOST)
    sweep(desk, "not_told", stuck, lambda number: _let_out(desk, number, now))
    return sweep(
        desk, "holding", [one.id for one in desk.store.holding_replies()], lambda one: offer_next(desk, one, now)
    )


def _let_out(desk: Desk, number: int, now: datetime) -> Case:
    return desk.store.record(desk.store.case(number), events.CameOut(by="desk", at=now, why=Standout.NOT_TOLD))


def offer_next(desk: Desk, holding_id: int, now: datetime) -> bool:
    """Draft the words for the next customers, and ask for their approval in one message; return whether any.

    One message at a time: the next follows once the last one is decided. Each text is bound to its case as any draft.
    """
    with desk.store.transaction():
        holding = desk.store.holding_reply(holding_id)
        if not holding.goes_on or desk.store.holding_waits(holding_id):
            return False
        cases = _drafted(desk, holding, now)
        drafts = [one.draft.id for one in cases if one.draft]
        if not drafts:
            return False
        asked = cases[0].draft.asked if cases[0].draft else ""
        joint = desk.store.add_joint_draft(
            cases[0].id, drafts, channel=holding.channel, by=holding.by, at=now, asked=asked
        )
        for case in cases:
            desk.store.put_holding_case(holding_id, case, draft=case.draft.id if case.draft else 0, joint=joint)
    return True


def _drafted(desk: Desk, holding: HoldingReply, now: datetime) -> list[Case]:
    """Submit a draft on each of the next cases; write down why one gets none."""
    cases, room = list[Case](), TOGETHER
    authors = set[tuple[str, str]]()
    said = {comparable(one).strip() for one in desk.store.holding_words(holding.id)}
    for number in desk.store.holding_candidates(holding, LOOKED_AT):
        case = desk.store.case(number)
        who = (case.network, case.author.id)
        if who in authors:
            continue  # their other case is in this message: decided about in the next round
        text = _words_for(desk, holding, case, said)
        why = _why_not_told(desk, holding, case) or _why_unsendable(desk, case, text, now)
        if why:
            desk.store.put_holding_case(holding.id, case, why=why)
            continue
        if len(cases) == AT_ONCE or len(text) > room:
            break
        to = cases[0].draft.asked if cases and cases[0].draft else ""
        if to and not lets_out_from(desk, review.target_of(desk, case).ref, to, now):
            continue  # other approvers decide: in a message of their own, in a later round
        cases.append(_submitted(desk, case, text, holding, to=to, at=now))
        said.add(comparable(text).strip())
        authors.add(who)
        room -= len(text)
    return cases


def _submitted(desk: Desk, case: Case, text: str, holding: HoldingReply, *, to: str, at: datetime) -> Case:
    """Submit one draft; a moment that its words name is a promise, and a machine's words stay marked as such."""
    spoken = recognised(text, at, desk.policy.hours.zone)
    words = review.Words(text=text, spoken=spoken, starts=tuple(holding.machines))
    return review.submit(desk, case.id, words, by=holding.by, at=at, told=False, to=to)


def _words_for(desk: Desk, holding: HoldingReply, case: Case, said: set[str]) -> str:
    variant = holding.variants.get(tongue(case.language)) or holding.variants[OTHERWISE]
    author = as_called_now(desk, case).author
    ref = review.target_of(desk, case).ref
    statement = _statement_on(desk, holding.storm, ref) if STATEMENT_LINK in variant else ""
    text = for_customer(variant, author, statement)
    handle = author.handle.lstrip("@")
    return f"{text} @{handle}" if handle and comparable(text).strip() in said else text


def _why_not_told(desk: Desk, holding: HoldingReply, case: Case) -> str:
    if other := desk.store.holding_case_of(holding.id, case):
        return f"the same customer gets it in case {other}"
    if case.draft is not None and case.draft.live:
        return "it has a draft already"
    if case.assignee not in {"", holding.by}:
        return f"{name_of(desk, case.assignee)} holds it"
    if case.state not in GOING_ON:
        return "it has ended"
    return why_no_answer(desk, case)


def _why_unsendable(desk: Desk, case: Case, text: str, now: datetime) -> str:
    if STATEMENT_LINK in text:
        return f"no statement of ours is public on {network_label(case.network)}"
    try:
        review.words_to_send(desk, case, text, now)
    except NotUsable as refusal:
        return refusal.sentence.rstrip(".")
    return ""


def pause_holding_reply(desk: Desk, holding_id: int, *, by: str, at: datetime) -> None:
    """Pause one: nothing of it goes out from the next attempt on. Raises Outdated naming who did before."""
    holding = desk.store.holding_reply(holding_id)
    if holding.ended_at:
        raise Outdated("This holding reply has ended, so nothing of it goes out any more.")
    if not desk.store.pause_holding(holding_id, by, at):
        raise Outdated(f"<@{holding.paused_by}> has paused it already.")


def resume_holding_reply(desk: Desk, holding_id: int, *, by: str, at: datetime) -> None:
    """Let one go on. Raises Outdated where it does already."""
    if not desk.store.resume_holding(holding_id, by, at):
        raise Outdated("It goes on already.")
