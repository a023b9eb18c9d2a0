"""The content of the reply form: template, facts and words, stored by the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime

from bot.domain.base.moments import is_ahead, micros
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotUsable
from bot.domain.base.tables import EDITABLE
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.moved_to_private import to_answer
from bot.domain.promises.spoken_promise import Spoken, recognised, when
from bot.domain.replies.draft import Draft, DraftKind
from bot.domain.replies.draft_checks import WHILE_TYPED, placeholder
from bot.domain.replies.parts import ONE
from bot.domain.replies.sentences import LATELY
from bot.domain.replies.template_facts import Occasion, known_template_facts
from bot.domain.replies.template_order import best_first
from bot.ports import Desk, TemplateLike
from bot.ports.network_kind import network_kind, network_label
from bot.services.cases.view import as_called_now, remarks
from bot.services.replies.after_return import told_after_return
from bot.services.replies.situation import situation
from bot.services.team.access import name_of
from bot.services.team.languages import no_approver_reads

_FACT = "fact."
_LANE, _WHY = "lane", "why"
_ALSO = "also"  # numbers of cases
_PRIVATELY = "privately"
_IN_PARTS = "in_parts"
_NOTE = "note"  # the note to the assignee
STARTS = "starts"  # what the words were begun with (starting_texts.py)
SUGGESTED = "suggested"  # what a machine answered (suggesting.py)
READ = "read"  # all that machines answered, whether somebody began with it or not (starting_texts.py)
_DRAFT, _VERSION = "draft", "version"
_PRESSED, _OPENED, _CLOSED = "pressed", "opened", "closed"  # the press that was stored, and its form
_BLOCK = "block"  # id of the words' input
_BY_WHEN = "by_when"  # the template fact of the promised moment


@dataclass(frozen=True, slots=True)
class Stand:
    """The state of a case's drafts: the newest one's row (0: none), and its version while it can be edited."""

    draft: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class Press:
    """The moment of a press in a form, and the form's own, which tells it from others; both in microseconds.

    Slack may deliver presses in another order than they were made, and to several desks at the same time.
    """

    at: int = 0  # by Slack's clock; 0: the form was sent or closed
    opened: int = 0  # by the desk's clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyForm:
    """The state of the form: its content, and the draft that it replaces."""

    words: str = ""
    template: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    began: Stand = Stand()  # the drafts when these words were begun
    shown: Stand = Stand()  # the drafts when this form was opened: its words replace that version only
    lane: str = ""  # the lane chosen so far, while nobody else can approve
    why: str = ""  # the reason why it cannot wait
    prepared: bool = False  # the words are the unedited template with these facts, so more facts fill them
    notes: tuple[str, ...] = ()
    privately: bool = False  # the words answer a public post by a private message
    in_parts: bool = False  # the words go out in parts if they are too long for one post
    past: int = 0  # the draft to somebody else with whose words this form was filled; 0: none
    also: tuple[int, ...] = ()  # cases of other customers who get these words, too, with their own names
    press: Press = Press()  # the press that reported this content
    block: str = ""  # id of the input of its words, as it is drawn

    @property
    def overtaken(self) -> bool:
        """Return whether the form was opened on a newer draft than its words were begun on."""
        return self.began != self.shown


def drafts_now(case: Case) -> Stand:
    """Return the state of a case's drafts now."""
    draft = case.draft
    return Stand(draft.id, draft.version if draft.live else 0) if draft else Stand()


def spoken_in(desk: Desk, form: ReplyForm, at: datetime) -> Spoken | None:
    """Return the moment promised in the words, or by the fact `by_when`."""
    zone, given = desk.policy.hours.zone, form.facts.get(_BY_WHEN, "").strip()
    found = recognised(form.words, at, zone)
    return found or (when(given, at, zone) if given and given in form.words else None)


