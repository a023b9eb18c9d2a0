"""The Slack message of each kind of telling, from the state of its case."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.blocks.base import phrases
from bot.blocks.cases import card, inquiry, thread_messages
from bot.blocks.do_not_feed import asides, sample
from bot.blocks.light_lane import digest as light_digest
from bot.blocks.mentions import unreadable
from bot.blocks.reminders import claim_check, reminder
from bot.blocks.replies import joint_draft, solo_unread, template_form
from bot.blocks.storms import holding_reply
from bot.blocks.storms.storm import spike_buttons
from bot.blocks.team import handover, swaps
from bot.domain.base.refusals import Unknown
from bot.domain.cases.view import CaseView
from bot.domain.light_lane.light_mention import LightState
from bot.domain.reminders.claim_checks import asked_again
from bot.domain.slack import notice
from bot.domain.slack.telling import Telling, TellingKind
from bot.gateways import storm_messages, told_of_drafts, told_together
from bot.ports import Desk, Message
from bot.services.cases.view import names, storm_link, thread_link, view
from bot.services.do_not_feed.sampling import SHOW_SAMPLE
from bot.services.do_not_feed.two_people import SHOW_ASKED
from bot.services.light_lane.seen import SHOWN, opened, seen
from bot.services.mentions.unreadable import SHOW_THEM
from bot.services.replies.joint_drafts import cases_of
from bot.services.replies.solo_unread import READ_THEM
from bot.services.replies.template_news import SHOW_PROPOSALS
from bot.services.slack.reading_back import reader_of
from bot.services.storms.opening import spike_offered
from bot.services.storms.sight import linked
from bot.services.storms.variants import without_variant
from bot.services.team.access import name_of
from bot.services.team.shifts import at_work, on_now


def drawn(desk: Desk, telling: Telling, now: datetime) -> tuple[Message, int] | None:
    """Return the message and the case version it shows; None when there is nothing to show (any more)."""
    if telling.kind == TellingKind.DIGEST:
        digest = told_together.digest(desk, telling, now, drawn)
        return (digest, telling.wanted) if digest else None
    if telling.kind in _OF_DESK:
        return _OF_DESK[telling.kind](desk, telling, now), telling.wanted
    case = desk.store.case(telling.case_id)
    message = _message(desk, telling, view(desk, case, reader_of(telling), now))
    return (message, case.version) if message else None


def _message(desk: Desk, telling: Telling, seen: CaseView) -> Message | None:
    return _OF_CASE[telling.kind](desk, telling, seen)


def _notice(desk: Desk, telling: Telling, now: datetime) -> Message:
    offered = _offered(desk, desk.store.notice_offers(telling.about))
    said = [_named(desk, one) for one in desk.store.notice_pieces(telling.about)]
    if not said:  # written by an earlier version
        return thread_messages.notice(desk.store.notice_sentence(telling.about), *offered)
    return thread_messages.about_desk(said, now, *offered)


def _offered(desk: Desk, offers: str) -> list[dict[str, object]]:
    """Return the button under a sentence about the desk: one that is always the same, or about a spike."""
    if spike := spike_offered(offers):
        known, others = desk.store.storm_of_spike(spike), desk.store.open_storms()
        return [] if known else spike_buttons(spike, others, desk.secret)
    made = _OFFERS.get(offers)
    return [made(desk.secret)] if made else []


_OFFERS = {
    READ_THEM: solo_unread.read_them,
    SHOW_THEM: unreadable.show_them,
    SHOW_ASKED: asides.show_asked,
    SHOW_SAMPLE: sample.show_sample,
    SHOW_PROPOSALS: template_form.show_proposals,
}


def _named(desk: Desk, piece: notice.Piece) -> phrases.Piece:
    match piece:
        case notice.Addressed(who):
            return phrases.Person(who, name_of(desk, who))
        case notice.Room(channel):
            return phrases.Channel(channel)
        case notice.CaseNamed(number):
            return phrases.Link(f"case {number}", thread_link(desk, number))
        case notice.StormNamed(number):
            return phrases.Link(f"storm {number}", storm_link(desk, number))
        case _:
            return piece


def _reminder(desk: Desk, telling: Telling, seen: CaseView) -> Message:
    its = desk.store.reminder(telling.about)
    newer = desk.store.newest_told(telling.case_id) if telling.ts else its.id
    if newer > its.id:
        return reminder.older_reminder(seen, its, desk.store.reminder(newer))
    direct, promise = telling.kind == TellingKind.DIRECT_REMINDER, its.about.id
    link = thread_link(desk, telling.case_id) if direct else ""
    moments = its.level, its.due_at, its.noted_at
    return thread_messages.reminder(seen, *moments, desk.secret, promise=promise, its=its, direct=direct, link=link)


def _check(desk: Desk, telling: Telling, seen: CaseView) -> Message:
    its = desk.store.claim_check(telling.about)
    if not telling.recipient:
        return claim_check.released(seen, its)
    again = asked_again(seen.case, its, desk.policy.reminders, desk.policy.hours)
    return claim_check.claim_question(seen, its, desk.secret, thread_link(desk, telling.case_id), again)


def _inquiry(desk: Desk, telling: Telling, seen: CaseView) -> Message | None:
    try:
        its = desk.store.inquiry(telling.about)
    except Unknown:  # erased in the meantime
        return None
    if telling.kind == TellingKind.ANSWER:
        return inquiry.answer(seen, its)
    drawn = inquiry.inquiry if telling.kind == TellingKind.INQUIRY else inquiry.late
    return drawn(seen, its, desk.secret, thread_link(desk, telling.case_id))


def _light(desk: Desk, telling: Telling, now: datetime) -> Message:
    """Draw the light mentions of an hour, those first that wait longest."""
    found = desk.store.light_digest(telling.about)
    waiting = seen(desk, desk.store.lights_in(found.id, LightState.WAITING, limit=SHOWN))
    cases = {number: (case, thread_link(desk, number)) for number, case in opened(desk, found.id).items()}
    return light_digest.light_digest(found, waiting, cases, names(desk), secret=desk.secret, now=now)


def _quotes(desk: Desk, telling: Telling, now: datetime) -> Message:
    """Draw the thank-yous of a week that marketing may quote."""
    from bot.blocks.light_lane import thank_you  # noqa: PLC0415 - few desks need it
    from bot.services.light_lane.thank_yous import quotes_of_week  # noqa: PLC0415 - as above

    found = quotes_of_week(desk, telling.about)
    return thank_you.quotes_of_week(telling.about, found, names(desk), now)


def _swap(desk: Desk, telling: Telling, now: datetime) -> Message:
    found = desk.store.swap(telling.about)
    return swaps.swap(found, telling.recipient, names(desk), desk.secret, now)


def _joint(desk: Desk, telling: Telling, now: datetime) -> Message:
    """Draw every text of a draft for several customers."""
    joint = desk.store.joint_draft(telling.about)
    cases = cases_of(desk, joint)
    texts = [view(desk, case, reader_of(telling), now) for case in cases]
    return joint_draft.joint_draft(joint, texts, desk.secret, now, without_variant(desk, cases))


def _holding(desk: Desk, telling: Telling, now: datetime) -> Message:
    """Draw how many a storm's holding reply has told."""
    holding = desk.store.holding_reply(telling.about)
    progress = desk.store.holding_progress(holding)
    progress = replace(progress, not_told=linked(desk, progress.not_told))
    return holding_reply.holding_message(holding, progress, names(desk), secret=desk.secret, now=now)


