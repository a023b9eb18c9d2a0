"""The shapes that are kept for `make test` are those that the foreign servers have."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from bot.gateways.networks.bluesky import BlueskyNetwork
from bot.gateways.networks.certify.interference import Interference
from bot.gateways.networks.mastodon import MastodonNetwork
from tests.networks.conftest import BlueskyServers
from tests.networks.test_bluesky_servers import Person
from tests.networks.walk import Listener, Shapes, keep, kept, strange_in, walk

pytestmark = pytest.mark.networks
Open = Callable[[str], Interference]


def judge(name: str, heard: Shapes) -> None:
    if os.environ.get("HEARD_RECORD"):
        keep(name, heard)
    before = kept(name)
    assert before.keys() == heard.keys()
    assert [strange for call, one in before.items() for strange in strange_in(one, heard[call], call)] == []


def test_bluesky_tells_what_was_kept(bluesky_servers: BlueskyServers, between: Open) -> None:
    priya, ours = Person(bluesky_servers, "priya"), bluesky_servers.accounts["northwind"]
    proxy = between(bluesky_servers.url)
    listener = Listener(proxy)
    network = BlueskyNetwork(
        account=ours["did"], handle=ours["handle"], password=ours["app_password"], api_url=proxy.url
    )
    walk(network, lambda text: priya.post(text)["uri"], priya.delete, bluesky_servers.settle)
    judge("bluesky", listener.heard)


def test_mastodon_mock_tells_what_was_kept(mastodon_mock: Any, between: Open) -> None:
    priya, ours = mastodon_mock.client("priya"), mastodon_mock.client("northwind").me()
    proxy = between(mastodon_mock.base_url)
    listener = Listener(proxy)
    network = MastodonNetwork(
        account=str(ours["id"]), handle="northwind", token="token-of-northwind", api_url=proxy.url
    )
    walk(network, lambda text: str(priya.status_post(text)["id"]), priya.status_delete, lambda: None)
    judge("mastodon", listener.heard)
