"""Our stand-ins say nothing that the foreign servers do not say: one walk, and the shapes that were kept of them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from bot.gateways.networks.certify.interference import Interference
from bot.ports.network_kind import AccountGiven, network_kind
from bot.rehearsal.bluesky import bluesky
from bot.rehearsal.mastodon import mastodon
from tests.networks.walk import Listener, kept, shape, strange_in, walk


@pytest.mark.parametrize(("name", "stand_in"), [("bluesky", bluesky), ("mastodon", mastodon)])
def test_a_stand_in_answers_in_the_shapes_of_the_foreign_server(
    name: str, stand_in: Callable[[], AbstractContextManager[Any]]
) -> None:
    kind = network_kind(name)
    assert kind is not None
    with stand_in() as server, Interference(server.api_url) as between:
        listener = Listener(between)
        given = AccountGiven(id=server.account, handle=server.handle, secrets=server.secrets, api_url=between.url)
        walk(kind.build(given), server.say, server.delete, lambda: None)
    foreign = kept(name)
    assert listener.heard.keys() - foreign.keys() == set()
    assert [strange for call, one in listener.heard.items() for strange in strange_in(one, foreign[call], call)] == []


@pytest.mark.parametrize(
    ("ours", "strange"),
    [
        ({"id": "1"}, []),
        ({"id": None}, []),
        ({"id": 1}, [".id: int, not str"]),
        ({"colour": "red"}, [".colour"]),
        ({"tags": [{"name": "a"}, {"size": 3}]}, [".tags[].size"]),
        ({"tags": []}, []),
    ],
)
def test_what_a_foreign_server_does_not_say_is_found(ours: dict[str, Any], strange: list[str]) -> None:
    theirs = {"id": "9", "tags": [{"name": "x"}]}
    assert strange_in(shape(ours), shape(theirs)) == strange
