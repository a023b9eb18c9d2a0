"""Checks that a customer's post is hidden and shown again as it is told, by a network that can hide posts."""

from collections.abc import Iterator
from functools import partial

from bot.gateways.networks.certify.bench import Bench
from bot.gateways.networks.certify.check import ContractCheck, unspoiled, writing
from bot.gateways.networks.certify.interference import SPOILED_CALLS, SpoiledCall
from bot.gateways.networks.certify.patience import NoEnd, in_time
from bot.gateways.networks.certify.stand_in import HidesForUs
from bot.ports import HidesPosts, NotSent, OutcomeLost, SendOutcome, Sent

# One of each kind: the call and its answer go the way of a reply, which is spoiled in every way.
_KINDS = {
    "hangs up before it is done",
    "hangs up after it was done",
    "half a body after it was done",
    "500 before",
    "500 after it was done",
    "an empty success after it was done",
    "a success about nothing, not done",
    "silence after it was done",
}
_ODD = ("", "../me", "0", "\U0001f4e6")


def _to_hide(bench: Bench) -> tuple[HidesPosts, HidesForUs, str] | None:
    """Return a network that can hide posts, its stand-in, and a post that it can hide; None: it cannot.

    Raises LookupError where the stand-in does not say which posts are hidden.
    """
    network, stand_in = bench.network(), bench.stand_in
    if not isinstance(network, HidesPosts):
        return None
    if isinstance(stand_in, HidesForUs):
        bench.said += 1
        return network, stand_in, stand_in.say_under_ours(f"@{stand_in.handle} parcel number {bench.said} is late")
    raise LookupError("The stand-in does not say which posts are hidden (HidesForUs).")


def _spoiled(spoiled: SpoiledCall, bench: Bench) -> Iterator[str]:
    found, hasty = _to_hide(bench), bench.for_spoiled(spoiled)
    if found is None or not isinstance(hasty, HidesPosts):
        return
    network, stand_in, post_id = found
    before = len(bench.between.calls)
    bench.between.spoil(writing(spoiled.play, bench))
    try:
        outcome = in_time(partial(hasty.set_hidden, post_id, hidden=True))
    except NoEnd:
        yield "Hiding does not end in time."
        return
    except Exception as trouble:  # noqa: BLE001 - this is what is being looked for
        yield f"Hiding raises {type(trouble).__name__}, and may not raise."
        return
    finally:
        bench.between.spoil(unspoiled)
    if len([one for one in bench.between.calls[before:] if bench.changes(*one.split(" ", 1))]) > 1:
        yield "Hiding made several calls that change something."
    yield from _told_as_it_is(stand_in, post_id, outcome, done=spoiled.done)
    yield from _read_as_it_is(network, stand_in, post_id)


def _told_as_it_is(stand_in: HidesForUs, post_id: str, outcome: SendOutcome, *, done: bool) -> Iterator[str]:
    if stand_in.is_hidden(post_id) != done:
        yield "The post is hidden, or not, otherwise than the call was carried out."
    if isinstance(outcome, NotSent):
        yield "It says NotSent, though from such an answer nobody can know that the post is not hidden."
    if isinstance(outcome, Sent) and not done:
        yield "It says Sent, and the post is not hidden."
    if isinstance(outcome, OutcomeLost) and not outcome.why.strip():
        yield "It says OutcomeLost without a sentence for people."


def _read_as_it_is(network: HidesPosts, stand_in: HidesForUs, post_id: str) -> Iterator[str]:
    if network.is_hidden(post_id) not in {None, stand_in.is_hidden(post_id)}:
        yield "is_hidden does not tell whether the post is hidden."


def _undisturbed(bench: Bench) -> Iterator[str]:
    found = _to_hide(bench)
    if found is None:
        return
    network, stand_in, post_id = found
    for hidden in (True, True, False, False):  # twice is once
        outcome = network.set_hidden(post_id, hidden=hidden)
        if not isinstance(outcome, Sent) or stand_in.is_hidden(post_id) != hidden:
            yield f"An undisturbed call is {type(outcome).__name__}, and the post is then not as it was wanted."
        yield from _read_as_it_is(network, stand_in, post_id)
    for odd in _ODD:
        if isinstance(network.set_hidden(odd, hidden=True), Sent):
            yield "What is no post is said to be hidden."


CHECKS = (
    *(ContractCheck(f"set_hidden: {one}", partial(_spoiled, one)) for one in SPOILED_CALLS if one.name in _KINDS),
    ContractCheck("set_hidden: undisturbed, twice, and shown again", _undisturbed),
)
