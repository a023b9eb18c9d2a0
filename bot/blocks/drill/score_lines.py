"""The sentences of a drill: what is told at its beginning, and at its end."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bot.blocks.base import limits, parts
from bot.blocks.base.phrases import Phrase, Piece, as_line
from bot.blocks.drill.marks import COMMAND
from bot.domain.drill.score import PersonScore, Score
from bot.domain.drill.script import Script
from bot.domain.slack.readers import OURS
from bot.ports.chat import Message

_PEOPLE = 10  # named in Slack; the page has them all


def drill_message(said: Phrase, now: datetime) -> Message:
    """Return a sentence of the drill as a message; nothing in it is parsed."""
    return limits.fit(Message(text=as_line(said, now), blocks=[parts.rich(parts.line(said, now))], kept_to=OURS))


def drill_opening(script: Script, ends_at: datetime) -> Phrase:
    """Return what the team reads at the beginning."""
    said = (
        f"A drill begins: {script.title}. Today you are the team of {script.brand}. {script.situation} "
        "Work as on a real day: take roles, take cases, write, approve. Every post is invented, and approved replies "
        f"stay in this drill. The command is {COMMAND}. It ends at "
    )
    return [said, ends_at, "."]


def situation_update(words: str) -> Phrase:
    """Return what the team is told in the course of a drill."""
    return [f"News for the team: {words}"]


def drill_closing(score: Score, name: Callable[[str], str]) -> Phrase:
    """Return the score in short, for the channel."""
    return [*_figures(score), *_never_asked(score, name), " The page with everything is on the machine of the drill."]


def _figures(score: Score) -> Iterator[Piece]:
    yield f"The drill is over after {drill_length(score.lasted)}. "
    first = score.first_statement
    yield (
        f"The first statement went out after {drill_length(first)}. "
        if first is not None
        else "No statement went out. "
    )
    kept, lapsed = score.promises.get("kept", 0), score.promises.get("lapsed", 0)
    yield f"Promises: {kept} kept, {lapsed} lapsed. Customers: {score.answered} of {score.customers} were answered."
    missing = [one.name for one in score.milestones if one.after is None]
    if missing:
        yield f" Not done: {', '.join(missing)}."


def _never_asked(score: Score, name: Callable[[str], str]) -> Iterator[Piece]:
    if score.never_asked:
        yield " Never asked: "
        for place, who in enumerate(score.never_asked[:_PEOPLE]):
            yield from ([", "] if place else [])
            yield name(who)
        yield f" and {len(score.never_asked) - _PEOPLE} more." if len(score.never_asked) > _PEOPLE else "."
    if score.teams_never_asked:
        yield f" Teams that were never asked: {', '.join(score.teams_never_asked)}."


def drill_length(took: timedelta | None) -> str:
    """Return a length of a drill in minutes and seconds."""
    if took is None:
        return "not at all"
    seconds = max(0, int(took.total_seconds()))
    hours, minutes = divmod(seconds // 60, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{seconds % 60} s"]
    return " ".join([one for one in parts if one][:2])


def deeds(person: PersonScore) -> str:
    """Return what a person did, in words."""
    done = ", ".join(f"{deed}: {many}" for deed, many in sorted(person.did.items()))
    return done or ("nothing, though asked" if person.asked else "nothing")
