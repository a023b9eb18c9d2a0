"""The modals of the desk; private metadata contains only ids and versions."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.aside_choices import REASONS, TERMS
from bot.blocks.base.inputs import AS_TYPED, input_block, select, text_input
from bot.blocks.base.parts import Block, plain_text
from bot.blocks.base.phrases import Bold, Phrase
from bot.blocks.base.simple_forms import KEPT_TO, View, title_of
from bot.blocks.base.wording import LOCK, form_noun, full_name, known_as, network, stars, who_waits, writers
from bot.blocks.cases import assign_form
from bot.blocks.cases.circumstances import answer_window
from bot.blocks.mentions.post_facts import before_change
from bot.blocks.replies import draft_text, part_lines, template_choice
from bot.blocks.replies import solo as lanes
from bot.blocks.replies.changes_since_draft import changes_since
from bot.blocks.replies.joint_draft import also_input
from bot.blocks.replies.promise_input import promise_input
from bot.domain.base.tables import DraftState
from bot.domain.base.text import clean
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention
from bot.domain.promises.spoken_promise import Spoken, in_words, in_zone
from bot.domain.replies.joint_draft import NOBODY_ELSE, AlsoOffered
from bot.domain.replies.parts import ONE, CutText
from bot.domain.replies.solo import SoloChoice
from bot.domain.team.shifts import Choice
from bot.ports.words import TemplateLike

Metadata = Mapping[str, int | str]


def reply(
    view: CaseView,
    templates: Sequence[TemplateLike],
    *,
    chosen: str,
    facts: Mapping[str, str],
    words: str,
    notes: Sequence[str],
    metadata: Metadata,
    spoken: Spoken | None = None,
    solo: SoloChoice | None = None,
    way: lanes.LaneChosen = lanes.NO_WAY,
    overtaken: bool = False,
    needed: Collection[str] = (),
    kept_block: str = "",
    also: AlsoOffered = NOBODY_ELSE,
    ticked: Collection[int] = (),
    cut: CutText | None = None,
    in_parts: bool = False,
    past: Sequence[Block] = (),
) -> View:
    """Draw the form for writing a reply; `chosen` is a template's name or "", `notes` are remarks.

    `spoken`: the moment that the words promise; the writer says whether to keep it as a promise. `solo`: what can be
    done while nobody else can approve; `way`: what was chosen so far. `overtaken`: the words were begun before the
    present draft was submitted. `needed`: facts without which the words cannot go out. `kept_block`: id of the
    input in use: Slack keeps what is being typed as long as the id stays the same. `also`: other customers for whom
    the words can be, too, with those `ticked`. `cut`: the parts of words too long for one post, chosen or not.
    `past`: what we said last time.
    """
    template = next((one for one in templates if one.name == chosen), None)
    offered = bool(solo and solo.lanes)
    typed = words_input(view, words, saved=True, after=lanes.AFTER if offered else "")
    blocks = [
        *_complaint(view, limits.BRIEFLY),
        *_newest(view),
        *_window(view),
        *draft_text.goes_privately(view),
        *_asked_for(view),
        *(draft_text.stands_now(view) if overtaken else []),
        *draft_text.replaced(view),
        *lanes.explained(view, solo),
        *template_choice.choice(templates, template),
        *template_choice.template_fact_inputs(template, facts, needed, in_zone(view.zone)),
        {**typed, "block_id": kept_block} if kept_block else typed,
        *part_lines.cut_choice(view, cut, chosen=in_parts),
        *also_input(also, ticked),
        *promise_input(view, spoken, words),
        *lanes.lane_choice(view, solo, way),
        *([parts.small(" · ".join(notes))] if notes else []),
        *past,
        *_whole_complaint(view),
    ]
    send = "Send as chosen" if offered else "Send for approval"
    title = f"{form_noun(view.case).capitalize()}, case {view.case.id}"
    form = case_form(view, ids.REPLY_MODAL, title, send, blocks, metadata=metadata)
    return {**form, "notify_on_close": True}


def edit_approve(view: CaseView, metadata: Metadata, *, lets_out: bool = True, joins: bool = True) -> View:
    """Draw the form in which an approver edits a draft and approves it.

    `lets_out`: whether this person may approve the draft; a writer who may not submits the edited words again.
    `joins`: whether this person has written none of the words so far.
    """
    draft = view.case.draft
    after = (
        "It goes out as soon as you approve." if lets_out else "It does not go out yet: somebody else approves it."
    )
    names = f"Your name joins that of {writers(view, draft)}. " if joins and draft else ""
    review = f"{names}If less than half of the words stay, it goes back for approval."
    if draft and draft.split != ONE:
        after = "It does not go out yet: the draft shows where the new words are cut."
        review = f"{names}It comes back for approval, so that you see each part as it will be posted."
    yours = "You wrote it, so you cannot approve it. Your changes are put up for approval again."
    blocks = [
        *_complaint(view, limits.BRIEFLY),
        *([parts.rich(*since)] if draft and (since := changes_since(view, draft)) else []),
        *draft_text.goes_privately(view),
        *draft_text.replaced(view),
        words_input(view, draft.rest if draft else "", saved=False, after=after),
        parts.small(review if lets_out else yours),
        *_whole_complaint(view),
    ]
    title, send = ("Edit & approve", "Approve & send") if lets_out else ("Edit the draft", "Send for approval")
    return case_form(view, ids.EDIT_APPROVE_MODAL, title, send, blocks, metadata=metadata)


def request_changes(view: CaseView, metadata: Metadata) -> View:
    """Draw the form that requests changes from the writer."""
    draft = view.case.draft
    label = "What should change?"
    shown = (
        [parts.rich(parts.line(draft_text.title(view, draft), view.now), *draft_text.words(view, draft))]
        if draft
        else []
    )
    blocks = [*shown, text_input(ids.NOTE_BLOCK, ids.NOTE_INPUT, label, "The writer reads this in the thread.")]
    title, send = "Request changes", "Send to the writer"
    return case_form(view, ids.REQUEST_CHANGES_MODAL, title, send, blocks, metadata=metadata)


def assign(
    view: CaseView,
    who: str,
    choice: Sequence[Choice],
    metadata: Metadata,
    *,
    anybody: bool,
    words: str = "",
) -> View:
    """Draw the form that assigns the case and sets its priority; `who` is selected at first, or nobody for "".

    `choice`: the possible assignees; `anybody`: others in the workspace too. `words`: a note that was typed already.
    """
    blocks = [
        *_complaint(view, limits.BRIEFLY),
        *assign_form.assignee_inputs(view, choice, who, anybody=anybody),
        assign_form.note_input(words),
        assign_form.priority(view),
    ]
    title, send = ("Assign or set priority", "Save") if who else ("Hand over the case", "Hand over")
    form = case_form(view, ids.ASSIGN_MODAL, title, send, blocks, metadata=metadata)
    return {**form, "notify_on_close": True}


def set_aside(view: CaseView, metadata: Metadata) -> View:
    """Draw the form that sets a case aside, with a reason and a term."""
    blocks = [
        *_complaint(view),
        input_block(ids.REASON_BLOCK, "Why?", select(ids.REASON_SELECT, REASONS)),
        text_input(
            ids.REASON_WORDS_BLOCK, ids.REASON_INPUT, "In your own words", "", optional=True, limit=limits.REASON
        ),
        input_block(ids.TERM_BLOCK, "For how long?", select(ids.TERM_SELECT, TERMS)),
    ]
    return case_form(view, ids.SET_ASIDE_MODAL, "Set aside", "Set aside", blocks, metadata=metadata)


def paste_link(view: CaseView, metadata: Metadata) -> View:
    """Draw the form for the link of a public reply."""
    field: Block = {
        "type": "url_text_input",
        "action_id": ids.LINK_INPUT,
        "placeholder": plain_text("https://", limits.PLACEHOLDER),
    }
    label = f"Link to the reply on {network(view)}"
    unlinked = not view.reply_has_address
    copied = "Open the reply there, copy its address, and paste it here."
    hint = "It has no address there? Leave this empty: then your word counts." if unlinked else copied
    draft = view.case.draft
    shown = [parts.rich(parts.quote(draft.at_hand, limits.WORDS))] if draft and draft.text.strip() else []
    asked = input_block(ids.LINK_BLOCK, label, field, hint, optional=unlinked)
    title, save = ("Did you post it?", "I posted it") if unlinked else ("Where is the reply?", "Save the link")
    return case_form(view, ids.LINK_MODAL, title, save, [*shown, asked], metadata=metadata)


def correction(
    view: CaseView, metadata: Metadata, words: str = "", spoken: Spoken | None = None, *, chosen: str = ""
) -> View:
    """Draw the choice between correcting a sent reply and taking it back; both go through approval.

    `words` were typed already and promise the moment `spoken`; the writer says whether to keep it as a promise.
    `chosen`: the value that was chosen before; else the first one is.
    """
    how = "new words in its place" if view.one_reply else "a second reply with new words"
    choices = [
        *_change_there(view),
        parts.option(f"Correct it: {how}", ids.CORRECT),
        *_take_back(view),
    ]
    radio: Block = {
        "type": "radio_buttons",
        "action_id": ids.CORRECTION_CHOICE,
        "options": choices,
        "initial_option": next((one for one in choices if one["value"] == chosen), choices[0]),
    }
    draft = view.case.draft
    sent = [parts.rich(parts.line(["This was sent:"], view.now), *draft_text.words(view, draft))] if draft else []
    blocks = [
        *sent,
        input_block(ids.CORRECTION_BLOCK, "What do you want to do?", radio),
        text_input(
            ids.WORDS_BLOCK + "correction",
            ids.WORDS_INPUT,
            "New words",
            "Only for a correction. The words that were sent stand here: change what is wrong.",
            optional=True,
            words=words or (draft.at_hand if draft else ""),
        ),
        *promise_input(view, spoken, words),
        parts.small(" ".join(filter(None, (view.why_no_change, view.why_kept, _APPROVED_FIRST)))),
    ]
    title, send = "Correct or take back", "Send for approval"
    return case_form(view, ids.CORRECTION_MODAL, title, send, blocks, metadata=metadata)


_APPROVED_FIRST = "Somebody else approves it before anything goes out."


def _take_back(view: CaseView) -> list[Block]:
    """Return the option that deletes the reply, by a person where the network lets no app do that."""
    if view.why_kept and not view.kept_by_hand:
        return []
    how = f"somebody deletes it on {network(view)} by hand" if view.why_kept else f"delete it on {network(view)}"
    return [parts.option(f"Take it back: {how}", ids.TAKE_BACK)]


def _change_there(view: CaseView) -> list[Block]:
    """Return the option that changes the words of the reply where they stand, while the network allows it."""
    if not view.can_change_there:
        return []
    until = f", until {in_words(view.change_until, view.now, view.zone)}" if view.change_until else ""
    return [parts.option(f"Change its words on {network(view)}{until}", ids.CHANGE_THERE)]


def words_input(view: CaseView, words: str, *, saved: bool, after: str = "") -> Block:
    """Return the input for the reply's words; `saved`: Slack reports what is typed, so that it is saved."""
    field: Block = {
        "type": "plain_text_input",
        "action_id": ids.WORDS_INPUT,
        "multiline": True,
        "max_length": limits.WORDS,
    }
    if words:
        field["initial_value"] = clean(words)[: limits.WORDS]
    if saved:
        field["dispatch_action_config"] = AS_TYPED
    private = f"{LOCK} Only {who_waits(view.case)} reads it. " if view.reply_is_private else ""
    most = f"{view.length.limit} {view.length.unit or 'characters'}" if view.length else ""
    room = f"At most {most}, as {network(view)} counts them. " if most else ""
    usual = "Nothing goes out before somebody else approves it."
    label = f"The {'private ' if view.reply_is_private else ''}{form_noun(view.case)} to {who_waits(view.case)}"
    made = input_block(words_block(words), label, field, private + room + (after or usual))
    return {**made, "dispatch_action": True} if saved else made


