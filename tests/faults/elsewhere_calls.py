"""The calls that go neither to a network's interface nor to Slack's Web API: heartbeat, customers, streams, machine."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from bot.gateways import heartbeat
from bot.gateways.chat_completions import ChatCompletions
from bot.gateways.customers.https_json import HttpsCustomers
from bot.gateways.networks.certify.check import unspoiled
from bot.gateways.networks.certify.interference import Interference
from bot.gateways.networks.mastodon_stream import MastodonStream
from bot.gateways.networks.x_posts import Us
from bot.gateways.networks.x_stream import XStream
from bot.ports import NetworkTrouble
from bot.ports.customers import CustomersGiven, LookupTrouble
from bot.ports.suggests import NoSuggestion, SuggestsGiven
from tests.faults.cell import Cell, ended, judge_sentence, short

SECRET = "canary-of-a-secret"
_KEYS = {
    name: f"{SECRET}-{name}" for name in ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
}


class _Answer(BaseHTTPRequestHandler):
    """A server that says yes to everything, and tells nothing."""

    def do_GET(self) -> None:
        body = b'{"data": {"id": "42", "username": "northwind", "name": "Northwind"}}\n'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b'{"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@dataclass
class Outside:
    """Some server, and what stands between it and the desk."""

    between: Interference
    secrets = (SECRET,)

    def rest(self) -> None:
        """Do nothing: it has no limits."""


@contextmanager
def opened() -> Iterator[Outside]:
    """Open the server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    with closing(server.socket), Interference(f"http://127.0.0.1:{server.server_port}") as between:
        yield Outside(between)
        server.shutdown()


def _heartbeat(outside: Outside, cell: Cell) -> None:
    good = _spoiled(
        outside, cell, lambda: heartbeat.ping(f"{cell.address(outside.between.url)}/{SECRET}", cell.within)
    )
    if good and not cell.way.done and cell.way.name not in _YES:
        cell.finds("It says that the outside heard the heartbeat, and it did not.")


_YES = {"a page of success, not done", "a success about nothing, not done"}  # whatever is there, it says yes


def _spoiled(outside: Outside, cell: Cell, call: Callable[[], object], *errors: type[Exception]) -> object:
    outside.between.spoil(cell.spoiling(lambda _method, _path: True))
    try:
        outcome = ended(cell, call, *errors)
    finally:
        outside.between.spoil(unspoiled)
    cell.finds(*judge_sentence(outcome, SECRET))
    cell.said = short(outcome)
    return outcome


def _customers(outside: Outside, cell: Cell) -> None:
    address = f"{cell.address(outside.between.url)}/heard"
    source = HttpsCustomers(CustomersGiven(shows=("plan",), within=cell.within, url=address, token=SECRET))
    _spoiled(outside, cell, lambda: source.by_order("NW-48213"), LookupTrouble)


def _mastodon_stream(outside: Outside, cell: Cell) -> None:
    stream = MastodonStream("42", SECRET, cell.address(outside.between.url), within=cell.within, silence=cell.within)
    _spoiled(outside, cell, lambda: list(stream.listen(lambda: None)), NetworkTrouble)


def _x_stream(call: Callable[[XStream], object]) -> "Run":
    def run(outside: Outside, cell: Cell) -> None:
        address = cell.address(outside.between.url)
        us = {"42": Us("42", "northwind")}
        stream = XStream(us, {"42": _KEYS}, bearer=SECRET, api_url=address, within=cell.within, silence=cell.within)
        _spoiled(outside, cell, lambda: call(stream), NetworkTrouble)

    return run


def _machine(outside: Outside, cell: Cell) -> None:
    address = cell.address(outside.between.url)
    machine = ChatCompletions(SuggestsGiven(url=address, model="tiny-7b", key=SECRET, within=cell.within))
    said = _spoiled(outside, cell, lambda: machine.translation("Guten Tag", "en"), NoSuggestion)
    if isinstance(said, str) and said != "Hello":
        cell.finds(f"It takes for the machine's words what are none: {said}")


Run = Callable[[Outside, Cell], object]
SITES: Mapping[str, Run] = {
    "heartbeat": _heartbeat,
    "the machine that is asked for words": _machine,
    "a customer in our own system": _customers,
    "the stream of Mastodon": _mastodon_stream,
    "the stream of X": _x_stream(lambda stream: list(stream.listen(lambda: None))),
    "the stream of X, what it is about": _x_stream(lambda stream: stream.arrange("heard")),
    "the stream of X, whom it follows": _x_stream(lambda stream: stream.follow("heard", ["7"])),
    "the stream of X, what it tells now": _x_stream(lambda stream: stream.state()),
    "the stream of X, a post in full": _x_stream(lambda stream: stream.read_posts("42", ["100"])),
}
