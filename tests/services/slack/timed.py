"""A Slack that notes when each message came, and a desk that tells it as time goes by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.mentions.mention import Mention
from bot.domain.reminders.recipients import LadderStep
from bot.domain.team.people import Group
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import ChatOutcome, Desk, Message, NotPosted, Paced
from bot.services.slack.publishing import Publisher
from handlers.loops import NET
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import APPROVERS, BEN, NOON, FakeChat, a_desk, a_post
from tests.services.journey import clock, receive, slack, written

LADDER = ((110, LadderStep.BACKUP), (150, LadderStep.LEAD), (200, LadderStep.CHANNEL))
MINUTE = timedelta(minutes=1)


@dataclass
class TimedChat(FakeChat):
    """A Slack that notes when which new message came, and to whom."""

    clock: Callable[[], datetime] = lambda: NOON
    came: list[tuple[str, datetime, str]] = field(default_factory=list)

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        outcome = super().post(channel, message, thread_ts=thread_ts, telling=telling)
        if not isinstance(outcome, NotPosted | Paced):
            self.came.append((channel, self.clock(), read(message)))
        return outcome

    def to(self, who: str) -> list[str]:
        return [said for whom, _, said in self.came if whom == who]

    def when(self, who: str) -> list[datetime]:
        return [at for whom, at, _ in self.came if whom == who]


def timed(store: SqlStore) -> Desk:
    """Return a desk on which Ben alone approves."""
    usual = a_desk(store)
    only_ben = {APPROVERS: Group(id=APPROVERS, members=frozenset({BEN}), fetched_at=NOON)}
    store.put_people(list(slack(usual).people.values()), list(only_ben.values()))
    chat = TimedChat(people=slack(usual).people, groups=only_ben, clock=usual.clock.now)
    ruled = replace(usual.policy, reminders=replace(usual.policy.reminders, ladder=LADDER))
    return replace(usual, chat=chat, policy=ruled)


def told(desk: Desk) -> TimedChat:
    assert isinstance(desk.chat, TimedChat)
    return desk.chat


def publisher(desk: Desk) -> Publisher:
    return Publisher(desk, Limiter(desk.clock.pace), draw)


def publish(desk: Desk, seconds: float = 0.0) -> None:
    """Publish what Slack takes within so many seconds, with a publisher that was just started."""
    one, end = publisher(desk), clock(desk).now() + timedelta(seconds=seconds)
    while clock(desk).now() <= end:
        wait = one.one_round(one.desk.clock.now())
        clock(desk).move(seconds=NET if wait is None else wait)
    clock(desk).at = end


def now_posted(desk: Desk, number: int) -> Mention:
    return replace(a_post(str(number), "parcel?", by=f"c{number}"), posted_at=desk.clock.now())


def cases(desk: Desk, count: int, first: int = 1) -> Sequence[int]:
    """Let so many people write, and their cards stand."""
    receive(desk, *(now_posted(desk, 100 + n) for n in range(first, first + count)))
    publish(desk, count * 2)
    return range(first, first + count)


def drafts(desk: Desk, *numbers: int, text: str = "We are on it. ^AN") -> None:
    for number in numbers:
        written(desk, number, text=f"{text} {number}")


def least_apart(desk: Desk, who: str) -> timedelta:
    return min((later - sooner for sooner, later in pairwise(told(desk).when(who))), default=MINUTE)


def slack_text(desk: Desk, who: str) -> str:
    """Return all that stands in somebody's direct messages, or in a channel, as it is shown now."""
    room = f"D{who[1:]}" if who.startswith("U") else who
    return "\n".join(read(message) for (channel, _), message in slack(desk).messages.items() if channel == room)
