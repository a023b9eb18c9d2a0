"""A storm in its channel: how many write about what, who stands out, the loudest; and pages of the folded ones."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block, select, text_input
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Link, Phrase, Piece, as_line, joined, quotation
from bot.blocks.base.wording import display_name, followers, handle_or_name, language, plural
from bot.blocks.storms.holding_reply import fixed_button, holding_button
from bot.domain.slack.readers import OURS
from bot.domain.storms.storm import Standout, Storm
from bot.domain.storms.view import StormEntry, StormPage, StormView
from bot.ports.chat import Message

WORDS = 160  # code points of one post
ABOUT = 120

WHY: Mapping[Standout, str] = {
    Standout.URGENT: "urgent",
    Standout.PRIVATE: "written in private",
    Standout.INFLUENCER: "many read it",
    Standout.SPREADING: "spreads: many people answer it within minutes",
    Standout.NEW_INFORMATION: "says something new",
    Standout.HELD: "somebody works on it",
    Standout.UNLIKE: "like those taken out",
    Standout.TAKEN_OUT: "taken out",
    Standout.NOT_TOLD: "could not be told",
    Standout.OVER: "the storm is over",
}


def storm_message(view: StormView, secret: bytes) -> Message:
    """Draw the message of a storm."""
    head = storm_head(view)
    if view.storm.merged_into:  # what else could be said of its cases is said, and kept right, in the other one
        found, loudest = [head], []
    else:
        lines = [head, storm_owed(view), _stands_out(view), _languages(view), _campaigns(view)]
        found, loudest = [one for one in lines if one], _loudest(view)
    blocks: list[Block] = [parts.rich(*parts.lines(found, view.now)), *loudest]
    blocks += parts.actions(_buttons(view, secret))
    text = as_line(joined(found, ". "), view.now)
    return limits.fit(Message(text=text, blocks=blocks, kept_to=OURS))


def _buttons(view: StormView, secret: bytes) -> list[Block | None]:
    """Return one row: what helps most comes first."""
    folded, fixed = _folded_button(view, secret), fixed_button(view.storm.id, secret)
    if view.storm.merged_into:
        return [folded]
    if view.storm.over_at is not None:
        return [fixed, folded]
    holding = holding_button(view.storm.id, secret, first=not view.holding)
    return [holding, folded, fixed, _over_button(view, secret), *_merge_buttons(view, secret)]


def storm_head(view: StormView) -> Phrase:
    """Return "STORM 3 · 312 mentions about “app” since 09:12, 48 a minute and rising"."""
    storm, figures = view.storm, view.figures
    name = f"STORM {storm.id}" if storm.over_at is None else f"Storm {storm.id}, over"
    many = f"{plural(figures.count, 'mention')} about {parts.shortened(storm.about, ABOUT)} since "
    said: list[Piece] = [Bold(name), f" · {many}", storm.since]
    if storm.merged_into:
        return [*said, f". It goes on in storm {storm.merged_into}"]
    if storm.over_at is not None:
        return [*said, " until ", storm.over_at, f", ended by {_person(view, storm.ended_by)}"]
    return [*said, f", {pace(view)} as of ", view.now]


def pace(view: StormView) -> str:
    """Return how many posts come in a minute, and whether that number changes."""
    figures = view.figures
    if not figures.lately:
        return "none in the last minutes"
    many = f"{figures.a_minute} a minute" if figures.a_minute else "less than one a minute"
    if figures.lately > 1.25 * figures.before:
        return f"{many} and rising"
    return f"{many} and falling" if figures.lately < 0.75 * figures.before else many


def storm_owed(view: StormView) -> Phrase:
    """Return "12 folded · 0 answered · 12 of these wait for an answer, the first is owed it by 14:00"."""
    figures = view.figures
    said: list[Phrase] = [[f"{figures.folded} folded"], [f"{figures.answered} answered"]]
    if figures.waiting and figures.due_at:
        late = f", {figures.lapsed} of them overdue" if figures.lapsed else ""
        wait = "waits" if figures.waiting == 1 else "wait"
        said += [[f"{figures.waiting} of these {wait} for an answer{late}, the first is owed it by ", figures.due_at]]
    return joined(said)


def _stands_out(view: StormView) -> Phrase:
    """Return the cases with threads of their own."""
    if not view.standing_out:
        return []
    named = [_linked(one, f" ({WHY[one.why]})" if one.why else "") for one in view.standing_out]
    return ["Stand out: ", *joined(named, ", ")]


def _linked(one: StormEntry, after: str) -> Phrase:
    name = f"case {one.case}"
    return [Link(name, one.link) if one.link else name, after]


def _languages(view: StormView) -> Phrase:
    found = [f"{language(code) if code else 'unknown'} {many}" for code, many in view.figures.languages]
    return [f"Languages: {', '.join(found)}"] if len(found) > 1 else []


def _campaigns(view: StormView) -> Phrase:
    """Return our own posts under which many of them stand."""
    found = [(Link("a post of ours", url), f" is answered by {many} of them") for url, many in view.campaigns]
    return joined(found, ", ")


def _loudest(view: StormView) -> list[Block]:
    if not view.loudest:
        return []
    lines = [_loud(one) for one in view.loudest]
    return [parts.rich(*parts.lines([[Bold("The loudest")], *lines], view.now))]


def _loud(one: StormEntry) -> Phrase:
    post = one.post
    if post is None:
        return []
    many = followers(post.author.followers)
    who = f"{_handle(one)} on {one.network}{f', {many}' if many else ''}: "
    way = [Link("open the post", post.url)] if post.url else []
    return joined([[f"{who}“{parts.shortened(post.text, WORDS) or parts.SILENT}”"], way])


def _handle(one: StormEntry) -> str:
    return handle_or_name(one.post.author) if one.post else "@unknown"


def _person(view: StormView, who: str) -> str:
    return "the desk" if who == "desk" else display_name(view.names, who)


def _folded_button(view: StormView, secret: bytes) -> Block | None:
    if not view.figures.folded:
        return None
    value = ids.button_value(ids.STORM, view.storm.id, 0, secret)
    label = f"Show the mentions that are folded into storm {view.storm.id}"
    return parts.button(f"Folded ({view.figures.folded})", ids.STORM_FOLDED, value, label)


def _over_button(view: StormView, secret: bytes) -> Block:
    value = ids.button_value(ids.STORM, view.storm.id, 0, secret)
    return parts.button("It is over…", ids.STORM_OVER, value, f"Say that storm {view.storm.id} is over")


def _merge_buttons(view: StormView, secret: bytes) -> list[Block]:
    """Return the button by which this one goes on in an older storm."""
    older = [one for one in view.others if one.id < view.storm.id][-1:]  # one: others follow by merging again
    return [_merge_button(view, one.id, one.about, secret) for one in older]


def _merge_button(view: StormView, into: int, about: str, secret: bytes) -> Block:
    value = ids.button_value(ids.STORM, view.storm.id, into, secret)
    text = f"Storm {view.storm.id} goes on in storm {into}, about {about}, with all of its cases. For leads."
    sure = parts.confirm("One and the same?", text, "One storm", "Not yet")
    label = f"Merge storm {view.storm.id} into storm {into}"
    return parts.button(f"Same as storm {into}", ids.STORM_MERGE, value, label, confirm=sure)


def spike_buttons(spike: int, others: Sequence[Storm], secret: bytes) -> list[Block]:
    """Return the buttons under what is said of a spike: a storm of its own, or the same as the newest open one."""
    value = ids.button_value(ids.SPIKE, spike, 0, secret)
    text = "Mentions about it are folded into one message from now on, and those that nobody has taken yet."
    sure = parts.confirm("Open a storm?", text, "Open it", "Not yet")
    label = "Fold the mentions about this into one"
    opens = parts.button("Open a storm…", ids.STORM_OPEN, value, label, confirm=sure)
    return [*(_same_button(spike, one, secret) for one in others[-1:]), opens]


def _same_button(spike: int, storm: Storm, secret: bytes) -> Block:
    value = ids.button_value(ids.SPIKE, spike, storm.id, secret)
    text = f"Mentions about this are folded into storm {storm.id} about {storm.about}, too. For leads."
    sure = parts.confirm("One and the same?", text, "One storm", "Not yet")
    label = f"Fold the mentions about this into storm {storm.id}"
    return parts.button(f"Same as storm {storm.id}", ids.STORM_SAME, value, label, confirm=sure)


# --- pages of folded ones ---------------------------------------------------------------------------------------


def storm_page(page: StormPage, secret: bytes, now: datetime) -> Message:
    """Draw some of the folded cases, each with a button that takes it out."""
    some, none = f"Folded into storm {page.storm}:", f"Nothing is folded in storm {page.storm}."
    head_line: Phrase = [some if page.entries else none]
    blocks: list[Block] = [parts.rich(parts.line(head_line, now))]
    for one in page.entries:
        blocks += _folded_entry(page, one, secret, now)
    if page.left:
        last = page.entries[-1].case
        value = ids.button_value(ids.STORM, page.storm, last, secret)
        following = parts.button(f"Next, {page.left} more", ids.STORM_FOLDED, value, "Show the next ones")
        blocks += parts.actions([following])
    said = joined([head_line, *(_folded_aloud(one) for one in page.entries)], " ")
    return limits.fit(Message(text=as_line(said, now), blocks=blocks, kept_to=OURS))


def _folded_entry(page: StormPage, one: StormEntry, secret: bytes, now: datetime) -> list[Block]:
    owed: Phrase = ["owed an answer by ", one.due_at] if one.due_at else ["nothing owed"]
    words = parts.post(one.post.text if one.post else "", WORDS)
    value = ids.button_value(ids.STORM, page.storm, f"{one.case}-{page.after}", secret)
    out = parts.button("Take out", ids.STORM_TAKE_OUT, value, f"Take case {one.case} out of storm {page.storm}")
    line = joined([[Bold(f"Case {one.case}"), f" · {_handle(one)} on {one.network}"], owed])
    return [parts.rich(parts.line(line, now), words), *parts.actions([out])]


def _folded_aloud(one: StormEntry) -> Phrase:
    words = parts.shortened(one.post.text, WORDS) if one.post else ""
    return [f"Case {one.case}, {_handle(one)}: {quotation(words or parts.SILENT)}"]


# --- the form that ends it --------------------------------------------------------------------------------------


def over_form(view: StormView) -> Mapping[str, object]:
    """Draw the form that ends a storm: what becomes of those who wait."""
    waiting = view.figures.waiting
    choices = {
        ids.LET_THEM_OUT: f"{waiting} come out as cases, those first that are due first",
        ids.SET_THEM_ASIDE: f"{waiting} are set aside, and nobody answers them",
    }
    asked = [
        input_block(ids.STORM_BLOCK, "What becomes of those who wait?", select(ids.STORM_SELECT, choices)),
        text_input(
            ids.NOTE_BLOCK,
            ids.NOTE_INPUT,
            "Why they are set aside",
            "Needed only for that; each case keeps it.",
            optional=True,
            limit=limits.REASON,
        ),
    ]
    about = parts.shortened(view.storm.about, ABOUT)
    said = f"Storm {view.storm.id} about {about}: further mentions about it open cards again."
    return {
        "type": "modal",
        "callback_id": ids.STORM_MODAL,
        "title": parts.plain_text("The storm is over", limits.VIEW_TITLE),
        "submit": parts.plain_text("It is over", limits.VIEW_TITLE),
        "close": parts.plain_text("Cancel", limits.VIEW_TITLE),
        "private_metadata": ids.pack({"storm": view.storm.id, "kept_to": OURS}),
        "blocks": [parts.small(said), *(asked if waiting else [])],
    }
