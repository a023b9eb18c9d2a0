"""The page of a drill to keep: one HTML file without scripts and without anything from outside, all texts escaped."""

from collections.abc import Callable, Sequence
from datetime import timedelta, tzinfo
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from bot.blocks.drill.score_lines import deeds, drill_length
from bot.domain.drill.course import Course
from bot.domain.drill.score import Score


def drill_page(
    course: Course,
    score: Score,
    *,
    zone: tzinfo,
    how: str,
    statements: Sequence[tuple[timedelta, str]],
    name: Callable[[str], str],
) -> str:
    """Return the page. `statements`: the different texts that went out, each with the time until its first one."""
    written = (files("bot.gateways") / "drill_page.html").read_text("utf-8")
    drawn = Environment(autoescape=True, undefined=StrictUndefined).from_string(written)
    settled = score.promises.get("kept", 0) + score.promises.get("lapsed", 0)
    both = (course.began_at, course.began_at + score.lasted)
    began, ended = (f"{one.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}" for one in both)
    return drawn.render(
        script=course.script, score=score, first=score.first_statement, settled=settled, began=began, ended=ended,
        speed=course.speed, how=how, statements=statements, name=name, deeds=deeds, drill_length=drill_length,
    )  # fmt: skip
