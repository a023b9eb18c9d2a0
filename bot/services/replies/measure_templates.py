"""Compares the order of templates for recorded posts with what people say would fit."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from bot.domain.base.policy import Policy
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention, Side
from bot.domain.replies.template_order import best_first
from bot.ports.words import TemplateLike
from bot.services.replies.situation import situation_of

SHORT = 3  # templates that count as "among the first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """The templates that a person named for a post: the best one, and others nearly as good."""

    best: str
    also: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class TemplatesMeasured:
    """The number of posts for which the named template came first, or among the first three."""

    count: int = 0
    first: int = 0
    short: int = 0
    first_or_also: int = 0  # counting the others that are nearly as good
    short_or_also: int = 0
    instead: Counter[tuple[str, str]] = field(default_factory=Counter)  # named, and what came first instead

    def add(self, called: Called, offered: Sequence[str]) -> None:
        """Count one post."""
        good, first = {called.best, *called.also}, offered[:SHORT]
        self.count += 1
        self.first += called.best in offered[:1]
        self.short += called.best in first
        self.first_or_also += not good.isdisjoint(offered[:1])
        self.short_or_also += not good.isdisjoint(first)
        if called.best not in offered[:1]:
            self.instead[called.best, next(iter(offered), "nothing")] += 1


def measured_templates(
    policy: Policy, templates: Sequence[TemplateLike], posts: Iterable[Mention], called: Mapping[str, Called]
) -> TemplatesMeasured:
    """Return how well the order of templates agrees with what a person named, by post id.

    A template in another language counts as the one that it is named after; two that say the same count once.
    """
    found, known = TemplatesMeasured(), {one.ref.post_id: one for one in posts}
    for post_id, named in called.items():
        if (post := known.get(post_id)) is None or post.side == Side.OURS:
            continue
        here = situation_of(policy, post, known.get(post.parent_id or ""))
        offered = [_plain(one) for one in best_first(templates, here)]
        found.add(named, [*dict.fromkeys(offered)])
    return found


def _plain(template: TemplateLike) -> str:
    return template.name.removesuffix(f"_{template.language}")
