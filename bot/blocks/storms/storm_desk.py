"""In the thread of a storm: roles, checklist, the request to marketing, and the summary at its end."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Phrase, Piece, as_line, joined
from bot.blocks.base.wording import display_name, length, plural
from bot.blocks.storms.holding_reply import not_told_line
from bot.blocks.storms.storm import WHY, storm_head
from bot.domain.slack.readers import OURS
from bot.domain.storms.storm import Mark, MarkKind, StormPlace, StormRole
from bot.domain.storms.view import StormView
from bot.ports.chat import Message

ROLES: Mapping[StormRole, str] = {
    StormRole.COMMUNICATIONS: "Communications lead",
    StormRole.OWNER: "Owner",
    StormRole.SCRIBE: "Scribe",
}
_TAKE: Mapping[StormRole, tuple[str, str]] = {
    StormRole.COMMUNICATIONS: (ids.STORM_COMMUNICATIONS, "I lead communications"),
    StormRole.OWNER: (ids.STORM_OWN, "I own it"),
    StormRole.SCRIBE: (ids.STORM_SCRIBE, "I am scribe"),
}


def storm_desk(view: StormView, secret: bytes) -> Message:
    """Draw the roles and the checklist."""
    roles = [_role(view, one) for one in StormRole]
    steps = [_step(view, words) for words in view.policy.checklist]
    lines: list[Phrase] = [[Bold("Roles")], *roles, [Bold("Checklist")], *steps, *_pause_lines(view)]
    blocks: list[Block] = [parts.rich(*parts.lines(lines, view.now))]
    if view.storm.over_at is None:
        roles_of = [_role_button(view, one, secret) for one in StormRole]
        blocks += parts.actions([*roles_of, _step_menu(view, secret), _pause_button(view, secret)])
    return limits.fit(Message(text=as_line(joined(lines, ". "), view.now), blocks=blocks, kept_to=OURS))


def checklist_step_name(words: str) -> str:
    """Return the name by which a step of the checklist is marked; a step with other words is another one."""
    return sha256(words.encode("utf-8", "replace")).hexdigest()[:12]


def _role(view: StormView, role: StormRole) -> Phrase:
    mark = view.role(role)
    return [f"{ROLES[role]}: ", *(_by(view, mark) if mark else ["nobody yet"])]


def _step(view: StormView, words: str) -> Phrase:
    mark = view.mark(MarkKind.STEP, checklist_step_name(words))
    said = parts.shortened(words, limits.REASON)
    return [f"✓ {said}: ", *_by(view, mark)] if mark else [f"• {said}"]


def _by(view: StormView, mark: Mark) -> Phrase:
    return [f"{display_name(view.names, mark.person)} at ", mark.at]


def _pause_lines(view: StormView) -> list[Phrase]:
    asked = view.kind(MarkKind.PAUSE)
    if not asked:
        return []
    seen = [display_name(view.names, one.person) for one in view.kind(MarkKind.SEEN)]
    who = f"; seen by {', '.join(seen)}" if seen else "; nobody has said yet that they saw it"
    return [["Marketing was asked to pause by ", *_by(view, asked[0]), who]]


def _role_button(view: StormView, role: StormRole, secret: bytes) -> Block:
    value = ids.button_value(ids.STORM, view.storm.id, role.value, secret)
    action, words = _TAKE[role]
    return parts.button(words, action, value, f"Be {ROLES[role].lower()} of storm {view.storm.id}")


def _step_menu(view: StormView, secret: bytes) -> Block | None:
    """Return the menu in which a step is ticked, or ticked off again by the same person."""
    steps = view.policy.checklist[: limits.SELECT_OPTIONS]
    if not steps:
        return None
    options = [parts.option(words, _signed_step(view, words, secret)) for words in steps]
    placeholder = parts.plain_text("Tick a step…", limits.PLACEHOLDER)
    return {"type": "static_select", "action_id": ids.STORM_STEP, "placeholder": placeholder, "options": options}


def _signed_step(view: StormView, words: str, secret: bytes) -> str:
    return ids.button_value(ids.STORM, view.storm.id, checklist_step_name(words), secret)


def _pause_button(view: StormView, secret: bytes) -> Block | None:
    if view.kind(MarkKind.PAUSE):
        return None
    value = ids.button_value(ids.STORM, view.storm.id, 0, secret)
    return parts.button("Ask marketing to pause", ids.STORM_PAUSE, value, "Ask marketing to pause what is planned")


# --- the request to marketing -----------------------------------------------------------------------------------


def pause_request(view: StormView, secret: bytes) -> Message:
    """Draw the request to pause, in marketing's channel."""
    asked = next(iter(view.kind(MarkKind.PAUSE)), None)
    who: list[Piece] = [f"{display_name(view.names, asked.person)} asks: p"] if asked else ["P"]
    said: Phrase = [*who, "lease pause what is planned to be posted until this is over"]
    seen = [_by(view, one) for one in view.kind(MarkKind.SEEN)]
    by: Phrase = ["Seen by ", *joined(seen, ", ")] if seen else ["Nobody has said yet that they saw it"]
    lines = [storm_head(view), said, by]
    blocks: list[Block] = [parts.rich(*parts.lines(lines, view.now))]
    if view.storm.over_at is None:
        value = ids.button_value(ids.STORM, view.storm.id, 0, secret)
        blocks += parts.actions([parts.button("I have seen this", ids.STORM_SEEN, value, "Say that you saw this")])
    return limits.fit(Message(text=as_line(joined(lines, ". "), view.now), blocks=blocks, kept_to=OURS))


