"""Whether an account reads private messages: its kind says so, or its own option where there is one."""

import pytest

from bot.services.base.network_traits import reads_messages
from tests.fakes import FakeNetwork

WITHOUT, WITH = ("mentions", "own"), ("mentions", "own", "messages")


@pytest.mark.parametrize(
    ("name", "streams", "reads"),
    [
        ("x", WITHOUT, False),
        ("x", WITH, True),
        ("x", (*WITHOUT, "chat"), True),
        ("bluesky", WITHOUT, False),
        ("bluesky", WITH, True),
        ("facebook", WITHOUT, False),
        ("facebook", WITH, True),
        ("mastodon", WITHOUT, True),  # private mentions come in the stream of the others
        ("google-play", WITHOUT, False),
        ("no-longer-installed", WITHOUT, True),
    ],
)
def test_an_account_reads_private_messages_by_its_own_option(
    name: str, streams: tuple[str, ...], *, reads: bool
) -> None:
    assert reads_messages(name, FakeNetwork(name=name, streams=streams)) is reads


@pytest.mark.parametrize(("name", "reads"), [("x", False), ("mastodon", True)])
def test_an_account_that_is_no_longer_configured_is_judged_by_its_kind(name: str, *, reads: bool) -> None:
    assert reads_messages(name, None) is reads