def first_form(
    desk: Desk, case: Case, *, by: str, at: datetime, template: str = "", privately: bool = False
) -> ReplyForm:
    """Return the form's first content: this person's unfinished words, the live draft, the `template`, or nothing.

    `privately`: the words shall answer a public post by a private message; so do unfinished ones that were begun so.
    """
    stand, kept = drafts_now(case), desk.store.saved_words(case.id, by)
    if kept.get("words"):
        left = _left(kept)
        left = replace(left, shown=stand, privately=left.privately or privately)
        return noted(desk, case, left, by=by, now=at)
    draft = case.draft if case.draft and case.draft.live else None
    if draft is None and template:
        return filled(desk, case, ReplyForm(template=template, began=stand, shown=stand), by=by, at=at)
    form = ReplyForm(words=draft.rest, template=draft.template, facts=draft.facts) if draft else ReplyForm()
    privately = draft.kind == DraftKind.PRIVATE if draft else privately
    form = replace(form, in_parts=draft is not None and draft.split != ONE)
    form = replace(form, prepared=_unedited(desk, case, form, by), also=_drafted_together(desk, case, by))
    return noted(desk, case, replace(form, privately=privately, began=stand, shown=stand), by=by, now=at)


def _drafted_together(desk: Desk, case: Case, by: str) -> tuple[int, ...]:
    """Return the other cases whose drafts this person wrote together with this one, and can still write again."""
    joint = desk.store.joint_of(case.draft.id) if case.draft and case.draft.live else 0
    drafts = desk.store.joint_draft(joint).drafts if joint else ()
    others = [found for one in drafts if (found := desk.store.case_at_draft(one)).id != case.id]
    return tuple(one.id for one in others if one.draft and one.draft.state in EDITABLE and one.assignee in {"", by})


def _unedited(desk: Desk, case: Case, form: ReplyForm, by: str) -> bool:
    try:
        return bool(form.template) and form.words == _as_in(desk, case, form, by=by)
    except NotUsable:
        return False


def _left(kept: Mapping[str, str]) -> ReplyForm:
    return ReplyForm(
        words=kept["words"],
        template=kept.get("template", ""),
        facts={key.removeprefix(_FACT): value for key, value in kept.items() if key.startswith(_FACT)},
        began=Stand(int(kept.get(_DRAFT, 0)), int(kept.get(_VERSION, 0))),
        lane=kept.get(_LANE, ""),
        why=kept.get(_WHY, ""),
        privately=_PRIVATELY in kept,
        in_parts=_IN_PARTS in kept,
        also=tuple(map(int, kept.get(_ALSO, "").split())),
    )


def filled(desk: Desk, case: Case, form: ReplyForm, *, by: str, at: datetime) -> ReplyForm:
    """Return the form with the words of its template, filled with its facts; the other fields stay."""
    words = _as_in(desk, case, form, by=by)
    return noted(desk, case, replace(form, words=words, prepared=True, past=0), by=by, now=at)


def with_template_facts(desk: Desk, case: Case, form: ReplyForm, *, by: str, at: datetime) -> ReplyForm:
    """Return the form with its facts filled in: into the template, or into the placeholders of edited words."""
    if form.prepared:
        return filled(desk, case, form, by=by, at=at)
    words = form.words
    for fact in _asked(desk, form.template):
        words = words.replace(placeholder(fact), " ".join(form.facts.get(fact, "").split()) or placeholder(fact))
    return noted(desk, case, replace(form, words=words), by=by, now=at)


def needed(desk: Desk, form: ReplyForm) -> tuple[str, ...]:
    """Return the facts that the form's words contain or have a placeholder for; the others are not needed."""
    given = {
        fact: " ".join(form.facts.get(fact, "").split()) or placeholder(fact) for fact in _asked(desk, form.template)
    }
    return tuple(fact for fact, words in given.items() if words in form.words or placeholder(fact) in form.words)


def refuse_gaps(desk: Desk, form: ReplyForm) -> None:
    """Raise NotUsable for the first missing fact with a placeholder in the words."""
    for fact, question in _asked(desk, form.template).items():
        if placeholder(fact) in form.words:
            raise NotUsable(
                f"Please fill this in: the reply still says {placeholder(fact)} there. ({question})", fact
            )


def _asked(desk: Desk, template: str) -> Mapping[str, str]:
    return next((one.asks for one in desk.templates.all() if one.name == template), {})


def _as_in(desk: Desk, case: Case, form: ReplyForm, *, by: str) -> str:
    return template_text(desk, case, form.template, form.facts, words=form.words, by=by)


