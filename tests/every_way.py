"""All texts that a template makes by the ways of its sentences."""

from collections.abc import Iterator, Mapping
from itertools import product

from bot.domain.replies.least_said import by_chooser
from bot.gateways.templates import ReplyTemplates


def every_text(templates: ReplyTemplates, name: str, facts: Mapping[str, str]) -> Iterator[str]:
    """Yield a template's texts, its first ways first."""
    [ways] = [one.ways for one in templates.all() if one.name == name]
    for chosen in product(*(range(len(sentence)) for sentence in ways)):
        yield templates.fill(name, {**facts, **by_chooser(chosen)}).text
