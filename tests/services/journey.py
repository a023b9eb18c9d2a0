"""Short walks through the use cases, for tests that start somewhere in the middle."""

from bot.domain.case import Case
from bot.domain.mention import Mention
from bot.ports import Batch, Desk
from bot.services import intake, replying
from tests.fakes import ANA, a_post

WORDS = "Priya, charged twice is on us. I'm on it and will tell you here by 17:00. ^AN"


def receive(desk: Desk, *posts: Mention, cursor: str = "") -> int:
    network = desk.networks["x", "42"]
    return intake.receive(desk, network, "mentions", Batch(posts=posts, cursor=cursor), desk.clock.now())


def only_case(desk: Desk) -> Case:
    return desk.store.case(1)


def a_case(desk: Desk, text: str = "Charged twice and nobody answers @northwind") -> Case:
    receive(desk, a_post("100", text))
    return only_case(desk)


def in_review(desk: Desk, *, by: str = ANA, text: str = WORDS) -> Case:
    case = a_case(desk)
    replying.begin(desk, case.id, by=by, at=desk.clock.now())
    return replying.submit(desk, case.id, replying.Words(text=text), by=by, at=desk.clock.now())