# --- its end ----------------------------------------------------------------------------------------------------


def summary(view: StormView) -> Message:
    """Draw what a storm was: how many, how long, the busiest minute, who did what, what became of its cases."""
    untold = not_told_line(view.untold, view.untold_count) if view.untold_count else []
    lines = [one for one in (_was(view), _became(view), untold, _names_of(view), *_did(view)) if one]
    blocks: list[Block] = [parts.rich(*parts.lines([[Bold(f"Storm {view.storm.id} is over")], *lines], view.now))]
    text = as_line(joined([[f"Storm {view.storm.id} is over"], *lines], ". "), view.now)
    return limits.fit(Message(text=text, blocks=blocks, kept_to=OURS))


def _was(view: StormView) -> Phrase:
    storm, figures = view.storm, view.figures
    over = storm.over_at or view.now
    about = f"{plural(figures.count, 'mention')} about {parts.shortened(storm.about, 120)} in "
    said: list[Piece] = [about, length(over - storm.since)]
    if figures.busiest:
        said += [", most of them at ", figures.busiest[0], f": {figures.busiest[1]} in that minute"]
    return said


def _became(view: StormView) -> Phrase:
    figures = view.figures
    said = [[f"{figures.answered} answered"]]
    said += [[f"{figures.set_aside} set aside"]] if figures.set_aside else []
    if figures.waiting:
        said += [[f"{figures.waiting} not answered: they come out as cases, those first that are due first"]]
    out = figures.places.get(StormPlace.TAKEN_OUT, 0)
    said += [[f"{out} taken out, since they were about something else"]] if out else []
    return joined(said)


def _names_of(view: StormView) -> Phrase:
    found = [f"{ROLES[one]} {display_name(view.names, mark.person)}" for one in StormRole if (mark := view.role(one))]
    return [", ".join(found)] if found else []


def _did(view: StormView) -> Sequence[Phrase]:
    steps = [
        _step(view, words) for words in view.policy.checklist if view.mark(MarkKind.STEP, checklist_step_name(words))
    ]
    stood = [f"case {one.case} ({WHY[one.why]})" for one in view.standing_out if one.why]
    return [*steps, *_pause_lines(view), *([[f"Stood out: {', '.join(stood)}"]] if stood else [])]
