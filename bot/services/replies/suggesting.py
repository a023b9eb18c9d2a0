"""Asks a machine for a first version of a reply, and keeps its words for the person who asked; or for a translation.

Its words are never sent, submitted or put into a form by the desk: a person begins with them, as with a past reply
(starting_texts.py), and from then on they are a draft like any other.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, replace
from datetime import datetime
from functools import partial

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.text import first_name, visible
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.moved_to_private import to_answer
from bot.domain.replies.draft import Draft, DraftKind
from bot.domain.replies.origins import OriginKind, StartingText, TextOrigin
from bot.domain.replies.past_reply import addressed_to
from bot.domain.replies.seen_mark import conversation_mark
from bot.domain.replies.suggestion import ReplyWanted, Suggestion, TranslatedText, posts_told, usable_words
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.ports.suggests import NoSuggestion, Suggests
from bot.services.cases.view import as_called_now
from bot.services.replies.reply_form import SUGGESTED, ReplyForm
from bot.services.replies.starting_texts import begin_with, remember_machine

log = logging.getLogger(__name__)

_NOT_TOLD = "The machine is not told of this case: what it may be told stands in [suggestions]. Please write freely."


def may_be_told(desk: Desk, case: Case, mentions: Sequence[Mention]) -> bool:
    """Return whether a machine may be told of a case: where there is one, as the policy says."""
    policy = desk.policy.suggestions
    return desk.suggests is not None and policy is not None and policy.may_tell(case, mentions)


def begin_asking(desk: Desk, case_id: int, purpose: str, *, by: str, at: datetime) -> Sequence[Mention]:
    """Write down that a machine is told of a case, and return its posts; raise NotUsable where it may not be."""
    case = desk.store.case(case_id)
    mentions = desk.store.mentions(case_id)
    if desk.suggests is None or not may_be_told(desk, case, mentions):
        raise NotUsable(_NOT_TOLD)
    desk.store.note("machine_asked", by, at, {"case": case_id, "machine": desk.suggests.name, "purpose": purpose})
    return mentions


def suggested(desk: Desk, case_id: int, mentions: Sequence[Mention]) -> Suggestion:
    """Call the machine, and return its words for this conversation, or why there are none. It takes its time."""
    case = desk.store.case(case_id)
    mark, machine = conversation_mark(case, mentions), _machine(desk)
    try:
        words = _answer(machine, lambda: machine.first_version(_wanted(desk, case, mentions)))
    except NoSuggestion as why:
        return no_suggestion(desk, case_id, mentions, why.sentence)
    author = as_called_now(desk, case).author
    return Suggestion(addressed_to(words, first_name(author.name, author.handle), case.language), machine.name, mark)


def no_suggestion(desk: Desk, case_id: int, mentions: Sequence[Mention], why: str) -> Suggestion:
    """Return that there are no words for this conversation, and why."""
    return Suggestion("", _machine(desk).name, conversation_mark(desk.store.case(case_id), mentions), why)


def _answer(machine: Suggests, ask: Callable[[], str]) -> str:
    """Return the words of an answer; raise NoSuggestion, whatever a machine's client that others wrote may do."""
    try:
        words = usable_words(ask())
    except NoSuggestion:
        raise
    except Exception as trouble:  # noqa: BLE001 - its words may contain a customer's, so the log gets the kind alone
        log.warning("suggesting.broken kind=%s", type(trouble).__name__)
        words = ""
    if not words:
        raise NoSuggestion(f"{machine.name} gave no usable words.")
    return words


def _machine(desk: Desk) -> Suggests:
    if desk.suggests is None:
        raise NotUsable(_NOT_TOLD)
    return desk.suggests


def _wanted(desk: Desk, case: Case, mentions: Sequence[Mention]) -> ReplyWanted:
    policy, network = desk.policy.suggestions, desk.networks.get((case.network, case.account))
    length = network.lengths("", case.author) if network else None
    return ReplyWanted(
        conversation=posts_told(mentions, private=policy is not None and policy.private),
        brand=desk.policy.brand_of(case.network, case.account),
        network=network_label(case.network),
        limit=min((one.limit for one in length), default=0) if length else 0,
    )


def keep_suggestion(desk: Desk, case_id: int, found: Suggestion, *, by: str, at: datetime) -> None:
    """Keep a machine's answer beside somebody's unfinished reply, unless the conversation changed meanwhile."""
    with desk.store.transaction():
        if found.seen == conversation_mark(desk.store.case(case_id), desk.store.mentions(case_id)):
            kept = dict(desk.store.saved_words(case_id, by))
            desk.store.save_words(case_id, by, {**kept, SUGGESTED: json.dumps(astuple(found))}, at)
            if found.words:
                remember_machine(desk, case_id, _start(found), by=by, at=at)


def kept_suggestion(desk: Desk, case: Case, mentions: Sequence[Mention], *, by: str) -> Suggestion | None:
    """Return what a machine answered to this person about this state of the conversation."""
    stored = desk.store.saved_words(case.id, by).get(SUGGESTED)
    found = Suggestion(*json.loads(stored)) if stored else None
    return found if found and found.seen == conversation_mark(case, mentions) else None


def begin_with_suggestion(desk: Desk, case: Case, form: ReplyForm, *, by: str, at: datetime) -> ReplyForm:
    """Return the form with the machine's words, marked as its own; raise Outdated if they are not there any more."""
    found = kept_suggestion(desk, case, desk.store.mentions(case.id), by=by)
    if found is None or not found.words:
        raise Outdated("Something was said since the machine was asked. Please ask it again, or write freely.")
    begun = begin_with(desk, case, replace(form, past=0), _start(found), by=by, at=at)
    with desk.store.transaction():
        desk.store.case(case.id)  # its lock, as in reply_form.keep
        kept = {name: one for name, one in desk.store.saved_words(case.id, by).items() if name != SUGGESTED}
        desk.store.save_words(case.id, by, kept, at)
    return begun


def _start(found: Suggestion) -> StartingText:
    return StartingText(found.words, TextOrigin(OriginKind.MACHINE, found.machine))


def translations(desk: Desk, case: Case, mentions: Sequence[Mention]) -> tuple[Sequence[TranslatedText], str]:
    """Call the machine for the post to answer and for the live draft; return what it gave, and why not all of it."""
    policy, machine, found = desk.policy.suggestions, _machine(desk), list[TranslatedText]()
    if policy is None:
        return (), _NOT_TOLD
    try:
        for ours, text in _to_translate(case, mentions, private=policy.private):
            words = _answer(machine, partial(machine.translation, text, policy.into))
            found.append(TranslatedText(ours, text, words, machine.name, policy.into))
    except NoSuggestion as why:
        return found, why.sentence
    return found, ""


def _to_translate(case: Case, mentions: Sequence[Mention], *, private: bool) -> Iterator[tuple[bool, str]]:
    answered, draft = to_answer(mentions), case.draft
    for one in posts_told([answered] if answered else [], private=private):
        yield False, one.text
    if draft and draft.live and draft.text.strip() and (private or not _is_private(draft, mentions)):
        yield True, visible(draft.text)


def _is_private(draft: Draft, mentions: Sequence[Mention]) -> bool:
    """Return whether a draft answers in private; since then the customer may have written in public."""
    answered = next((one for one in mentions if one.id == draft.target_mention), None)
    return draft.kind == DraftKind.PRIVATE or answered is None or answered.private
