"""The desk on which everything is pressed: all networks, a machine and a system of our own, each with an answer to everything."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.domain.cases.customer import CustomerRecord
from bot.domain.replies.outcome_checks import NEVER_SAFE, SafeRepeat
from bot.domain.replies.suggestion import ReplyWanted
from bot.gateways.templates import ReplyTemplates
from bot.ports import ChatOutcome, Desk, Message
from bot.ports.store import Store
from handlers.door import SlowWork
from tests.bench.growth.place import NETWORKS
from tests.fakes import CorrectableNetwork, FakeChat, FakeClock, FakeNetwork, HidingNetwork, a_desk, everybody
from tests.services.journey import slack
from tests.services.light_lane.scenes import LikingNetwork

_KNOWN = CustomerRecord(facts={"plan": "Gold"}, confirmed=True)


class Machine:
    """A machine that has an answer to everything."""

    name = "tiny-7b"

    def first_version(self, wanted: ReplyWanted) -> str:
        """Return a first version of a reply."""
        return f"Hello [first name], we are sorry to read that on {wanted.network}. We look at it [by when]."

    def translation(self, text: str, into: str) -> str:
        """Return the text with the name of the language."""
        return f"In {into}: {text}"


class Customers:
    """A system that knows everybody."""

    def by_order(self, number: str) -> Sequence[CustomerRecord]:
        """Return the one customer."""
        return [replace(_KNOWN, facts={"plan": "Gold", "order": number})]

    def by_handle(self, network: str, handle: str, author_id: str) -> Sequence[CustomerRecord]:
        """Return the one customer."""
        return [replace(_KNOWN, facts={"plan": "Gold", "handle": f"{handle} on {network}"})] if author_id else []


@dataclass
class InTurn(SlowWork):
    """Slow work that is done before the press is answered: it belongs to what the press costs, and to its transaction."""

    def begin(self, work: Callable[[], object]) -> bool:
        """Do the work."""
        work()
        return True


@dataclass
class AnyNetwork(LikingNetwork, HidingNetwork, CorrectableNetwork):
    """A network on which everything can be done."""

    safe_repeat: SafeRepeat = field(default=NEVER_SAFE)


class AnyChat(FakeChat):
    """A Slack that holds the messages of two years: a change of one of those shows it."""

    def update(self, channel: str, ts: str, message: Message) -> ChatOutcome:
        self.messages.setdefault((channel, ts), message)
        return super().update(channel, ts, message)


def full_desk(store: Store, at: FakeClock) -> Desk:
    """Return a desk with an account on each network."""
    networks: dict[tuple[str, str], FakeNetwork] = {(name, "42"): AnyNetwork(name=name) for name in NETWORKS}
    templates = ReplyTemplates.load(Path("templates/replies"))
    asked = {"suggests": Machine(), "customers": Customers()}
    desk = a_desk(store, networks=networks, clock=at, templates=templates, **asked)
    return replace(desk, chat=AnyChat(people=everybody(), groups=slack(desk).groups))
