"""Checks that odd values in an answer do no harm, and that addresses and lengths are read with care."""

from collections.abc import Callable, Iterator
from datetime import UTC

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention
from bot.gateways.networks.certify.bench import Bench
from bot.gateways.networks.certify.check import ContractCheck, reading, wrong_end
from bot.gateways.networks.certify.interference import StandInAnswer, with_body
from bot.ports import KnowsItself, Unparsed

_ODD: tuple[object, ...] = (
    None, True, -1, 10**30, 1.5, "", " ", "\x00", "<!channel> <@U1> *x*", "a" * 20_000,
    "2026-13-45T99:99:99Z", "٣", "🦊", [], [[]], {}, {"id": 1},
)  # fmt: skip
_PLACES = 40  # of an answer that are changed, one at a time
_HOSTILE = (
    "",
    "a",
    "é",
    "👩‍👩‍👧‍👦",
    "x" * 100_000,
    "\ud800",
    "\u202e",
    "https://a.example/" + "b" * 300,
    "@a @b #c",
    "\n\n",
)


def _odd_answers(bench: Bench) -> Iterator[str]:
    bench.complaint()  # so that the cursor is that of a post, not of the server's clock
    cursor = bench.caught_up()
    bench.complaint()
    kept = dict[str, StandInAnswer]()
    for number in range(_PLACES):
        place, network = _Place(number), bench.network()  # one that has signed in
        for odd in _ODD:
            bench.stand_in.breathe()
            bench.between.spoil(reading(with_body(place.becomes(odd), kept)))
            for wrong in _well_formed(network, bench.stream, cursor):
                yield f"Place {number} as {str(odd)[:20]!r}: {wrong}"
        if not place.found:
            return  # no answer has as many places


def _well_formed(network: KnowsItself, stream: str, cursor: str) -> Iterator[str]:
    """Read once; yield what is wrong with how it ends and with what it returns."""
    posts, unparsed = list[Mention](), list[Unparsed]()

    def read() -> None:
        for batch in network.fetch(stream, cursor):
            posts.extend([*batch.posts, *batch.edits])
            unparsed.extend(batch.unparsed)

    yield from wrong_end(read)
    for post in posts:
        if not post.ref.post_id or not post.author.id or post.posted_at.tzinfo is not UTC:
            yield "It tells a post without an id, an author or a moment in UTC."
        if "\x00" in post.text or any("\ud800" <= sign <= "\udfff" for sign in post.text):
            yield "It tells a text that no database keeps."
    if any(not one.raw for one in unparsed):
        yield "It tells of a post that it could not read, without its bytes."


@dataclass
class _Place:
    """A place in an answer, counted through the whole tree; `found`: whether any answer has it."""

    number: int
    found: bool = False

    def becomes(self, odd: object) -> Callable[[object], object]:
        """Return how an answer is changed: this place of it becomes `odd`."""

        def change(answer: object) -> object:
            left = [self.number]

            def walk(node: object) -> object:
                left[0] -= 1
                if left[0] == -1:
                    self.found = True
                    return odd
                if isinstance(node, dict):
                    return {name: walk(value) for name, value in node.items()}
                return [walk(value) for value in node] if isinstance(node, list) else node

            return walk(answer)

        return change


def _addresses(bench: Bench) -> Iterator[str]:
    network, target = bench.network(), bench.complaint()
    network.verify()
    address = network.post_url(target.post_id, "priya")
    if network.post_behind(address) != target.post_id:
        yield "post_behind does not lead back from post_url."
    for foreign in (
        "",
        "javascript:alert(1)",
        "https://elsewhere.example/1",
        address.replace("://", "://evil."),
        "//",
        "http://[",
    ):
        if network.post_behind(foreign):
            yield f"{foreign[:30]!r} is taken for the address of a post."


def _lengths(bench: Bench) -> Iterator[str]:
    network = bench.network()
    for text in _HOSTILE:
        if network.lengths(text)[0].count < (1 if text.strip() and text.isascii() else 0):
            yield f"The length of {text[:10]!r} is too small."
    if not any(one.over for one in network.lengths("word " * 1_000)):
        yield "A text of 5,000 signs is within the limit."


PRIVATE_CHECKS = (ContractCheck("fetch: odd values in an answer", _odd_answers, reads=True),)
CHECKS = (
    *PRIVATE_CHECKS,
    ContractCheck("addresses of posts", _addresses),
    ContractCheck("lengths", _lengths),
)
