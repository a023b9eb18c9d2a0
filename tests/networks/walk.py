"""One walk through all that a gateway does, and the shapes of the answers that it got, call by call.

The walk goes against servers that were not written here (`make test-networks`, which keeps the shapes in `shapes/` with
HEARD_RECORD=1), and against our own stand-ins (`make test`): a stand-in may say nothing that the foreign one does not.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.domain.mentions.mention import PostRef
from bot.gateways.networks.certify.interference import Forward, Handler, Interference
from bot.ports import KnowsItself, Sent, TellsChanges, TellsWhatIsGone

SHAPES = Path(__file__).parent / "shapes"
Shapes = dict[str, Any]  # call and status -> shape of the answer


class Listener:
    """Keeps the shape of every answer that passes a proxy."""

    def __init__(self, between: Interference) -> None:
        self.heard: Shapes = {}
        between.spoil(self._listen)

    def _listen(self, method: str, path: str) -> Callable[[Handler, Forward], None]:
        def play(handler: Handler, forward: Forward) -> None:
            answer = forward()
            call = f"{method} {_plain(urlsplit(path).path)} {answer.status}"
            self.heard[call] = _both(self.heard.get(call), shape(json.loads(answer.body)))
            handler.give_all(answer)

        return play


def _plain(path: str) -> str:
    """Return a path without the ids in it."""
    return re.sub(r"/\d+(?=/|$)", "/ID", path)


def shape(told: Any) -> Any:
    """Return the shape of an answer: its keys and the types of its values; of a list that of all its parts."""
    if isinstance(told, dict):
        return {name: shape(one) for name, one in told.items()}
    if isinstance(told, list):
        found: Any = None
        for one in told:
            found = _both(found, shape(one))
        return [] if found is None else [found]
    return type(told).__name__


def _both(one: Any, other: Any) -> Any:
    """Return a shape that has what either has."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one | {name: _both(one.get(name), found) for name, found in other.items()}
    if isinstance(one, list) and isinstance(other, list) and one and other:
        return [_both(one[0], other[0])]
    return other if one in (None, [], "NoneType") else one


def strange_in(ours: Any, theirs: Any, at: str = "") -> list[str]:
    """Return what our shape has and theirs has not, or has as another type."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [
            strange
            for name, one in ours.items()
            for strange in (strange_in(one, theirs[name], f"{at}.{name}") if name in theirs else [f"{at}.{name}"])
        ]
    if isinstance(ours, list) and isinstance(theirs, list):
        return strange_in(ours[0], theirs[0], f"{at}[]") if ours and theirs else []
    return [] if ours == theirs or "NoneType" in (ours, theirs) else [f"{at}: {ours}, not {theirs}"]


def walk(
    network: KnowsItself, say: Callable[[str], str], delete: Callable[[str], None], settle: Callable[[], None]
) -> None:
    """Do once all that a gateway does, and twice what must not be done twice."""
    network.verify()
    post_id = say(f"@{network.handle} my parcel is late")
    target = PostRef(network.name, network.account, post_id)
    known = [post for batch in network.fetch("mentions", "") for post in batch.posts if post.ref.post_id == post_id]
    sent = network.reply(target, "We look.", "walk")
    assert isinstance(sent, Sent)
    network.reply(target, "We look.", "walk")
    network.reply(target, "x" * 3_100, "walk too far")
    settle()
    list(network.fetch("own", ""))
    network.like(target)  # type: ignore[attr-defined]
    network.take_back(sent.post_id)
    gone = say(f"@{network.handle} this goes away")
    settle()
    known += [post for batch in network.fetch("mentions", "") for post in batch.posts if post.ref.post_id == gone]
    delete(gone)
    if isinstance(network, TellsChanges):
        assert network.changes_of(known).deletions == [gone]
    elif isinstance(network, TellsWhatIsGone):
        assert network.which_are_gone([post_id, gone]) == [gone]
    network.reply(PostRef(network.name, network.account, gone), "Too late.", "walk on")


def kept(name: str) -> Shapes:
    """Return the shapes that were kept of a foreign server."""
    found: Shapes = json.loads((SHAPES / f"{name}.json").read_text())
    return found


def keep(name: str, heard: Shapes) -> None:
    """Keep the shapes that a foreign server has today."""
    SHAPES.mkdir(exist_ok=True)
    (SHAPES / f"{name}.json").write_text(json.dumps(heard, indent=1, sort_keys=True) + "\n")
