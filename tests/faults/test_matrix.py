"""The matrix of faults outside is whole: each call that goes out has a row; a slice of its cells is run here.

`make faults` runs them all.
"""

import ast
import re
from collections.abc import Iterator
from inspect import getmembers, isfunction
from itertools import cycle
from types import ModuleType

import pytest

from bot.gateways import heartbeat
from bot.gateways.networks.whole_call import BATCHES, MANY, ONE
from bot.gateways.slack import SlackChat
from bot.ports import chat, network, network_tokens, pushes, webhooks
from tests.faults import elsewhere_calls, networks, slack
from tests.faults.matrix import run
from tests.faults.ways import SAMPLE, WAYS
from tests.test_architecture import ROOT, tree_of

# Methods of the interfaces that make no call.
QUIET = frozenset({
    "lengths", "statement_lengths", "web_reply_url", "post_url", "post_behind", "read_again", "edit_terms", "sends_once", "can_be_asked_about",
    "private_answer_until", "why_kept", "can_hide", "token_ends", "token_fault", "renew_at",
    "signed_with", "greeting", "news", "accounts", "hang_up", "channel_name", "shut_out",
})  # fmt: skip
STREAM = {
    "arrange": "what it is about",
    "follow": "whom it follows",
    "state": "what it tells now",
    "listen": "",
    "read_posts": "a post in full",
}
# The only modules that can open a connection to the outside, and the rows that call through them.
DOORS = {
    "bot/gateways/networks/wire.py": "every network, the heartbeat, the machine that is asked for words",
    "bot/gateways/networks/lasting_answer.py": "elsewhere: the stream",
    "bot/gateways/networks/x_wire.py": "x",
    "bot/gateways/slack_wire.py": "slack",
    "bot/gateways/slack.py": "slack",
    "bot/gateways/slack_answers.py": "slack",
    "bot/gateways/bounded_answer.py": "reads what the two wires were answered",
    "handlers/socket_door.py": "Socket Mode, whose every address comes by `slack: may_connect`; tests/attack/test_deaf_doors.py",
    "handlers/bolt.py": "gives Bolt the same client as `slack`, and Bolt calls nothing",
    "handlers/signed.py": "compares signatures only",
    "handlers/http_listener.py": "is called, and calls nobody",
    "handlers/control.py": "a socket of this machine",
    "cli/rehearsed.py": "looks for a free port of this machine",
    "app.py": "the name of this machine",
}
_OPENS = {
    "requests",
    "urllib.request",
    "urllib3",
    "http.client",
    "socket",
    "slack_sdk",
    "tweepy",
    "httpx",
    "aiohttp",
    "websocket",
    "smtplib",
    "ftplib",
    "xdk",
}
_NAMED = re.compile(rf"(import|from) ({'|'.join(map(re.escape, sorted(_OPENS)))})\b")


def methods(of: ModuleType) -> Iterator[str]:
    """Yield the public methods of the interfaces that a module declares."""
    for name, one in vars(of).items():
        if isinstance(one, type) and getattr(one, "_is_protocol", False) and one.__module__ == of.__name__:
            yield from (
                name
                for name, _ in getmembers(one, lambda it: isfunction(it) or isinstance(it, property))
                if name[0] != "_"
            )


def asked(rows: Iterator[str] | list[str]) -> set[str]:
    """Return the methods that rows are about."""
    return {one.partition(",")[0] for one in rows}


def test_each_method_of_the_interface_to_networks_has_a_row_or_makes_no_call() -> None:
    rows = asked([one.method for one in networks.SITES]) | set(STREAM)
    named = {name for module in (network, network_tokens, pushes, webhooks) for name in methods(module)}
    assert named - QUIET == rows
    assert {*ONE, *MANY, BATCHES} <= rows  # those that the desk bounds as calls
    assert all(f"the stream of X{', ' * bool(of)}{of}" in elsewhere_calls.SITES for of in STREAM.values())


def test_each_method_of_the_interface_to_slack_has_a_row_or_makes_no_call() -> None:
    of_gateway = {name for name, _ in getmembers(SlackChat, isfunction) if name[0] != "_"}
    assert ({*methods(chat)} | of_gateway) - QUIET == asked([*slack.SITES]) - {"a card", "a redraw"}


def test_no_other_module_can_call_the_outside() -> None:
    named = [path for path in ours() if _NAMED.search(path.read_text())]  # most modules need not be parsed
    found = {str(path.relative_to(ROOT)) for path in named if opens(ast.walk(tree_of(path)))}
    assert found - DOORS.keys() == set()


def ours() -> Iterator:
    yield ROOT / "app.py"
    for folder in ("bot", "cli", "handlers", "storage"):
        yield from (one for one in (ROOT / folder).rglob("*.py") if not {"rehearsal", "certify"} & set(one.parts))


def opens(nodes: Iterator[ast.AST]) -> bool:
    """Return whether a module imports something with which it could call the outside, other than for its types."""
    nodes = list(nodes)
    typed = {
        id(inner)
        for one in nodes
        if isinstance(one, ast.If) and "TYPE_CHECKING" in ast.unparse(one.test)
        for inner in ast.walk(one)
    }
    names = [
        name
        for one in nodes
        if id(one) not in typed
        for name in (
            [each.name for each in one.names]
            if isinstance(one, ast.Import)
            else [one.module or ""]
            if isinstance(one, ast.ImportFrom)
            else []
        )
    ]
    return any(name == one or name.startswith(f"{one}.") for name in names for one in _OPENS)


# What was wrong once: an answer that never ended, and answers of nothing that were taken for an absence, or for a yes.
MENDED = {
    ("slack: auth", "a success about nothing, not done"),
    ("slack: post", "sends elsewhere, not done"),
    ("slack: find", "a success about nothing, not done"),
    ("slack: marks", "a success about nothing, not done"),
    ("slack: members", "a success about nothing, not done"),
    ("slack: open_view", "one byte of the head at a time, done"),
    ("elsewhere: heartbeat", "one byte of the head at a time, done"),
    ("x mentions: take_back", "404 with a page"),
    ("x mentions: is_our_reply", "null, done"),
    ("bluesky mentions: shown", "500 before"),
    ("mastodon mentions: find_reply", "a list in place of an object, done"),
}


def test_a_slice_of_the_matrix_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.faults.cell.HASTE", 0.1)
    chosen = {*zip((f"slack: {name}" for name in slack.SITES), cycle(SAMPLE), strict=False), *MENDED}
    cells = list(run(lambda row, way: (row.name, way.name) in chosen))
    assert {(one.row, one.way) for one in cells} == chosen
    assert [one for one in cells if one.wrong] == []


def test_a_cell_that_does_not_hold_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "ping", lambda *_: True)
    [cell] = run(lambda row, way: row.name == "elsewhere: heartbeat" and way.name == "500 before")
    assert cell.wrong == ("It says that the outside heard the heartbeat, and it did not.",)


def test_every_way_to_go_wrong_has_a_name_of_its_own() -> None:
    assert len({one.name for one in WAYS}) == len(WAYS) >= 24
    assert set(SAMPLE) <= {one.name for one in WAYS}
