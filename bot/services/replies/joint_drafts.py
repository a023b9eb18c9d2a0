"""One writer's words for several customers: offered, written for each, approved or sent back together."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.base.refusals import NotUsable, Outdated, Refusal
from bot.domain.base.tables import EDITABLE, OURS, DraftState
from bot.domain.base.text import comparable
from bot.domain.cases.case import Case
from bot.domain.replies.draft import DraftKind
from bot.domain.replies.joint_draft import (
    NOBODY_ELSE,
    TOGETHER,
    AlsoOffered,
    JointDraft,
    LeftOut,
    ShownText,
    Sibling,
    personalised,
)
from bot.domain.replies.repeats import LATELY, same_words
from bot.domain.team.languages import tongue
from bot.ports import Desk, TemplateLike
from bot.services.cases.casework import claim
from bot.services.cases.view import as_called_now
from bot.services.replies import review
from bot.services.replies.reply_form import fitting, template_text
from bot.services.replies.why_no_answer import why_no_answer
from bot.services.team.access import name_of

OFFERED = 10  # as many as one group of checkboxes has
NAMED = 5  # of those who cannot be offered
ALONG = "also"  # the field of the form that chooses the others


def why_not_along(desk: Desk, case: Case, *, by: str) -> str:
    """Return why somebody's words for another customer cannot be for this one too, or ""."""
    if case.state not in OURS:
        return "it waits for no answer of ours"
    if case.assignee not in {"", by}:
        return f"{name_of(desk, case.assignee)} holds it"
    draft = case.draft
    if draft is not None and draft.live and not _is_theirs(draft.authors, draft.state, by):
        return "it has a draft already"
    return why_no_answer(desk, case)


def offered_along(desk: Desk, case: Case, chosen: Sequence[int], *, by: str) -> AlsoOffered:
    """Return other customers under the same public post whom a reply can be for, too, those chosen already first."""
    if case.private or (case.draft and case.draft.live and case.draft.kind != DraftKind.REPLY):
        return NOBODY_ELSE
    free = [*dict.fromkeys([*chosen, *desk.store.siblings_to_answer(case, by, OFFERED + 1)])]
    held = desk.store.siblings_to_answer(case, by, NAMED, held=True) if free else ()
    found = [sibling(desk, one, by=by) for one in desk.store.cases([*free[:OFFERED], *held])]
    able = [one for one in found if not one.why_not]
    return AlsoOffered(first=able, more=len(free) > OFFERED, held=[one for one in found if one.why_not])


def sibling(desk: Desk, case: Case, *, by: str) -> Sibling:
    """Return another customer's case for the form."""
    named = as_called_now(desk, case).author
    why_not = why_not_along(desk, case, by=by)
    return Sibling(case.id, named.name or f"@{named.handle}", language=case.language, why_not=why_not)


def _is_theirs(authors: Sequence[str], state: DraftState, by: str) -> bool:
    return set(authors) == {by} and state in EDITABLE


def submit_together(
    desk: Desk, case_id: int, words: review.Words, along: Sequence[int], *, by: str, at: datetime
) -> int:
    """Submit words on one case, and the same for the customers of others in words of their own; return the row.

    All or none. Each gets a draft with an approval of its own; one message asks for all of them. Raises NotUsable
    naming the field, or Outdated.
    """
    first = desk.store.case(case_id)
    cases = desk.store.cases([one for one in dict.fromkeys(along) if one != case_id])
    _refuse_strangers(first, cases)
    texts = _texts(desk, first, cases, words, by=by, at=at)
    for case, its in zip(cases, texts, strict=True):
        review.weigh(desk, case, its.text, by)
    with desk.store.transaction():
        submitted = review.submit(desk, case_id, words, by=by, at=at, told=False)
        to = submitted.draft.asked if submitted.draft else ""
        drafts = [
            submitted,
            *(_along(desk, case.id, its, to, by=by, at=at) for case, its in zip(cases, texts, strict=True)),
        ]
        rows = [one.draft.id for one in drafts if one.draft]
        return desk.store.add_joint_draft(case_id, rows, channel=first.channel, by=by, at=at, asked=to)


def _refuse_strangers(first: Case, cases: Sequence[Case]) -> None:
    where = (first.network, first.account, first.root_id)
    for case in cases:
        if (case.network, case.account, case.root_id) != where or case.author.id == first.author.id:
            raise NotUsable(
                f"Case {case.id} is not of another customer under the same post. Please take it out.", ALONG
            )


def _along(desk: Desk, case_id: int, words: review.Words, to: str, *, by: str, at: datetime) -> Case:
    case = desk.store.case(case_id)
    if why := why_not_along(desk, case, by=by):
        raise NotUsable(f"Case {case_id} cannot be answered along: {why}. Please take it out.", ALONG)
    if not case.assignee:
        claim(desk, case_id, by=by, at=at)
    return review.submit(desk, case_id, words, by=by, at=at, told=False, to=to)


