"""The answer of `/care templates`: which templates are used, what became of them, and what is missing."""

from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.domain.base.text import for_slack
from bot.domain.cases.earlier_case import Ending
from bot.domain.replies.template_use import RepeatedSentence, TemplateReport, TemplateUse
from bot.domain.slack.readers import OURS
from bot.ports.chat import Message

MOST = 25  # templates, and sentences, that are named
OFFERED = 5  # sentences with a button
_FURTHER = "{} more have no button here: one comes up when these are templates, or write it with the button above."
LINES, ROOM = 30, 4_000  # of the report in Slack, and their characters: what waits for approval is beside it
_ANSWERED = {
    Ending.THANKED: "thanked",
    Ending.UNHAPPY: "complained again",
    Ending.WROTE_AGAIN: "wrote again",
    Ending.SILENT: "wrote nothing",
    Ending.UNANSWERED: "nothing known yet",
}


def templates(found: TemplateReport, secret: bytes = b"") -> Message:
    """Draw how templates were used; with a `secret` the first sentences have a button that makes one a template."""
    offered = {_said(one): one for one in found.repeated[:OFFERED]} if secret else {}
    lines = [*_fitting([*_with_further(found, offered)])]
    blocks: list[Block] = [parts.header("Templates")]
    for line in lines:
        blocks += [parts.small(line), *(_offer(offered[line], secret) if line in offered else [])]
    aloud = "\n".join(["Templates.", *(for_slack(line, limits.SPOKEN) for line in lines)])
    return limits.fit(Message(text=aloud, blocks=blocks, kept_to=OURS))


def _with_further(found: TemplateReport, offered: Collection[str]) -> Iterator[str]:
    """Yield the report, and behind the sentences that have a button how many have none."""
    last, further = next(reversed([*offered]), ""), len(found.repeated) - len(offered)
    for line in report_lines(found):
        yield line
        if line == last and further > 0:
            yield _FURTHER.format(further)


def _fitting(lines: Sequence[str]) -> Iterator[str]:
    sizes = accumulate(map(len, lines))
    fits = sum(size <= ROOM for size in list(sizes)[:LINES])
    yield from lines[:fits]
    if left := len(lines) - fits:
        yield f"{left} more lines: heard templates"


def report_lines(found: TemplateReport) -> Iterator[str]:
    """Yield the report as sentences; none of them holds a customer's words or name."""
    began = f"{found.with_template} of {_replies(found.replies)} in the last 90 days began with a template."
    yield began if found.replies else "No reply went out in the last 90 days."
    yield from (_use(one) for one in found.uses[:MOST])
    yield from _more(len(found.uses) - MOST, "template was used", "templates were used")
    if found.never_used and found.replies >= len(found.uses) + len(found.never_used):  # before, it would list all
        yield f"Never used: {', '.join(found.never_used)}."
    for one in found.lacking[:MOST]:
        about = f' about "{one.topic}"' if one.topic else ""
        yield f"No template in {one.language}{about}: {_replies(one.replies)} went out without."
    yield from _more(len(found.lacking) - MOST, "topic has no template", "topics have no template")
    yield from (_said(one) for one in found.repeated[:MOST])
    yield from _more(len(found.repeated) - MOST, "sentence is written again", "sentences are written again")


def _more(many: int, one: str, several: str) -> Iterator[str]:
    if many > 0:
        yield f"{many} more {one if many == 1 else several}."


def _said(one: RepeatedSentence) -> str:
    return f"Written to {one.customers} customers in nearly these words: “{one.words}”"


def _offer(one: RepeatedSentence, secret: bytes) -> list[Block]:
    value = ids.button_value(ids.TEMPLATE, 0, one.mark, secret)
    return parts.actions(
        [parts.button("Make it a template", ids.TEMPLATE_BEGIN, value, f"Make a template: {one.words}")]
    )


def _use(one: TemplateUse) -> str:
    kept = "" if one.kept is None else f", half of them keep {100 * one.kept:.0f} % of it or more"
    answers = [f"{count} {_ANSWERED[how]}" for how, count in one.endings.most_common()]
    after = f"; customers: {', '.join(answers)}" if answers else ""
    return f"{one.title}: used {one.used} times, {one.unchanged} unchanged{kept}{after}."


def _replies(count: int) -> str:
    return "1 reply" if count == 1 else f"{count} replies"
