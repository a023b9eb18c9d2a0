"""Further lines of a card: note, posting by hand, a moved due moment, deleted posts, privacy."""

from datetime import datetime

from bot.blocks.base import limits
from bot.blocks.base.parts import shortened
from bot.blocks.base.phrases import Phrase
from bot.blocks.base.wording import LOCK, PRIORITIES, network, segment, teammate, who_waits
from bot.blocks.cases.inquiry import awaited
from bot.blocks.cases.same_person import also_lines
from bot.blocks.do_not_feed.impostor import hides_triage, impostor_lines
from bot.blocks.mentions.hiding import hiding_lines
from bot.blocks.triage.reasons import triage_line
from bot.domain.base.tables import OURS, UNDECIDED
from bot.domain.cases.case import WhyMoved
from bot.domain.cases.redacted import HIDDEN
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Answerable, Side


def circumstances(view: CaseView) -> list[Phrase]:
    """Return one phrase per line."""
    return [
        *([] if hides_triage(view) else triage_line(view)),
        *impostor_lines(view),
        *also_lines(view),
        *_folded(view),
        *_merged(view),
        *_note(view),
        *awaited(view),
        *_by_a_person(view),
        *answer_window(view),
        *_moved_due(view),
        *_deleted(view),
        *hiding_lines(view),
        *_shown_by_author(view),
        *_private(view),
    ]


def _folded(view: CaseView) -> list[Phrase]:
    """Return that the case is folded, so that nobody is reminded of it by itself."""
    if not view.case.storm:
        return []
    return [[f"folded into storm {view.case.storm}: answered with the others there; claim it to have it by itself"]]


def _note(view: CaseView) -> list[Phrase]:
    """Return the note to the assignee from the person who assigned the case."""
    case = view.case
    if not case.assignee or not case.assigned_note:
        return []
    return [[f"note from {teammate(view, case.assigned_by)}: {shortened(case.assigned_note, limits.REASON)}"]]


def _merged(view: CaseView) -> list[Phrase]:
    """Return which cases of the same customer were merged into this one."""
    cases = ", ".join(str(one) for one in view.merged)
    return [[f"with case{'s' if len(view.merged) > 1 else ''} {cases} of the same customer"]] if cases else []


def _by_a_person(view: CaseView) -> list[Phrase]:
    """Return why an approved reply has to be posted by hand, so that people know before they write it."""
    theirs = [one for one in view.mentions if one.side == Side.THEIRS and one.deleted_at is None]
    if not _is_to_answer(view) or not theirs:
        return []
    if any(one.answerable != Answerable.NO for one in theirs):
        return []
    return [[f"a reply has to be posted by hand here. {theirs[-1].why_not}".rstrip(". ")]]


def answer_window(view: CaseView) -> list[Phrase]:
    """Return until when the network takes an answer from an app, in words that stay true after that moment."""
    until = view.answerable_until
    if until is None or not _is_to_answer(view):
        return []
    return [[f"{view.network_label} lets apps answer until ", until, "; after that a reply is posted by hand"]]


def _is_to_answer(view: CaseView) -> bool:
    """Return whether the case waits for us, and nobody has decided on a reply."""
    draft = view.case.draft
    return view.case.state in OURS and (draft is None or not draft.live or draft.state in UNDECIDED)


def _moved_due(view: CaseView) -> list[Phrase]:
    """Return why the due moment has changed, until it has passed."""
    case = view.case
    if not case.moved or case.due_at is None or view.now > case.due_at:
        return []
    return [["due time moved to ", case.due_at, f": {_because(view)}"]]


def _because(view: CaseView) -> str:
    if view.case.moved == WhyMoved.PRIORITY:
        return f"now {PRIORITIES[view.case.priority]}"
    if view.case.moved == WhyMoved.SEGMENT:
        return f"now {segment(view)}" if view.case.segment else "no longer in a segment"
    return "the desk's hours or promises changed"


def _private(view: CaseView) -> list[Phrase]:
    if view.hidden:
        return [[f"{LOCK} {HIDDEN}"]]
    reaches = (
        f"a reply reaches {who_waits(view.case)} and nobody else" if view.reply_is_private else "a reply is public"
    )
    if asked := view.case.asked_privately_at:
        return [_waits_for_message(view, asked)]
    if went := view.went_private:
        also = f"; it may be about case {view.also_asked[0]}, where we asked for one, too" if view.also_asked else ""
        return [[f"{LOCK} went on in private messages at ", went.posted_at, f": {reaches}{also}"]]
    if view.answered_privately:
        return [[f"{LOCK} answered in a private message: nobody else sees an answer; {reaches}"]]
    return [[f"{LOCK} in private messages: {reaches}"]] if view.case.private else []


def _waits_for_message(view: CaseView, asked: datetime) -> Phrase:
    """Return that a private message was asked for, where it will come, and what to do when none came for days."""
    elsewhere = "" if view.reads_messages else f"; the message comes on {network(view)} itself, not here"
    silent = view.case.private_silence_at
    nothing: Phrase = [", and nothing came by ", silent, ": write once more, or call it solved"] if silent else []
    return ["asked to write privately at ", asked, elsewhere, *nothing]


def _shown_by_author(view: CaseView) -> list[Phrase]:
    """Return what the customer's own post shows to everybody, by kind: nobody repeats it, and they can delete it."""
    if not view.shown_by_author:
        return []
    them = who_waits(view.case)
    return [[f"the post shows everybody {view.shown_by_author}: ask {them} to delete it, and do not repeat it"]]


def _deleted(view: CaseView) -> list[Phrase]:
    if view.case.deleted_at is None:
        return []
    draft = view.case.draft
    hold = ". Drafts are on hold" if draft is not None and draft.live else ""
    return [[f"{who_waits(view.case)} deleted the post at ", view.case.deleted_at, hold]]
