"""Starts a storm from a topic or from words that a lead typed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.text import for_slack
from bot.domain.storms.heard import Heard
from bot.domain.storms.signature import FeatureKind, Trait, topic_words
from bot.domain.storms.spikes import Spike
from bot.domain.storms.storm import Storm
from bot.ports import Desk
from bot.services.storms.opening import open_storm
from bot.services.storms.signatures import own_names, signature_of

EARLIER = timedelta(hours=1)  # posts of so long are folded, too
MOST_POSTS = 2_000  # of these
MOST_WORDS = 3  # each folds by itself: many words would fold nearly everything
_LONGEST = 200


def start_storm(desk: Desk, words: str, *, by: str, at: datetime) -> Storm:
    """Start a storm about a topic of the desk, or about each of some words, and fold the first of its cases.

    Raises NotUsable where the words say nothing, or are too many; Outdated where a storm is open about one of them.
    """
    traits = _traits(desk, words)
    for one in desk.store.open_storms():
        if shared := set(one.traits).intersection(traits):
            raise Outdated(f"Storm {one.id} is open about “{min(shared).name}” already. `/care storm` lists it.")
    with desk.store.transaction():
        spike = _spike(desk, traits, at)
        return open_storm(desk, spike.id, by=by, at=at)


def _traits(desk: Desk, words: str) -> tuple[Trait, ...]:
    said = " ".join(words.casefold().split())
    topics = {" ".join(one.casefold().split()): one for one in _topics(desk)}
    if said in topics:
        return (Trait(FeatureKind.TOPIC, topics[said]),)
    found = topic_words(words, names=own_names(desk))
    if not found:
        quoted = for_slack(words, _LONGEST)
        raise NotUsable(f"“{quoted}” says too little: please name a topic, or a word that customers use for it.")
    if len(found) > MOST_WORDS:
        raise NotUsable(
            f"Each of these words folds by itself; {len(found)} would fold too much. At most {MOST_WORDS}, please."
        )
    return tuple(Trait(FeatureKind.WORD, one) for one in found)


def _topics(desk: Desk) -> list[str]:
    """Return the topics that routes, rules of triage and open cases give."""
    given = [*(one.topic for one in desk.policy.routes), *(one.topic for one in desk.store.queue_shares())]
    return [one for one in dict.fromkeys(given) if one]


def _spike(desk: Desk, traits: tuple[Trait, ...], at: datetime) -> Spike:
    """Keep the posts of the last hour that these traits are about as a spike, from which a storm can be opened.

    It is over at once: nobody is told that it began, or that it is quiet again.
    """
    found = _heard(desk, traits, at)
    words = tuple(one.name for one in traits)
    since = min((one.at for one in found), default=at)
    spike = Spike(id=0, traits=traits, words=words, since=since, noticed_at=at, usual=0, over_at=at)
    return desk.store.add_spike(spike, {one.case for one in found})


def _heard(desk: Desk, traits: Sequence[Trait], at: datetime) -> list[Heard]:
    recent = desk.store.heard_within(at - EARLIER, at + EARLIER, MOST_POSTS)  # clocks of two threads may differ
    known = [one for one in recent if one.case and not one.recorded]
    return [one for one in known if not signature_of(desk, one).traits.isdisjoint(traits)]
