"""The report of kept promises and of the time to each milestone, for Slack and the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from bot.blocks.base import limits, parts
from bot.blocks.base.wording import display_name, length, plural
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.promises.hours_text import FEWEST, KEPT, Published
from bot.domain.promises.report import Counts, Milestone, Report, Took
from bot.domain.slack.readers import OURS
from bot.ports.chat import Message

MOST_NAMED = 10
_STAGES: Mapping[Milestone, str] = {
    Milestone.TOLD: "in a thread",
    Milestone.CLAIMED: "claimed",
    Milestone.DRAFTED: "drafted",
    Milestone.ASKED: "approval asked",
    Milestone.APPROVED: "approved",
    Milestone.REPLIED: "answered",
    Milestone.SOLVED: "solved",
}
_TABLE = "Leads get the numbers as a table with `csv` at the end."


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The labels that people read in place of ids in a report."""

    people: Mapping[str, str]  # by Slack user id
    networks: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)


def promises(title: str, found: Report, labels: Labels) -> Message:
    """Draw `/care promises`; `title` names the period."""
    heading = f"Promises, {title}"
    lines = promise_lines(found, labels)
    blocks = [parts.header(heading), *(parts.small(line) for line in lines), parts.section(_TABLE)]
    return limits.fit(
        Message(text=parts.own(f"{heading}: {'; '.join(lines)}.", limits.FALLBACK), blocks=blocks, kept_to=OURS)
    )


def being_counted(title: str, many: int) -> Message:
    """Draw the message that the report takes longer and will follow by itself."""
    said = (
        f"Promises, {title}: counting {many:,} cases. The answer follows here in a moment. If it does not, ask again."
    )
    return Message(text=parts.own(said, limits.FALLBACK), blocks=[parts.section(said)], kept_to=OURS)


def table_asked(title: str) -> Message:
    """Draw the message that a table was requested, and how it will be delivered."""
    said = f"The table of promises, {title}, comes to you as a direct message in a moment. If it does not, ask again."
    return Message(text=parts.own(said, limits.FALLBACK), blocks=[parts.section(said)], kept_to=OURS)


def hours(found: Published) -> Message:
    """Draw `/care hours`: a sentence to copy, and the published hours beside those that were kept."""
    lines = _compared(found)
    offered, heading = (found.text, "For the brand's profile:") if found.text else ("", _why_nothing(found))
    blocks = [parts.section(heading), *([parts.rich(parts.box(offered))] if offered else [])]
    text = " ".join(one for one in (heading, offered, *lines) if one)
    return limits.fit(
        Message(
            text=parts.own(text, limits.FALLBACK),
            blocks=[*blocks, *(parts.small(one) for one in lines)],
            kept_to=OURS,
        )
    )


def _why_nothing(found: Published) -> str:
    """Return why there is no sentence for the profile."""
    if found.owed < FEWEST:
        return (
            f"There is no sentence for the profile yet. In the last 28 days {plural(found.owed, 'customer')} "
            f"got an answer or should have; below {FEWEST} that says too little."
        )
    return (
        f"There is no sentence for the profile now. In the last 28 days {found.kept} of {found.owed} customers were "
        f"answered in time ({100 * found.kept // found.owed} %); from {KEPT} % on it can be said in public."
    )


def _compared(found: Published) -> list[str]:
    if not found.said:
        return [
            "The desk does not know what the profile says now, so it cannot compare. Whoever runs Heard can enter it."
        ]
    lines = [f"The profile says: {found.said}"]
    lines += [] if found.same_hours else ["Its hours are not those that the desk works by."]
    if not found.owed:
        return [*lines, "Nobody was owed a first answer in the last 28 days, so there is nothing to compare it with."]
    if not found.within:
        return [*lines, "It names no length of time."]
    share = 100 * found.met // found.owed
    looked_at = f" (of one case in {found.every})" if found.every > 1 else ""
    said = f"{found.met} of {plural(found.owed, 'customer')}{looked_at} were answered within {length(found.within)}"
    return [*lines, f"In the last 28 days {said} of desk time ({share} %)."]


def promise_lines(found: Report, labels: Labels) -> list[str]:
    """Return the lines of a report, the total first."""
    lines = [_total(found.total)]
    lapsed, at_risk = _cases(found.lapsed_cases, found.lapsed_count), _cases(found.at_risk_cases, found.at_risk_count)
    lines += [f"past the promised time: {lapsed}"] if found.lapsed_cases else []
    lines += [f"at risk: {at_risk}"] if found.at_risk_cases else []
    lines += [_solo(found.solo)] if found.solo else []
    lines += [_each(found.by_network, labels.networks)]
    lines += [_each(found.by_segment, {**labels.segments, "": "everybody else"})] if any(found.by_segment) else []
    lines += [_each(found.by_person, {who: display_name(labels.people, who) for who in found.by_person})]
    if found.medians:
        of = f" (of one case in {found.every})" if found.every > 1 else ""
        lines.append(f"median time since the customer wrote{of}, counting the cases that came to each step:")
        lines += [f"{_STAGES[stage]} after {_long(took)}" for stage, took in found.medians.items()]
    if found.approval:
        lines.append(f"median wait for approval: {_long(found.approval)}")
    lines += [f"and {found.replayed:,} replayed, in no number above"] if found.replayed else []
    return [line for line in lines if line]


def _solo(count: int) -> str:
    return f"{'1 reply' if count == 1 else f'{count} replies'} went out solo"


def _total(counts: Counts) -> str:
    decided = counts.kept + counts.lapsed
    share = f" ({100 * counts.kept // decided} % in time)" if decided else ""
    return f"{_said(counts)}{share}"


def _said(counts: Counts) -> str:
    return f"{counts.kept:,} kept, {counts.at_risk:,} at risk, {counts.lapsed:,} lapsed"


def _each(counts: Mapping[str, Counts], names: Mapping[str, str]) -> str:
    return " · ".join(f"{names[key]} {_said(one)}" for key, one in counts.items())


def _cases(numbers: Sequence[int], count: int) -> str:
    named = ", ".join(map(str, numbers[:MOST_NAMED]))
    more = f" and {plural(count - MOST_NAMED, 'more case')}" if count > MOST_NAMED else ""
    return f"{'case' if count == 1 else 'cases'} {named}{more}"


def _long(took: Took) -> str:
    if length(took.wall) == length(took.desk):
        return length(took.wall)
    return f"{length(took.wall)} ({length(took.desk)} of desk time)"
