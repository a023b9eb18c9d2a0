"""Checks that no post is lost while reading, whatever the server answers."""

from collections.abc import Iterator, Sequence
from functools import partial

from bot.gateways.networks.certify.bench import Bench
from bot.gateways.networks.certify.check import ContractCheck, reading, unspoiled, wrong_end
from bot.gateways.networks.certify.interference import SPOILED_CALLS, SpoiledCall
from bot.ports import Batch, NetworkTrouble

MOST = 100  # posts in a batch
_MANY = 230
_MANY_PRIVATE = 130  # networks show fewer of these at once


def _spoiled(spoiled: SpoiledCall, bench: Bench) -> Iterator[str]:
    cursor, network = bench.caught_up(), bench.for_spoiled(spoiled)
    target = bench.complaint()
    bench.between.spoil(reading(spoiled.play))
    yield from wrong_end(lambda: list(network.fetch(bench.stream, cursor)))
    yield from wrong_end(bench.for_spoiled(spoiled).verify)
    bench.between.spoil(unspoiled)
    if target.post_id not in bench.posts(cursor):
        yield "A post is lost after a reading that failed."


def _batches(many: int, bench: Bench) -> Iterator[str]:
    cursor = bench.caught_up()
    wanted = [bench.complaint().post_id for _ in range(many)]
    batches = bench.read(cursor)
    told_ids = [post.ref.post_id for batch in batches for post in batch.posts]
    if missing := [one for one in wanted if one not in set(told_ids)]:
        yield f"Of {many} posts {len(missing)} are not told."
    if any(len(batch.posts) > MOST for batch in batches):
        yield f"A batch holds {max(len(batch.posts) for batch in batches)} posts, more than {MOST}."
    moments = [post.posted_at for batch in batches for post in batch.posts]
    if moments != sorted(moments):
        yield "The posts are not told oldest first."
    yield from _goes_on_from_each_cursor(bench, batches, wanted)


def _goes_on_from_each_cursor(bench: Bench, batches: Sequence[Batch], wanted: list[str]) -> Iterator[str]:
    for number, batch in enumerate(batches[:5]):
        bench.stand_in.breathe()
        later = {post.ref.post_id for one in batches[number + 1 :] for post in one.posts} & set(wanted)
        again = set(bench.posts(batch.cursor))
        if not later <= again:
            yield f"From the cursor of batch {number + 1} on, {len(later - again)} posts are not told."


def _remembers_nothing(bench: Bench) -> Iterator[str]:
    cursor, network = bench.caught_up(), bench.network()
    target = bench.complaint()
    first = [post.ref.post_id for batch in network.fetch(bench.stream, cursor) for post in batch.posts]
    begun = network.fetch(bench.stream, cursor)
    next(begun, None)  # a batch that is never stored
    second = [post.ref.post_id for batch in network.fetch(bench.stream, cursor) for post in batch.posts]
    if target.post_id not in first or first != second:
        yield "The same cursor does not tell the same posts twice."


def _nothing_new(bench: Bench) -> Iterator[str]:
    cursor = bench.caught_up()
    if bench.complaint().post_id not in bench.posts(cursor):
        yield "A post that came after the last cursor is not told."


def _another_account(bench: Bench) -> Iterator[str]:
    other = "4711" if bench.stand_in.account != "4711" else "4712"
    try:
        bench.network(id=other).verify()
    except NetworkTrouble:
        return
    yield "verify accepts keys that belong to another account than the configured one."


_OF_ANY_STREAM = (
    *(
        ContractCheck(f"fetch and verify: {spoiled}", partial(_spoiled, spoiled), reads=True)
        for spoiled in SPOILED_CALLS
    ),
    ContractCheck("fetch: the same again", _remembers_nothing, reads=True),
    ContractCheck("fetch: from the last cursor on", _nothing_new, reads=True),
)
CHECKS = (
    *_OF_ANY_STREAM,
    ContractCheck("fetch: many posts, in batches", partial(_batches, _MANY), reads=True),
    ContractCheck("verify: another account", _another_account, reads=True),
)
PRIVATE_CHECKS = (
    *_OF_ANY_STREAM,
    ContractCheck("fetch: many messages, in batches", partial(_batches, _MANY_PRIVATE), reads=True),
)