def words_block(words: str) -> str:
    """Return the id of the input that is drawn with these initial words."""
    return ids.WORDS_BLOCK + _mark(words)


def _mark(words: str) -> str:
    """Return a short hash of the words: with a new id Slack shows the new words instead of what was typed."""
    return sha256(words.encode("utf-8", "replace")).hexdigest()[:8]


def _complaint(view: CaseView, limit: int = limits.COMPLAINT) -> list[Block]:
    post = _answered(view)
    if post is None:
        return []
    name = full_name(view.case)
    known = known_as(view, name)
    given = f" with {stars(post.stars)}" if post.stars else ""
    who: Phrase = [Bold(name), f"  {known} wrote at " if known else " wrote at ", post.posted_at, f"{given}:"]
    changed = before_change(post)
    small = [parts.small(changed)] if changed else []
    return [parts.rich(parts.line(who, view.now), parts.post(post.text, limit)), *small]


def _whole_complaint(view: CaseView) -> list[Block]:
    """Return the full complaint below the inputs, when it was cut above them."""
    post = _answered(view)
    if post is None or parts.post(post.text, limits.BRIEFLY) == parts.post(post.text):
        return []
    return [parts.rich(parts.line([f"All that {who_waits(view.case)} wrote:"], view.now), parts.post(post.text))]


