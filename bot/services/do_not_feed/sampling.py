"""Offers the leads a sample of what was set aside in the month before, and counts what they say of it."""

from datetime import date, datetime
from secrets import token_hex

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import CaseState
from bot.domain.cases.case import Case
from bot.domain.cases.view import CaseView
from bot.domain.do_not_feed.sample import (
    Sample,
    SampleItem,
    SamplePage,
    SampleRow,
    SampleVerdict,
    month_before,
    picked,
)
from bot.domain.slack.readers import OURS, Reader, narrowest
from bot.ports import Desk
from bot.services.cases.view import thread_link, view
from bot.services.do_not_feed.coming_back import open_post
from bot.services.do_not_feed.impostors import bring_back
from bot.services.light_lane import deciding
from bot.services.slack.readers import may_read
from bot.services.team.access import must_lead

SHOW_SAMPLE = "aside_sample"  # the button under the message
SHOWN = 5  # at once
_PRIVATE = "somebody in private"


def tell_sample(desk: Desk, now: datetime, seed: str = "") -> int:
    """Offer the sample of the month before, once; return how many are in it. `seed`: for a sample made again."""
    since, until = month_before(now.astimezone(desk.policy.hours.zone))
    month, newest = f"{since:%Y-%m}", desk.store.newest_sample()
    if newest is not None and newest.month >= month:
        return 0
    found, seed = desk.store.set_aside_within(since, until), seed or token_hex(8)
    some = picked(found, seed)
    with desk.store.transaction():
        row = desk.store.add_sample(month, seed, some, len(found), now)
        if row and some:
            said = (f"{_called(month)}: {len(found)} were set aside. Please look at {_some(len(some), len(found))}",)
            ask = (*said, " again: was it right, or should it have been answered?")
            desk.store.notice(_key(row), desk.policy.leads_channel, ask, now, SHOW_SAMPLE)
    return len(some) if row else 0


def _some(many: int, of: int) -> str:
    return f"these {many}" if many == of else f"{many} of them"


def sample_page(desk: Desk, reader: Reader, now: datetime) -> SamplePage | None:
    """Return the next ones of the newest sample, without words that this reader may not read; None without one."""
    sample = desk.store.newest_sample()
    if sample is None:
        return None
    read = [_row(desk, one, reader, now) for one in desk.store.open_sample_items(sample.id, SHOWN)]
    return SamplePage(sample=sample, shown=[row for row, _ in read], kept_to=narrowest(where for _, where in read))


def _row(desk: Desk, item: SampleItem, reader: Reader, now: datetime) -> tuple[SampleRow, str]:
    if item.case:
        seen = view(desk, desk.store.case(item.case), reader, now)
        return SampleRow(item=item, **_of_case(desk, seen)), seen.kept_to
    post = desk.store.mention(item.mention)
    shown = not post.private or may_read(desk, desk.policy.channel, reader, now)
    author = post.author.called if shown else _PRIVATE
    row = SampleRow(item=item, author=author, text=post.text if shown else "", link="" if post.private else post.url)
    return row, desk.policy.channel if post.private and shown else OURS


def _of_case(desk: Desk, seen: CaseView) -> dict[str, str]:
    latest, case = seen.latest, seen.case
    author = case.author.name or case.author.called
    text = latest.text if latest and not seen.hidden else ""
    return {
        "author": "somebody in private" if seen.hidden else author,
        "text": text,
        "link": thread_link(desk, case.id),
    }


def judge(desk: Desk, item_id: int, verdict: SampleVerdict, *, by: str, at: datetime) -> Case | None:
    """Write down what a lead says of one; open it where it should have been answered, and return its case.

    Raises NotYours for others than leads, Outdated where somebody was faster.
    """
    must_lead(desk, by, at)
    with desk.store.transaction():
        item, sample = desk.store.sample_item(item_id)
        if not desk.store.judge_sample_item(item_id, verdict, by=by, at=at):
            raise Outdated(f"<@{item.by}> has looked at this one already.")
        case = _opened(desk, item, by, at) if verdict == SampleVerdict.MISSED else None
        _tell_result(desk, desk.store.sample(sample), at)
    return case


def _opened(desk: Desk, item: SampleItem, by: str, at: datetime) -> Case:
    """Bring back one that should have been answered; one that came back meanwhile stays as it is."""
    if item.case:
        case = desk.store.case(item.case)
        return bring_back(desk, case.id, by=by, at=at) if case.state == CaseState.DISMISSED else case
    post = desk.store.aside_post(item.mention)
    light = desk.store.light(item.mention)
    if post is not None and not post.case_id:
        return open_post(desk, item.mention, by=by, at=at)
    if light is not None and not light.case_id:
        return deciding.open_as_case(desk, item.mention, by=by, at=at)
    return desk.store.case(post.case_id if post else light.case_id if light else 0)


def _tell_result(desk: Desk, sample: Sample, at: datetime) -> None:
    """Show the result in the leads' channel once all were looked at."""
    if sample.count(SampleVerdict.OPEN):
        return
    missed = sample.count(SampleVerdict.MISSED)
    reasons = ", ".join(f"{reason} {many}" for reason, many in sorted(sample.missed.items()))
    those = f"{missed} should have been answered and came back ({reasons})" if missed else "all were right"
    said = (f"{_called(sample.month)}: {sample.count()} of {sample.of} set aside were looked at again; {those}.",)
    desk.store.notice_anew(_key(sample.id), said, at)


def _called(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def _key(sample_id: int) -> str:
    return f"aside-sample:{sample_id}"