def template_text(
    desk: Desk, case: Case, template: str, facts: Mapping[str, str], *, words: str = "", by: str
) -> str:
    """Return a template's words for this case; raise NotUsable if it no longer exists.

    A sentence with several ways is said as in `words`, a draft begun with it, else as least of our replies say it.
    """
    if not template:
        return ""
    answered = to_answer(desk.store.mentions(case.id))
    account = _account_of(case, answered)
    here = Occasion(
        author=as_called_now(desk, case).author,
        stars=answered.stars if answered else None,
        teammate=name_of(desk, by),
        brand=desk.policy.brand_of(case.network, account),
        network=network_label(case.network),
        private_way_in=_private_way_in(desk, case.network, account),
    )
    given = {key: value for key, value in facts.items() if value.strip()}
    chosen = _chosen_ways(desk, case, template, words)
    try:
        return desk.templates.fill(template, {**given, **chosen, **known_template_facts(here)}).text
    except KeyError:
        raise NotUsable("That template is no longer there. Please pick another one.", "template") from None


def _chosen_ways(desk: Desk, case: Case, template: str, words: str) -> Mapping[str, str]:
    """Return the facts that choose how each sentence of a template is said."""
    ways = next((one.ways for one in desk.templates.all() if one.name == template), ())
    if not ways:
        return {}
    from bot.domain.replies.least_said import by_chooser, least_said, standing  # noqa: PLC0415 - no start needs it

    there = standing(ways, words)
    if None not in there:
        return by_chooser([way or 0 for way in there])
    sent, _ = desk.store.sent_since(case.id, case.network, answering_account(desk, case), case.opened_at - LATELY)
    fresh = least_said(ways, [one.text for one in sent], case.id)
    return by_chooser([other if way is None else way for way, other in zip(there, fresh, strict=True)])


def answering_account(desk: Desk, case: Case) -> str:
    """Return the account of ours that a reply written now goes out from: the one that the customer turned to last.

    That need not be the one that the case came in on, where two of our accounts are in one conversation.
    """
    return _account_of(case, to_answer(desk.store.mentions(case.id)))


def _account_of(case: Case, answered: Mention | None) -> str:
    return answered.ref.account if answered and answered.ref.network == case.network else case.account


def _private_way_in(desk: Desk, name: str, account: str) -> str:
    """Return the address of our account's private messages, where the kind of its network declares one."""
    kind, network = network_kind(name), desk.networks.get((name, account))
    return kind.private_way_in(network.handle.lstrip("@")) if kind and network else ""


def fitting(desk: Desk, case: Case, *, alone: bool = False) -> Sequence[TemplateLike]:
    """Return the templates for the account that answers, those of the case's language first, then the best fitting.

    `alone`: nobody else can approve a reply now.
    """
    account = desk.policy.account_name(case.network, answering_account(desk, case))
    here = situation(desk, case, alone=alone)
    return best_first((one for one in desk.templates.all() if is_for_account(one, account)), here)


def is_for_account(template: TemplateLike, account: str) -> bool:
    """Return whether a template is for an account of this name."""
    return not template.accounts or account in template.accounts


def first_about(desk: Desk, case: Case, topics: Sequence[str]) -> str:
    """Return the name of the first template for the first of these topics that has any; "" without one."""
    every = fitting(desk, case)
    return next((one.name for topic in topics for one in every if topic in one.topics), "")


def keep(desk: Desk, case_id: int, form: ReplyForm, *, by: str, at: datetime) -> bool:
    """Store somebody's unfinished form, so that closing the window loses nothing; return False if that is too late.

    So it is for a press that something newer of theirs overtook: another press, or the end of the same form.
    """
    with desk.store.transaction():
        draft = desk.store.case(case_id).draft  # with its lock: a machine's answer may be stored at the same moment
        before = desk.store.saved_words(case_id, by)
        if form.press.at and (_is_older(form.press, before) or _was_sent(form.press, draft, by, at)):
            return False
        kept = {key: before[key] for key in (_NOTE, STARTS, SUGGESTED, READ) if key in before}
        desk.store.save_words(case_id, by, kept | _written(form, before), at)
    return True