def _answered(view: CaseView) -> Mention | None:
    draft = view.case.draft
    return draft_text.answered_post(view, draft) if draft and draft.live else view.latest


def _asked_for(view: CaseView) -> list[Block]:
    """Return the changes that an approver requested, while the draft is back with its writer."""
    draft = view.case.draft
    if draft is None or draft.state != DraftState.WRITING or not draft.note:
        return []
    return [parts.rich(parts.line(draft_text.changes_asked_for(view, draft), view.now))]


def _newest(view: CaseView) -> list[Block]:
    """Return the author's newest post, when the draft that is being edited answers an older one."""
    draft, latest = view.case.draft, view.latest
    if draft is None or not draft.live or latest is None or latest == draft_text.answered_post(view, draft):
        return []
    since: Phrase = [f"{who_waits(view.case)} wrote again at ", latest.posted_at, ":"]
    return [parts.rich(parts.line(since, view.now), parts.post(latest.text, limits.ADDED))]


def _window(view: CaseView) -> list[Block]:
    return [parts.rich(parts.line(one, view.now)) for one in answer_window(view)]


def case_form(
    view: CaseView,
    callback_id: str,
    title: str,
    submit: str,
    blocks: Sequence[Block],
    *,
    metadata: Metadata,
) -> dict[str, object]:
    """Return a form about a case; its metadata says how far what it shows may go."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": title_of(title),
        "submit": title_of(submit),
        "close": plain_text("Cancel", limits.VIEW_TITLE),
        "private_metadata": ids.pack({**metadata, KEPT_TO: view.kept_to}),
        "blocks": list(blocks[: limits.VIEW_BLOCKS]),
    }