def _texts(
    desk: Desk, first: Case, cases: Sequence[Case], words: review.Words, *, by: str, at: datetime
) -> list[review.Words]:
    """Return each customer's own words; raise NotUsable for the first that could not be sent."""
    said, found = [review.as_it_goes_out(words.text)], list[review.Words]()
    for case in cases:
        own = _own_words(desk, first, case, words, by=by)
        own = replace(own, text=unlike(own.text, case, said))
        _refuse_unless_sendable(desk, case, own.text, at)
        said.append(own.text)
        found.append(own)
    if sum(map(len, said)) > TOGETHER:
        raise NotUsable("Together these texts are too long for one message. Please take some of them out.", ALONG)
    return found


def _own_words(desk: Desk, first: Case, case: Case, words: review.Words, *, by: str) -> review.Words:
    """Return the words for another customer: their template if it is unedited, else with their own name."""
    draft = case.draft if case.draft and case.draft.live else None
    replaces = draft.version if draft else 0
    template = in_language(fitting(desk, case), words.template, case.language)
    base = template_text(desk, case, template, words.facts, by=by) if template else ""
    if template and review.as_it_goes_out(words.text) == review.as_it_goes_out(words.template_text):
        text = review.as_it_goes_out(base)
    else:
        text = personalised(
            review.as_it_goes_out(words.text), as_called_now(desk, first).author, as_called_now(desk, case).author
        )
    spoken = words.spoken if words.spoken and words.spoken.phrase in text else None
    return replace(
        words, text=text, template=template, template_text=base, replaces=replaces, newest=None, spoken=spoken
    )


def in_language(templates: Iterable[TemplateLike], name: str, language: str) -> str:
    """Return the name of the same template in another language ("sorry", "sorry_de"); `name` where there is none."""
    every = {one.name: one for one in templates}
    chosen, wanted = every.get(name), tongue(language)
    if chosen is None or not wanted or tongue(chosen.language) == wanted:
        return name
    stem = name.removesuffix(f"_{chosen.language}")
    found = [one for one in (f"{stem}_{wanted}", stem) if one in every and tongue(every[one].language) == wanted]
    return found[0] if found else name


def unlike(text: str, case: Case, said: Sequence[str]) -> str:
    """Return a text that no other customer gets: networks refuse repeated words, and people see them."""
    same = {comparable(one).strip() for one in said}
    handle = case.author.handle.lstrip("@")
    return f"{text} @{handle}" if handle and comparable(text).strip() in same else text


def _refuse_unless_sendable(desk: Desk, case: Case, text: str, at: datetime) -> None:
    _, own = desk.store.sent_since(case.id, case.network, case.account, at - LATELY)
    if same_words(text, own):
        raise NotUsable(f"Case {case.id} got these words already. Please take it out.", ALONG)
    try:
        review.words_to_send(desk, case, text, at)
    except NotUsable as refusal:
        raise NotUsable(f"Case {case.id}: {refusal.sentence}", ALONG) from None


# --- decided together ---------------------------------------------------------------------------------------


def waits_for_approval(desk: Desk, joint_id: int) -> bool:
    """Return whether a text of a joint draft waits for approval."""
    return any(
        one.draft is not None and one.draft.state == DraftState.IN_REVIEW
        for one in cases_of(desk, desk.store.joint_draft(joint_id))
    )


def cases_of(desk: Desk, joint: JointDraft) -> list[Case]:
    """Return the cases of a joint draft, each as of its draft there."""
    return [desk.store.case_at_draft(one) for one in joint.drafts]


def approve_together(desk: Desk, shown: Sequence[ShownText], *, by: str, at: datetime) -> list[LeftOut]:
    """Approve each of these texts by itself, as it was shown; return those that were left out.

    Each approval is a commit of its own: after a kill the others still wait. Raises the refusal where none could be
    approved.
    """
    left: list[tuple[LeftOut, Refusal]] = []
    for one in shown:
        try:
            review.approve(
                desk, one.draft, version=one.version, seen=one.seen, by=by, at=at, still_right=False, shown=one.mark
            )
        except Refusal as refusal:
            left.append((LeftOut(desk.store.case_at_draft(one.draft).id, refusal.sentence), refusal))
    return _unless_all([found for found, _ in left], [refusal for _, refusal in left], len(shown))


def send_back_together(desk: Desk, shown: Sequence[ShownText], note: str, *, by: str, at: datetime) -> list[LeftOut]:
    """Send each of these texts back to its writer, who is told once; return those that were left out."""
    left: list[tuple[LeftOut, Refusal]] = []
    told = True
    for one in shown:
        try:
            review.request_changes(desk, one.draft, note, version=one.version, by=by, at=at, told=told)
            told = False
        except NotUsable:
            raise
        except Refusal as refusal:
            left.append((LeftOut(desk.store.case_at_draft(one.draft).id, refusal.sentence), refusal))
    return _unless_all([found for found, _ in left], [refusal for _, refusal in left], len(shown))


def _unless_all(left: list[LeftOut], refusals: Sequence[Refusal], of: int) -> list[LeftOut]:
    if not of:
        raise Outdated("None of these texts waits for a decision any more.")
    if len(left) == of:
        raise refusals[0]
    return left
