"""A draft for several customers: whom else a reply can be for, and the message that shows all its texts."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block, text_input
from bot.blocks.base.parts import Block, plain_text
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, joined
from bot.blocks.base.wording import full_name, handle, language, network, plural, teammate, who_waits
from bot.blocks.cases.buttons import ASKS_FIRST, asked_first
from bot.blocks.replies import draft_text
from bot.blocks.replies.changes_since_draft import aloud
from bot.blocks.replies.origin_lines import origin_line
from bot.domain.base.tables import DraftState
from bot.domain.cases.view import CaseView
from bot.domain.replies.draft import DraftKind, WhyStale
from bot.domain.replies.joint_draft import AlsoOffered, JointDraft, LeftOut, Sibling
from bot.domain.slack.readers import OURS, narrowest
from bot.domain.storms.holding_reply import NoVariant
from bot.ports.chat import Message

POST = 60  # code points of what each wrote
ALOUD = 300  # of each text in the fallback line
NAMED = 5  # cases in one sentence


def also_input(offered: AlsoOffered, ticked: Collection[int]) -> list[Block]:
    """Return the choice of other customers for whom the words are, too; empty where there are none."""
    held = [parts.small(f"Not offered: {_held(offered.held)}.")] if offered.held else []
    if not offered.first:
        return held
    options = [parts.option(_option(one), str(one.case_id)) for one in offered.first]
    chosen = [one for one in options if int(str(one["value"])) in ticked]
    field: Block = {"type": "checkboxes", "action_id": ids.ALSO_CHOICE, "options": options}
    if chosen:
        field["initial_options"] = chosen
    more = " There are more: they are offered once these have a draft." if offered.more else ""
    hint = f"Each gets these words with their own name. The approver sees every text, and decides on each.{more}"
    return [input_block(ids.ALSO_BLOCK, "Also to, under the same post", field, hint, optional=True), *held]


def _option(one: Sibling) -> str:
    spoken = f", writes {language(one.language)}" if one.language and language(one.language) else ""
    return f"{one.case_id}: {parts.shortened(one.name, 40)}{spoken}"


def _held(held: Sequence[Sibling]) -> str:
    return "; ".join(f"case {one.case_id}, {one.why_not}" for one in held)


def under_one_post(count: int, siblings: Sequence[Sibling]) -> Phrase:
    """Return who else wrote under the same post, with links to their threads."""
    if not count:
        return []
    said: Phrase = [f"{count} other{'s' if count > 1 else ''} wrote under the same post"]
    named = [_numbered(one) for one in siblings]
    more: list[Phrase] = [[f"{count - len(named)} more"]] if count > len(named) > 0 else []
    return [*said, ": ", *joined([*named, *more], ", ")] if named else said


def _numbered(one: Sibling) -> Phrase:
    number = Link(str(one.case_id), one.link) if one.link else str(one.case_id)
    return [number, f" ({parts.shortened(one.name, limits.NAME)})"]


# --- the message ---------------------------------------------------------------------------------------------


def joint_draft(
    joint: JointDraft,
    texts: Sequence[CaseView],
    secret: bytes,
    now: datetime,
    lacking: Mapping[int, NoVariant] | None = None,
) -> Message:
    """Draw the message with every text, whose it is, and its buttons while it waits for a decision.

    `lacking`: the cases whose customers get words in another language than theirs.
    """
    waiting, lacking = [one for one in texts if _waits(one)], lacking or {}
    heads = [_head(joint, texts, waiting), *_lacking([one for one in waiting if one.case.id in lacking], lacking)]
    blocks = [parts.rich(*parts.lines(heads, now))]
    blocks += [block for one in texts for block in _entry(one, lacking.get(one.case.id), secret, now)]
    blocks += parts.actions(_together(joint, waiting, secret))
    said = [[f"Case {one.case.id}, {handle(one.case)}: ", *_aloud(one)] for one in texts]
    text = as_line(joined([*heads, *said], " "), now)
    return limits.fit(Message(text=text, blocks=blocks, kept_to=narrowest(one.kept_to for one in texts)))


def _waits(view: CaseView) -> bool:
    draft = view.case.draft
    return draft is not None and draft.state == DraftState.IN_REVIEW and not view.hidden


def _head(joint: JointDraft, texts: Sequence[CaseView], waiting: Sequence[CaseView]) -> Phrase:
    if not texts:
        return ["These drafts for several customers were written again: the newer message shows them."]
    writer = teammate(texts[0], joint.by)
    stands = f"{len(waiting)} of {len(texts)} wait for approval." if waiting else "Nothing waits for approval here."
    what = "words for"
    if _warns(texts[0]):
        what = f"warning{'s' if len(texts) > 1 else ''} of an impostor to"
    return [Bold(f"{writer}'s {what} {plural(len(texts), 'customer')}"), f". {stands}"]


def _warns(view: CaseView) -> bool:
    return view.case.draft is not None and view.case.draft.kind == DraftKind.WARNING


def _lacking(views: Sequence[CaseView], lacking: Mapping[int, NoVariant]) -> list[Phrase]:
    """Return, for each language without words of its own, how many get other words."""
    counts = Counter(lacking[view.case.id] for view in views)
    return [[f"No {language(one.spoken)} words were written: {_got(one, many)}."] for one, many in counts.items()]


def _got(one: NoVariant, many: int) -> str:
    return f"{many} of these get{'s' if many == 1 else ''} {_words_got(one)}"


def _words_got(one: NoVariant) -> str:
    return f"the {language(one.got)} ones" if language(one.got) else "those for everybody"


def _entry(view: CaseView, lacking: NoVariant | None, secret: bytes, now: datetime) -> list[Block]:
    """Draw one text: three blocks at most, so that a message holds all of them."""
    draft = view.case.draft
    if draft is None:
        return []
    words = [] if view.hidden else draft_text.words(view, draft)
    rich = parts.rich(parts.line(_whose(view), now), *words)
    return [rich, *_beside(view, lacking), *parts.actions(_one(view, secret))]


def _whose(view: CaseView) -> Phrase:
    who: Phrase = [Bold(f"Case {view.case.id}: {full_name(view.case)}"), f" {handle(view.case)} on {network(view)}"]
    draft = view.case.draft
    post = draft_text.answered_post(view, draft) if draft else None
    wrote: Phrase = [f'wrote "{parts.shortened(post.text, POST)}"'] if post and not view.hidden else []
    became = draft_text.outcome(view, draft) if draft and not _waits(view) else []
    return joined([who, wrote, became])


def _beside(view: CaseView, lacking: NoVariant | None) -> list[Block]:
    draft = view.case.draft
    if draft is None or not _waits(view):
        return []
    count = draft_text.taken_room(view)
    moved = [_moved(view)] if draft.stale != WhyStale.NOT_STALE else []
    said_so = any(draft.spoken and draft.spoken.phrase in one for one in view.remarks)
    spoken = [f'promises "{draft.spoken.phrase}"'] if draft.spoken and not said_so else []
    tongue = [language(view.case.language)] if view.case.language else []
    other = [f"no {language(lacking.spoken)} words: {_words_got(lacking)}"] if lacking else []
    origin = filter(None, [origin_line(view, draft)])
    said = [*moved, *count, *filter(None, tongue), *other, *origin, *spoken, *view.remarks]
    return [parts.small(" · ".join(said))] if said else []


def _moved(view: CaseView) -> str:
    """Return that something happened there since it was submitted, with the newest words where they are others."""
    draft, latest = view.case.draft, view.latest
    newer = latest if latest and draft and latest.id != draft.target_mention else None
    said = f': "{parts.shortened(newer.text, limits.ADDED)}"' if newer and not view.hidden else ""
    return f"Something happened there since this was written{said}"


def _one(view: CaseView, secret: bytes) -> list[Block | None]:
    draft = view.case.draft
    if draft is None or not _waits(view):
        return []
    value = ids.button_value(ids.DRAFT, draft.id, ids.draft_version(draft, view.mark), secret)
    whose = f"the text for {who_waits(view.case)}, case {view.case.id}"
    sure = parts.confirm("Take this one out?", "Its draft is withdrawn. The case stays.", "Take out", "Not yet")
    return [
        _one_alone(view, value, whose),
        parts.button("Edit & approve", ids.DRAFT_EDIT_APPROVE, value, f"Edit {whose}"),
        parts.button("Take out", ids.DRAFT_WITHDRAW, value, f"Take out {whose}", confirm=sure),
    ]


def _one_alone(view: CaseView, value: str, whose: str) -> Block | None:
    """Return the button that approves one text by itself, where something has to be looked at first."""
    stale = view.case.draft is not None and view.case.draft.stale != WhyStale.NOT_STALE
    words, action = ("Still right: approve", ids.DRAFT_STILL_RIGHT) if stale else ("Approve it", ids.DRAFT_APPROVE)
    if view.doubt:
        label = f"Approve {whose}, still right" if stale else f"Approve {whose}"
        return parts.button(words, ASKS_FIRST[action], value, label, confirm=asked_first(view.doubt))
    return parts.button(words, action, value, f"Approve {whose}, still right") if stale else None


def _together(joint: JointDraft, waiting: Sequence[CaseView], secret: bytes) -> list[Block | None]:
    shown = [(one.case.draft, one.mark) for one in waiting if one.case.draft and _can_be_joint(one)]
    if not shown:
        return []
    value = ids.button_value(ids.JOINT, joint.id, ids.joint_version(shown), secret)
    many = f"all {len(shown)}" if len(shown) > 1 else "it"
    label = f"{many} texts shown here" if len(shown) > 1 else "the text shown here"
    return [
        parts.button(f"Approve {many}", ids.JOINT_APPROVE, value, f"Approve {label}", style="primary"),
        parts.button("Request changes…", ids.JOINT_CHANGES, value, f"Request changes to {label}"),
    ]


def _can_be_joint(view: CaseView) -> bool:
    """Return whether a text can be approved together with others: nothing about it needs a look of its own."""
    return view.case.draft is not None and not view.case.draft.stale and not view.doubt


def _aloud(view: CaseView) -> Phrase:
    draft = view.case.draft
    if draft is None or view.hidden:
        return []
    became = draft_text.outcome(view, draft) if not _waits(view) else []
    return joined([[aloud(parts.shortened(draft.text, ALOUD))], became], " ")


# --- what people answer --------------------------------------------------------------------------------------


def changes_form(value: str) -> dict[str, object]:
    """Draw the form that asks the writer to change all texts of a message; `value` is its button's."""
    return {
        "type": "modal",
        "callback_id": ids.JOINT_CHANGES_MODAL,
        "title": plain_text("Request changes", limits.VIEW_TITLE),
        "submit": plain_text("Send to the writer", limits.VIEW_TITLE),
        "close": plain_text("Cancel", limits.VIEW_TITLE),
        "private_metadata": ids.pack({"texts": value, "kept_to": OURS}),
        "blocks": [
            text_input(
                ids.NOTE_BLOCK,
                ids.NOTE_INPUT,
                "What should change, in all of them?",
                "The writer reads this, and writes all texts again in one form.",
            )
        ],
    }


def left_out(done: str, left: Sequence[LeftOut], now: datetime) -> Message:
    """Draw the answer after a decision on several texts: what was done, and which cases were left out and why."""
    by_reason: dict[str, list[int]] = {}
    for one in left:
        by_reason.setdefault(one.why, []).append(one.case_id)
    said = [f"{_cases(cases)} left out. {why}" for why, cases in by_reason.items()]
    line: Phrase = [" ".join([done, *said])]
    blocks = [parts.rich(parts.line(line, now))]
    return limits.fit(Message(text=as_line(line, now), blocks=blocks, kept_to=OURS))


def _cases(cases: Sequence[int]) -> str:
    named = ", ".join(map(str, cases[:NAMED]))
    more = f" and {len(cases) - NAMED} more" if len(cases) > NAMED else ""
    return f"Case {named} was" if len(cases) == 1 else f"Cases {named}{more} were"
