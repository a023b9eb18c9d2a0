"""Offers what we said last time to posts like this one, without anything that was the other customer's."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.base.text import comparable, first_name
from bot.domain.cases.case import Case
from bot.domain.cases.earlier_case import Ending, ending, last_word
from bot.domain.mentions.moved_to_private import to_answer
from bot.domain.replies.past_reply import (
    MOST_ASKED,
    OF_ENDING,
    QUIET,
    Answered,
    CommonWords,
    PastReply,
    addressed_to,
    common_words,
    most_fitting,
    suited_replies,
    with_gaps,
    words_asked_by,
)
from bot.domain.replies.reply_kind import kinds_of, plain_name
from bot.domain.replies.template_order import best_first
from bot.ports import Desk
from bot.services.cases.view import as_called_now
from bot.services.replies.personal_data import personal_data
from bot.services.replies.situation import situation

SHOWN = 3
_LOOKED_AT = 12  # of the most alike, whose ending is read


def past_replies(desk: Desk, case: Case, now: datetime) -> Sequence[PastReply]:
    """Return up to three replies to posts like the one to answer, the most fitting first, by how they ended."""
    asked = to_answer(desk.store.mentions(case.id))
    words = words_asked_by(asked.text)[:MOST_ASKED] if asked else ()
    found = [one for one in desk.store.answered_like(words, case.id) if _in_its_language(one, case)]
    templates = desk.templates.all()
    wanted = [*dict.fromkeys(plain_name(one) for one in best_first(templates, situation(desk, case)))][:SHOWN]

    known: dict[int, frozenset[str]] = {}

    def says(one: Answered) -> frozenset[str]:
        if one.draft not in known:
            known[one.draft] = kinds_of(one.reply, one.template, templates, one.language or case.language)
        return known[one.draft]

    suits = suited_replies(words, found, topic=case.topic, network=case.network, now=now)
    common = common_words(found, desk.policy.vocabulary.all_tongues.plain)
    twice = [one for one in wanted for _ in range(2)]  # so that of each a better ending comes first
    first = most_fitting(suits, twice, says)[:_LOOKED_AT]
    looked_at = [(fit, _ended(desk, fit.one, common, now)) for fit in first]
    safe = {past.draft: past for past in _each_once(past for _, past in looked_at if not personal_data(past.words))}
    ended = [replace(fit, more=fit.more + OF_ENDING[past.ending]) for fit, past in looked_at if past.draft in safe]
    return [safe[fit.one.draft] for fit in most_fitting(ended, wanted, says)][:SHOWN]


def past_start(desk: Desk, case: Case, draft: int, now: datetime) -> PastReply:
    """Return a past reply with the name of this case's customer; raise Unknown where it is not offered any more."""
    for one in past_replies(desk, case, now):
        if one.draft == draft:
            author = as_called_now(desk, case).author
            return replace(one, words=addressed_to(one.words, first_name(author.name, author.handle), case.language))
    raise Unknown("That reply is not offered any more. Please pick another one, or write freely.")


def _in_its_language(one: Answered, case: Case) -> bool:
    return not (one.language and case.language) or one.language == case.language


def _ended(desk: Desk, one: Answered, common: CommonWords, now: datetime) -> PastReply:
    case = replace(desk.store.case(one.case), answered_at=one.at)
    last = last_word(case, desk.store.mentions(one.case))
    how = ending(case, last, desk.store.triage(last.id) if last else None)
    if how == Ending.SILENT and now - one.at < QUIET:
        how = Ending.UNANSWERED  # nobody knows yet
    return PastReply(
        draft=one.draft,
        case=one.case,
        words=with_gaps(one, common),
        at=one.at,
        ending=how,
        ended_at=last.posted_at if last else None,
        network=one.network,
        topic=one.topic,
        template=one.template,
    )


def _each_once(found: Iterator[PastReply]) -> Iterator[PastReply]:
    seen: set[str] = set()
    for one in found:
        if (words := comparable(one.words)) not in seen:
            seen.add(words)
            yield one
