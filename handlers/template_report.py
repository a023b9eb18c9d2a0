"""Reports on templates for the command line: how well their order agrees with what people say fits."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.domain.base.policy import Policy
from bot.domain.base.refusals import NotUsable
from bot.domain.mentions.mention import Mention
from bot.ports.words import TemplateLike
from bot.services.replies.measure_templates import SHORT, Called, TemplatesMeasured, measured_templates

INSTEAD = 5  # of what came first instead of what a person named
Named = Mapping[str, Mapping[str, Called]]  # by half and post id


def read_template_labels(path: Path) -> Named:
    """Return what people name for posts (CSV with id, template and, where known, also and half).

    Posts without a template are left out. Raises NotUsable where the file cannot be read.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as trouble:
        raise NotUsable(f"{path.name} cannot be read: {trouble}") from None
    found: dict[str, dict[str, Called]] = {}
    for number, row in enumerate(rows, 2):
        if not row.get("id") or row.get("template") is None:
            raise NotUsable(f"{path.name}, line {number}: it needs the columns id and template.")
        if row["template"]:
            also = frozenset((row.get("also") or "").split())
            found.setdefault(row.get("half") or "all", {})[row["id"]] = Called(best=row["template"], also=also)
    return found


def agreement(
    policy: Policy, templates: Sequence[TemplateLike], posts: Sequence[Mention], named: Named
) -> Iterator[str]:
    """Yield for each half how often the named template comes first, or among the first three."""
    for half, called in named.items():
        yield from _half(half, measured_templates(policy, templates, posts, called))


def _half(half: str, found: TemplatesMeasured) -> Iterator[str]:
    yield f"{half}: {found.count} posts. The template that people name is"
    yield _shares("first", found.first, found.first_or_also, found.count)
    yield _shares(f"among the first {SHORT}", found.short, found.short_or_also, found.count)
    for (best, instead), count in found.instead.most_common(INSTEAD):
        yield f"{count:>6}  {instead} came before {best}"


def _shares(name: str, best: int, good: int, of: int) -> str:
    best_share, good_share = (f"{100 * one / max(of, 1):.0f} %" for one in (best, good))
    return f"  {name:<20} {best_share:>5}, with those nearly as good {good_share:>5}"
