"""Messages of ended requests and older versions: they stay readable and say the outcome, without buttons."""

from collections.abc import Mapping, Sequence

from bot.blocks.base import limits, parts
from bot.blocks.base.phrases import Bold, Phrase, as_line, joined, quotation
from bot.blocks.base.wording import display_name, draft_noun, teammate, who_waits
from bot.blocks.replies import draft_text
from bot.blocks.replies.changes_since_draft import aloud
from bot.domain.base.tables import CaseVerb, DraftVerb, FactVerb
from bot.domain.cases.view import CaseView
from bot.domain.replies.draft import Draft
from bot.domain.replies.requests import Ask
from bot.ports.chat import Message


def version(view: CaseView, its: Ask, text: str, authors: Sequence[str]) -> Message:
    """Draw an older version of a draft in the thread: its words, the requested changes, and what replaced it."""
    draft = view.case.draft
    noun = draft_noun(draft) if draft else "draft"
    head: Phrase = [
        Bold(f"{_names(view, authors)}'s {noun}, version {its.version}"),
        f"   for {who_waits(view.case)}",
    ]
    line = [
        f"Case {view.case.id}: {_names(view, authors)}'s {noun}, version {its.version}, for {who_waits(view.case)}."
    ]
    return _message(view, head, line, text, became(view, its, ""))


def ended_request(view: CaseView, its: Ask, text: str, authors: Sequence[str], instead: str = "") -> Message:
    """Draw the direct message of a request to approve that has ended.

    `instead`: who was asked next, when the request was passed on.
    """
    draft = view.case.draft
    what = draft_text.subject(view, draft) if draft else "a reply"
    who = _names(view, [one for one in authors if one != its.asked] or authors)
    asked: Phrase = [f"{who} asked you to approve {what}, case {view.case.id}, version {its.version}."]
    return _message(view, asked, asked, text, became(view, its, its.asked, instead))


def came_back(view: CaseView, its: Ask, text: str, *, newest: bool) -> Message:
    """Draw the direct message that gave a draft back to its writer, once there is a newer version.

    The `newest` of these messages also shows the later outcome of the draft.
    """
    draft = view.case.draft
    what = draft_text.yours(view, draft) if draft else "Your draft"
    head: Phrase = [f"{what}, case {view.case.id}, version {its.version}."]
    follows = draft_text.outcome(view, draft) if draft and newest else []
    return _message(view, head, head, text, joined([became(view, its, ""), follows], " "))


def _message(view: CaseView, head: Phrase, line: Phrase, text: str, said: Phrase) -> Message:
    quote = [parts.quote(text, limits.WORDS)] if text.strip() else []
    words: Phrase = [aloud(text)] if text.strip() else []
    blocks = [parts.rich(parts.line(head, view.now), *quote), parts.rich(parts.line(said, view.now))]
    return limits.fit(
        Message(text=as_line(joined([line, words, said], " "), view.now), kept_to=view.kept_to, blocks=blocks)
    )


def became(view: CaseView, its: Ask, reader: str, instead: str = "") -> Phrase:
    """Return the outcome of a request, addressed to `reader` ("": to everybody), and what replaced it."""
    return joined([_ended(view, its, reader, instead), _after(view, its)], " ")


def _ended(view: CaseView, its: Ask, reader: str, instead: str) -> Phrase:
    if its.ended_at is None:
        return []
    who = "You" if reader and its.ended_by == reader else teammate(view, its.ended_by)
    if its.ended == DraftVerb.REQUEST_CHANGES:
        asked: Phrase = [f"{who} asked for changes at ", its.ended_at]
        return [*asked, "." if view.hidden else f": {quotation(parts.shown(its.note, limits.FIELD))}"]
    if its.passed_on:
        return _passed_on(view, its, reader, instead)
    done = _DID.get(its.ended)
    who = who[:1].upper() + who[1:]
    return [f"{who} {done} at ", its.ended_at, "."] if done else []


def _passed_on(view: CaseView, its: Ask, reader: str, instead: str) -> Phrase:
    whom = teammate(view, instead) if instead else "somebody else"
    if its.ended_by == its.asked:
        who = "You" if reader == its.asked else teammate(view, its.asked)
        return [f"{who} passed it on at ", its.ended_at or view.now, f", so {whom} was asked."]
    do = " You need not do anything; “See draft” on the card still lets you decide." if reader else ""
    return [f"{whom[:1].upper()}{whom[1:]} was asked at ", its.ended_at or view.now, f".{do}"]


def _after(view: CaseView, its: Ask) -> Phrase:
    draft = view.case.draft
    newer = _newer(draft, its)
    return [f"Version {newer} took its place."] if newer else []


def _newer(draft: Draft | None, its: Ask) -> int:
    return its.version + 1 if draft and draft.id == its.draft and draft.version > its.version else 0


def writer_names(known: Mapping[str, str], people: Sequence[str]) -> str:
    """Return people's names as a list in words: "Ana", or "Ana and Ben"."""
    called_so = [display_name(known, one) for one in people] or ["a teammate"]
    return called_so[0] if len(called_so) == 1 else f"{', '.join(called_so[:-1])} and {called_so[-1]}"


def _names(view: CaseView, people: Sequence[str]) -> str:
    return writer_names(view.names, people)


_DID: Mapping[str, str] = {
    DraftVerb.APPROVE: "approved it",
    DraftVerb.EDIT: "changed the words",
    DraftVerb.WITHDRAW: "withdrew it",
    DraftVerb.MISMATCH: "took it back",
    CaseVerb.SOLVE: "called the case solved",
    CaseVerb.DISMISS: "set the case aside",
    CaseVerb.CLOSE: "closed the case",
    FactVerb.APPROVER_ASKED: "asked somebody else",
}
