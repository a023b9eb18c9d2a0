"""Checks that a change of a sent reply makes no second post, and that its outcome is told as it is."""

from collections.abc import Iterator
from functools import partial
from uuid import uuid4

from bot.domain.mentions.mention import PostRef
from bot.gateways.networks.certify.bench import Bench
from bot.gateways.networks.certify.check import ContractCheck, unspoiled, writing
from bot.gateways.networks.certify.interference import SPOILED_CALLS, SpoiledCall
from bot.gateways.networks.certify.patience import NoEnd, in_time
from bot.ports import EditsReplies, KnowsItself, NetworkTrouble, NotSent, OutcomeLost, SendOutcome, Sent

_OLD, _NEW = "We will tell you here by 17:00.", "We will tell you here by 18:00, not 17:00."


def _sent(bench: Bench, network: KnowsItself) -> tuple[PostRef, str]:
    """Return a post and the id of our reply to it; raise LookupError where an undisturbed reply is not sent."""
    target = bench.complaint()
    outcome = network.reply(target, _OLD, uuid4().hex)
    if isinstance(outcome, Sent):
        return target, outcome.post_id
    raise LookupError(f"An undisturbed reply is {type(outcome).__name__}.")


def _edits(network: KnowsItself) -> bool:
    """Return whether replies can be changed; a server may tell it only once it is asked who we are."""
    if isinstance(network, EditsReplies):
        network.verify()
    return isinstance(network, EditsReplies) and network.edits_replies


def _spoiled(spoiled: SpoiledCall, bench: Bench) -> Iterator[str]:
    calm, hasty = bench.network(), bench.for_spoiled(spoiled)
    if not _edits(calm) or not isinstance(calm, EditsReplies) or not isinstance(hasty, EditsReplies):
        return
    target, post_id = _sent(bench, calm)
    before = len(bench.between.calls)
    bench.between.spoil(writing(spoiled.play, bench))
    try:
        outcome = in_time(partial(hasty.edit_reply, post_id, _NEW, uuid4().hex))
    except NoEnd:
        yield "A change does not end in time."
        return
    except Exception as trouble:  # noqa: BLE001 - this is what is being looked for
        yield f"A change raises {type(trouble).__name__}, and may not raise."
        return
    finally:
        bench.between.spoil(unspoiled)
    if len([one for one in bench.between.calls[before:] if bench.changes(*one.split(" ", 1))]) > 1:
        yield "One change made several calls that change something."
    yield from _told_as_it_is(bench, target, post_id, outcome, done=spoiled.done)
    yield from _read_as_it_is(calm, post_id, done=spoiled.done)


def _told_as_it_is(bench: Bench, target: PostRef, post_id: str, outcome: SendOutcome, *, done: bool) -> Iterator[str]:
    public = [(one.id, one.text) for one in bench.answers_to(target)]
    if public != [(post_id, _NEW if done else _OLD)]:
        yield f"After a change, {len(public)} posts are public, or one with other words or under another id."
    if isinstance(outcome, NotSent):
        yield "It says NotSent, though from such an answer nobody can know that the reply was not changed."
    if isinstance(outcome, Sent) and (not done or outcome.post_id != post_id):
        yield "It says Sent, and the reply was not changed, or is named by another id."
    if isinstance(outcome, OutcomeLost) and not outcome.why.strip():
        yield "It says OutcomeLost without a sentence for people."


def _read_as_it_is(network: EditsReplies, post_id: str, *, done: bool) -> Iterator[str]:
    there = network.reply_now(post_id, _NEW, _OLD)
    if there is None or list(there.says) != [_NEW if done else _OLD]:
        yield "reply_now does not tell which words are public."


def _undisturbed(bench: Bench) -> Iterator[str]:
    network = bench.network()
    if not _edits(network) or not isinstance(network, EditsReplies):
        return
    target, post_id = _sent(bench, network)
    for _ in range(2):  # the same words once more are the same reply
        outcome = network.edit_reply(post_id, _NEW, uuid4().hex)
        if not isinstance(outcome, Sent):
            yield f"An undisturbed change is {type(outcome).__name__}."
        yield from _told_as_it_is(bench, target, post_id, outcome, done=True)
    network.take_back(post_id)
    if isinstance(network.edit_reply(post_id, _OLD, uuid4().hex), Sent) or bench.answers_to(target):
        yield "A reply that was deleted can be changed."
    try:
        said = network.reply_now(post_id, _NEW)
    except NetworkTrouble:
        return
    if said is not None:
        yield "A reply that was deleted still says something."


CHECKS = (
    *(ContractCheck(f"edit_reply: {spoiled}", partial(_spoiled, spoiled)) for spoiled in SPOILED_CALLS),
    ContractCheck("edit_reply: undisturbed, twice, and deleted", _undisturbed),
)
