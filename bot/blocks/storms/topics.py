"""The answer of `/care topics`: a text chart of cases by topic, what rose, and the posts with the widest reach."""

from collections.abc import Iterator, Mapping
from math import ceil

from bot.blocks.base import limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, joined, quotation
from bot.blocks.base.wording import plural
from bot.domain.base.text import flattened, plain
from bot.domain.slack.readers import OURS
from bot.domain.storms.heard import Heard
from bot.domain.storms.spikes import Spike
from bot.domain.storms.topics import TopicCount, Topics
from bot.ports.chat import Message

MOST_TOPICS = 12
MOST_SPIKES = 5
BAR = 20  # characters of the longest bar
NAME = 18  # characters of a topic's name in the chart
QUOTED = 200
_HANDLE = 60


def topics(found: Topics, links: Mapping[int, str], networks: Mapping[str, str]) -> Message:
    """Draw what a period is about; `links` lead to the threads of the loudest posts, `networks` says their labels."""
    heading = f"What it is about, {found.title}"
    head = [_total(found), _compared(found)]
    spikes = [_spike(*one) for one in found.spikes[:MOST_SPIKES]]
    words = [_words(one) for one in found.counts[:MOST_TOPICS] if one.words]
    blocks: list[Block] = [parts.header(heading), parts.small(" ".join(head))]
    blocks += [parts.rich(parts.box(_chart(found)))] if found.counts else []
    blocks += [parts.rich(*parts.lines(spikes, found.now))] if spikes else []
    blocks += [parts.small(one) for one in words]
    blocks += [_loud(one, links, networks, found) for one in found.loudest]
    blocks += [parts.small(_partly(found))] if found.partly else []
    return limits.fit(Message(text=_aloud(heading, head, found, networks), blocks=blocks, kept_to=OURS))


def _total(found: Topics) -> str:
    return f"{plural(found.total, 'case')} opened." if found.total else "No case was opened."


def _compared(found: Topics) -> str:
    if not found.compared:
        return "Nothing is known yet of what is usual."
    if found.compared == 1:
        return f"Usual: as many as by this time a {found.unit} before."
    return f"Usual: the middle of {found.compared} {found.unit}s before, by this time."


def _chart(found: Topics) -> str:
    """Return the chart as bars with numbers, which is also text for a screen reader."""
    shown = found.counts[:MOST_TOPICS]
    most = max(one.cases for one in shown) or 1
    width = max(len(_name(one)) for one in shown)
    digits = len(str(most))
    lines = [
        f"{_name(one):{width}} {'█' * ceil(BAR * one.cases / most):{BAR}} {one.cases:>{digits}}{_beside(one)}"
        for one in shown
    ]
    more = len(found.counts) - len(shown)
    return "\n".join([*lines, *([f"and {plural(more, 'more topic')}"] if more else [])])


def _name(one: TopicCount) -> str:
    return parts.shortened(one.topic, NAME) if one.topic else "no topic"


def _beside(one: TopicCount) -> str:
    usual = "" if one.usual is None else f", usual {round(one.usual)}"
    return f"{usual}{', rose' if one.rose else ''}"


def _words(one: TopicCount) -> str:
    return f"{_name(one)}, what stands out: {', '.join(one.words)}"


def _spike(spike: Spike, people: int) -> Phrase:
    said = Bold(f"{people} people {spike.about}")
    if spike.over_at:
        return [said, " from ", spike.since, " to ", spike.over_at]
    return [said, " since ", spike.since, ", and it goes on"]


def _loud(one: Heard, links: Mapping[int, str], networks: Mapping[str, str], found: Topics) -> Block:
    case = f"Case {one.case}"
    number: Phrase = [Link(case, links[one.case])] if links.get(one.case) else [Bold(case)]
    who = [number, [_who(one, networks)], *([[Link("open the post", one.mention.url)]] if one.mention.url else [])]
    return parts.rich(parts.line(joined(who), found.now), parts.post(one.mention.text, QUOTED))


def _who(one: Heard, networks: Mapping[str, str]) -> str:
    author, network = one.mention.author, one.mention.ref.network
    followers = f", {author.followers:,} followers" if author.followers else ""
    return f"{plain(author.called, _HANDLE)} on {networks.get(network, network)}{followers}"


def _partly(found: Topics) -> str:
    return f"The words are those of the newest {found.looked_at:,} posts."


def _aloud(heading: str, head: list[str], found: Topics, networks: Mapping[str, str]) -> str:
    said: list[Phrase] = [[f"{heading}: {' '.join(head)}"], *([one] for one in _sentences(found))]
    said += [[*_spike(*one), "."] for one in found.spikes[:MOST_SPIKES]]
    for one in found.loudest:
        quoted = " ".join(flattened(one.mention.text).split())
        said.append([f"Case {one.case}, {_who(one, networks)}: {quotation(plain(quoted, QUOTED))}"])
    said += [[_partly(found)]] if found.partly else []
    return as_line(joined(said, " "), found.now)


def _sentences(found: Topics) -> Iterator[str]:
    for one in found.counts[:MOST_TOPICS]:
        words = f"; what stands out: {', '.join(one.words)}" if one.words else ""
        yield f"{_name(one)} {one.cases}{_beside(one)}{words}."
    more = len(found.counts) - MOST_TOPICS
    if more > 0:
        yield f"And {plural(more, 'more topic')}."