def keep_closed(desk: Desk, case_id: int, form: ReplyForm, *, by: str, at: datetime) -> None:
    """Store the content of a form that was closed, unless they pressed in one that was opened after it."""
    with desk.store.transaction():
        desk.store.case(case_id)  # its lock
        if int(desk.store.saved_words(case_id, by).get(_OPENED, 0)) <= form.press.opened:
            keep(desk, case_id, form, by=by, at=at)
            closed = {_CLOSED: str(form.press.opened)}
            desk.store.save_words(case_id, by, {**desk.store.saved_words(case_id, by), **closed}, at)


def still_stored(desk: Desk, case_id: int, form: ReplyForm, *, by: str) -> bool:
    """Return whether what is stored of somebody's unfinished form is still what this press stored."""
    return not form.press.at or desk.store.saved_words(case_id, by).get(_PRESSED) == str(form.press.at)


def as_stored(desk: Desk, case: Case, form: ReplyForm, *, by: str) -> ReplyForm | None:
    """Return an open form as its newest press stored it; None if it is closed, or another one was opened since."""
    kept = desk.store.saved_words(case.id, by)
    if kept.get(_OPENED) != str(form.press.opened) or kept.get(_CLOSED) == kept.get(_OPENED):
        return None
    press = Press(int(kept.get(_PRESSED, 0)), form.press.opened)
    left = replace(_left(kept), shown=form.shown, press=press, block=kept.get(_BLOCK, ""))
    return replace(left, prepared=_unedited(desk, case, left, by))


def _is_older(press: Press, before: Mapping[str, str]) -> bool:
    return press.at < int(before.get(_PRESSED, 0)) or before.get(_CLOSED) == str(press.opened)


def _was_sent(press: Press, draft: Draft | None, by: str, now: datetime) -> bool:
    """Return whether this person alone wrote words that were submitted after the form of this press was opened."""
    if draft is None or draft.authors != (by,) or draft.submitted_at is None or not press.opened:
        return False
    if is_ahead(draft.submitted_at, now):  # stored before the clock was set back: it was not after this form
        return False
    return micros(draft.submitted_at) > press.opened


def _written(form: ReplyForm, before: Mapping[str, str]) -> dict[str, str]:
    kept = {"words": form.words, "template": form.template, _LANE: form.lane, _WHY: form.why}
    kept |= {_ALSO: " ".join(map(str, form.also))} if form.also else {}
    kept |= {_PRIVATELY: "yes"} if form.privately else {}
    kept |= {_IN_PARTS: "yes"} if form.in_parts else {}
    kept |= {_BLOCK: form.block} if form.block else {}
    kept |= {_DRAFT: str(form.began.draft), _VERSION: str(form.began.version)}
    pressed = max(form.press.at, int(before.get(_PRESSED, 0)))
    kept |= {_PRESSED: str(pressed), _OPENED: str(form.press.opened)} if form.press.opened else {}
    return kept | {f"{_FACT}{key}": value for key, value in form.facts.items() if value}


def kept_note(desk: Desk, case_id: int, *, by: str) -> str:
    """Return what somebody began to write the note to the assignee."""
    return desk.store.saved_words(case_id, by).get(_NOTE, "")


def keep_note(desk: Desk, case_id: int, note: str, *, by: str, at: datetime) -> None:
    """Store that note, or delete it if empty; the unfinished reply stays."""
    with desk.store.transaction():
        desk.store.case(case_id)
        kept = {key: value for key, value in desk.store.saved_words(case_id, by).items() if key != _NOTE}
        desk.store.save_words(case_id, by, kept | ({_NOTE: note} if note else {}), at)


def style_remarked(desk: Desk, case: Case, form: ReplyForm, now: datetime) -> str:
    """Return the kinds of remarks on style that a form shows while its words are typed; never the words."""
    found = remarks(desk, case, form.words, now, private=form.privately or None) if form.words else ()
    return " ".join(one.kind for one in found if one.kind in WHILE_TYPED)


def noted(desk: Desk, case: Case, form: ReplyForm, *, by: str, now: datetime) -> ReplyForm:
    """Return the form with remarks on its words, and on who could read them."""
    notes = (
        [one.sentence for one in remarks(desk, case, form.words, now, private=form.privately or None)]
        if form.words
        else told_after_return(desk, case)
    )
    unread = no_approver_reads(desk, case, by=by, now=now)
    return replace(form, notes=tuple([unread, *notes] if unread else notes))