def _handover(desk: Desk, telling: Telling, now: datetime) -> Message:
    """Draw the cases that people still hold whose turn has ended, the earliest due moment first."""
    found = desk.store.handover(telling.about)
    cases = [(desk.store.case(case_id), who) for case_id, who in found.cases]
    back = at_work(desk, now) & {who for _, who in cases}
    still = [case for case, who in cases if case.assignee == who and who not in back and case.due_at is not None]
    still.sort(key=lambda case: case.due_at or now)
    entries = [(view(desk, case, reader_of(telling), now), thread_link(desk, case.id)) for case in still]
    on = sorted(on_now(desk, now))
    return handover.handover(found, entries, on, names(desk), back=back, secret=desk.secret, now=now)


def _follow_up(desk: Desk, telling: Telling, seen: CaseView) -> Message | None:
    try:
        post = desk.store.mention(telling.about)
        found = desk.store.mention_of(post.ref.network, post.ref.post_id)
        if found and found[1] not in {0, telling.case_id}:
            return thread_messages.moved_on(telling.case_id, found[1])
        return thread_messages.follow_up(seen, post, desk.secret)
    except Unknown:  # erased in the meantime
        return None


_OF_DESK: Mapping[TellingKind, Callable[[Desk, Telling, datetime], Message]] = {
    TellingKind.NOTICE: _notice,
    TellingKind.LIGHT: _light,
    TellingKind.QUOTES: _quotes,
    TellingKind.JOINT: _joint,
    TellingKind.HOLDING: _holding,
    TellingKind.HANDOVER: _handover,
    TellingKind.SWAP: _swap,
    TellingKind.STORM: storm_messages.draw_storm,
    TellingKind.STORM_DESK: storm_messages.draw_storm,
    TellingKind.STORM_PAUSE: storm_messages.draw_storm,
    TellingKind.STORM_OVER: storm_messages.draw_storm,
}
_OF_CASE: Mapping[TellingKind, Callable[[Desk, Telling, CaseView], Message | None]] = {
    TellingKind.CARD: lambda desk, _, seen: card.card(seen, desk.secret),
    TellingKind.MENTION: _follow_up,
    TellingKind.REMINDER: _reminder,
    TellingKind.DIRECT_REMINDER: _reminder,
    TellingKind.CLAIM_CHECK: _check,
    TellingKind.INQUIRY: _inquiry,
    TellingKind.INQUIRY_LATE: _inquiry,
    TellingKind.ANSWER: _inquiry,
    TellingKind.NEWS: told_of_drafts.news,
    TellingKind.DRAFT: told_of_drafts.about_a_draft,
    TellingKind.ASK: told_of_drafts.about_a_draft,
    TellingKind.BACK: told_of_drafts.about_a_draft,
}
