"""The answer of `/care storm`: the open storms, each with its figures and the way to its message."""

from bot.blocks.base import limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, joined
from bot.blocks.storms.storm import ABOUT, storm_head, storm_owed
from bot.domain.slack.readers import OURS
from bot.domain.storms.signature import FeatureKind
from bot.domain.storms.storm import Storm
from bot.domain.storms.view import StormLine, StormList
from bot.ports.chat import Message

LISTED = 10
_NONE = "No storm is open."
_HOW = "Leads start one with “/care storm” and a topic, or a word that customers use for it."


def storm_list(found: StormList) -> Message:
    """Draw the open storms."""
    lines = [*(_started(found.started) if found.started else []), *(_line(one) for one in found.storms[:LISTED])]
    more = len(found.storms) - LISTED
    lines += [[f"and {more} more"]] if more > 0 else []
    lines += [] if found.storms else [[Bold(_NONE), f" {_HOW}"]]
    blocks: list[Block] = [parts.rich(*parts.lines(lines, found.now))]
    return limits.fit(Message(text=as_line(joined(lines, " · "), found.now), blocks=blocks, kept_to=OURS))


def _line(one: StormLine) -> Phrase:
    way: Phrase = [Link("open its message", one.link)] if one.link else ["its message is not in Slack yet"]
    return joined([storm_head(one.view), storm_owed(one.view), way])


def _started(storm: Storm) -> list[Phrase]:
    """Return what is folded from now on: each word folds by itself."""
    names = " or ".join(f"“{parts.shortened(one.name, ABOUT)}”" for one in storm.traits)
    topical = any(one.kind == FeatureKind.TOPIC for one in storm.traits)
    what = f"on {names}" if topical else f"that say {names}"
    said = f" is open: mentions {what} are folded, and those of the last hour that nobody has taken."
    return [[Bold(f"Storm {storm.id}"), said]]
