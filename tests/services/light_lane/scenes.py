"""Light mentions on a desk of fakes, and a network that lets us like posts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.light_lane.light_mention import LightMention, LightState
from bot.domain.mentions.mention import PostRef
from bot.domain.slack.telling import Telling, TellingKind
from bot.gateways.drawing import draw
from bot.ports import Desk, Message, SendOutcome, Sent
from tests.fakes import FakeNetwork, a_post
from tests.services.journey import receive

HEART = "❤️ @northwind"
THANKS = "@northwind thank you"


@dataclass
class LikingNetwork(FakeNetwork):
    """A network that lets an app like posts, and has each like once."""

    likes: bool = True
    liked: list[str] = field(default_factory=list)  # one for each call
    like_outcomes: list[SendOutcome] = field(default_factory=list)

    def like(self, target: PostRef) -> SendOutcome:
        self.liked.append(target.post_id)
        return self.like_outcomes.pop(0) if self.like_outcomes else Sent(target.post_id, "")


def light(desk: Desk, post_id: str = "700", text: str = HEART, by: str = "tom", **facts: object) -> LightMention:
    """Let a light post come in; return what became of it."""
    at = desk.clock.now()
    receive(desk, a_post(post_id, text, by=by, **{"at": at} | facts))  # type: ignore[arg-type]
    found = state_of(desk, post_id)
    assert found is not None
    return found


def state_of(desk: Desk, post_id: str = "700") -> LightMention | None:
    """Return what became of a light post, by the network's own id."""
    known = desk.store.mention_of("x", post_id)
    return desk.store.light(known[0].id) if known else None


def lists(desk: Desk) -> Sequence[Telling]:
    """Return the messages of the light lane that wait to be told or redrawn."""
    return [one for one in desk.store.to_tell(desk.clock.now(), 1_000) if one.kind == TellingKind.LIGHT]


def shown(desk: Desk, digest: int = 1) -> Message:
    """Return a message of the light lane as it is drawn now."""
    telling = next(one for one in every_list(desk) if one.about == digest)
    drawn = draw(desk, telling, desk.clock.now())
    assert drawn is not None
    return drawn[0]


def every_list(desk: Desk) -> list[Telling]:
    """Return each message of the light lane that was ever wanted."""
    found = []
    for number in range(1, 200):
        try:
            telling = desk.store.telling(number)
        except Exception:
            break
        if telling.kind == TellingKind.LIGHT:
            found.append(telling)
    return found


def waiting(desk: Desk, digest: int = 1) -> int:
    return desk.store.light_digest(digest).count(LightState.WAITING)
