"""Triage rules of the configuration: the posts that they fit, and what they decide about these."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention
from bot.domain.triage.triage import AGAINST, LIGHT, OF_RULE, Kind, Reason, Triage, Urgent

IMPORTANCE = (Urgent.SAFETY, Urgent.LEGAL, Urgent.VULNERABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The posts that a rule is for; an empty value means all."""

    networks: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()  # of Slack, to which the routes send the post
    languages: frozenset[str] = frozenset()
    at_least: int = 0  # followers of the author; who has an unknown number fits no condition on followers
    below: int = 0
    stars_at_most: int = 0  # of a review; 0: any post

    def hold(self, post: Mention, language: str, channel: str) -> bool:
        """Return whether a post meets them all."""
        return (
            (not self.networks or post.ref.network in self.networks)
            and (not self.languages or language in self.languages)
            and (not self.channels or channel in self.channels)
            and self._counts(post.author.followers)
            and (not self.stars_at_most or (post.stars is not None and post.stars <= self.stars_at_most))
        )

    def _counts(self, followers: int | None) -> bool:
        if not self.at_least and not self.below:
            return True
        return followers is not None and followers >= self.at_least and (not self.below or followers < self.below)

    def include(self, other: "Conditions") -> bool:
        """Return whether every post that meets the other conditions meets these."""
        pairs = ((getattr(self, one), getattr(other, one)) for one in ("networks", "channels", "languages"))
        listed = all(not mine or (theirs and theirs <= mine) for mine, theirs in pairs)
        counted = not self.below or 0 < other.below <= self.below
        starred = not self.stars_at_most or 0 < other.stars_at_most <= self.stars_at_most
        return listed and counted and starred and self.at_least <= other.at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageRule:
    """A rule: when the pattern and the conditions fit a post, it has this kind, urgency or topic."""

    name: str
    finds: Callable[[str], str]  # returns the part of a text that fits the pattern, or ""
    where: Conditions = Conditions()
    kind: Kind | None = None
    urgent: Urgent = Urgent.NO
    topic: str = ""
    light: bool | None = None  # None: as the words say


class Fitting(NamedTuple):
    """A rule that fits a post, and the words of the post that do."""

    rule: TriageRule
    words: str

    @property
    def reason(self) -> Reason:
        """Return the reason that the card gives."""
        return Reason((" ".join(self.words.split()),), f"{OF_RULE}{self.rule.name}")


def fitting(rules: Iterable[TriageRule], post: Mention, language: str, channel: str) -> tuple[Fitting, ...]:
    """Return the rules that fit a post, in their order."""
    likely = (one for one in rules if one.where.hold(post, language, channel))
    found = (Fitting(one, one.finds(post.text)) for one in likely)
    return tuple(one for one in found if one.words)


def most_urgent(fits: Sequence[Fitting]) -> Fitting | None:
    """Return the rule that makes a post urgent: the most important reason, and then the first; None: none does."""
    urgent = [one for one in fits if one.rule.urgent]
    return min(urgent, key=lambda one: IMPORTANCE.index(one.rule.urgent), default=None)


def by_triage_rules(told: Triage, fits: Sequence[Fitting]) -> Triage:
    """Return the triage of a post after the rules that fit it.

    The first rule that says a kind, or whether it is light, decides that. Urgency only rises.
    """
    return _topic(_urgent(_light(_kind(told, fits), fits), fits), fits)


def _kind(told: Triage, fits: Sequence[Fitting]) -> Triage:
    for one in fits:
        if one.rule.kind is not None:
            sure = one.rule.kind not in LIGHT or (told.kind in LIGHT and told.sure)
            return replace(told, kind=one.rule.kind, kind_by=one.reason, sure=sure)
    return told


def _light(told: Triage, fits: Sequence[Fitting]) -> Triage:
    one = next((one for one in fits if one.rule.light is not None), None)
    if one is None:
        return told
    in_doubt = told.kind == Kind.COMPLAINT and told.kind_by == Reason()
    if one.rule.light and in_doubt:  # nothing in it is wrong, as far as the words tell
        return replace(told, kind=Kind.CHATTER, kind_by=one.reason, sure=True)
    sounds_wrong = one.rule.light and told.kind_by.rule == AGAINST
    if told.kind not in LIGHT or told.sure == one.rule.light or sounds_wrong:
        return told
    return replace(told, kind_by=one.reason, sure=bool(one.rule.light))


def first_of_topic(fits: Sequence[Fitting]) -> Fitting | None:
    """Return the first rule that says a topic, or None."""
    return next((one for one in fits if one.rule.topic), None)


def _topic(told: Triage, fits: Sequence[Fitting]) -> Triage:
    one = first_of_topic(fits)
    return replace(told, topic_by=one.reason) if one is not None and told.topic == one.rule.topic else told


def _urgent(told: Triage, fits: Sequence[Fitting]) -> Triage:
    one = most_urgent(fits)
    if one is None or (told.urgent and IMPORTANCE.index(told.urgent) <= IMPORTANCE.index(one.rule.urgent)):
        return told
    return replace(told, urgent=one.rule.urgent, urgent_by=one.reason)
