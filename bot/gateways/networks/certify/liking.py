"""Checks that a like is there as the network says, once, by a network on which an app can like posts."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from bot.domain.mentions.mention import PostRef
from bot.gateways.networks.certify.bench import Bench
from bot.gateways.networks.certify.check import ContractCheck, unspoiled, writing
from bot.gateways.networks.certify.interference import SPOILED_CALLS, SpoiledCall
from bot.gateways.networks.certify.patience import NoEnd, in_time
from bot.gateways.networks.certify.stand_in import LikesForUs
from bot.ports import Likes, NotSent, OutcomeLost, SendOutcome, Sent

# The call and its answer go the way of a reply, which is spoiled in every way.
_KINDS = {
    "hangs up after it was done",
    "500 before",
    "500 after it was done",
    "a success about nothing, not done",
}
_ODD = ("", "../me", "0", "\U0001f4e6")


def _to_like(bench: Bench) -> tuple[Likes, LikesForUs, PostRef] | None:
    """Return a network that can like posts, its stand-in, and a new post; None: it cannot.

    Raises LookupError where the stand-in does not say which posts we like.
    """
    network, stand_in = bench.network(), bench.stand_in
    if not isinstance(network, Likes) or not network.likes:
        return None
    if isinstance(stand_in, LikesForUs):
        return network, stand_in, bench.complaint()
    raise LookupError("The stand-in does not say which posts we like (LikesForUs).")


def _spoiled(spoiled: SpoiledCall, bench: Bench) -> Iterator[str]:
    found, hasty = _to_like(bench), bench.for_spoiled(spoiled)
    if found is None or not isinstance(hasty, Likes):
        return
    network, stand_in, target = found
    bench.between.spoil(writing(spoiled.play, bench))
    try:
        outcome = in_time(partial(hasty.like, target))
    except NoEnd:
        yield "Liking does not end in time."
        return
    except Exception as trouble:  # noqa: BLE001 - this is what is being looked for
        yield f"Liking raises {type(trouble).__name__}, and may not raise."
        return
    finally:
        bench.between.spoil(unspoiled)
    yield from _told_as_it_is(stand_in, target, outcome)
    again = network.like(target)  # as the desk does where nobody knows
    if not isinstance(again, Sent) or not stand_in.is_liked(target.post_id):
        yield f"A second call is {type(again).__name__}, and the post is then not liked."


def _told_as_it_is(stand_in: LikesForUs, target: PostRef, outcome: SendOutcome) -> Iterator[str]:
    there = stand_in.is_liked(target.post_id)
    if isinstance(outcome, NotSent) and there:
        yield "It says NotSent, and the post is liked."
    if isinstance(outcome, Sent) and not there:
        yield "It says Sent, and the post is not liked."
    if isinstance(outcome, OutcomeLost) and not outcome.why.strip():
        yield "It says OutcomeLost without a sentence for people."


def _undisturbed(bench: Bench) -> Iterator[str]:
    found = _to_like(bench)
    if found is None:
        return
    network, stand_in, target = found
    ours = len(bench.stand_in.public())
    for _ in range(2):  # twice is once
        outcome = network.like(target)
        if not isinstance(outcome, Sent) or not stand_in.is_liked(target.post_id):
            yield f"An undisturbed call is {type(outcome).__name__}, and the post is then not liked."
    if len(bench.stand_in.public()) != ours:
        yield "A like made a post of ours."
    for odd in _ODD:
        if isinstance(network.like(replace(target, post_id=odd)), Sent):
            yield "What is no post is said to be liked."


CHECKS = (
    *(ContractCheck(f"like: {one}", partial(_spoiled, one)) for one in SPOILED_CALLS if one.name in _KINDS),
    ContractCheck("like: undisturbed, and twice", _undisturbed),
)
