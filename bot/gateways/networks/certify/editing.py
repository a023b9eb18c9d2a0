"""Checks that a change of a sent reply makes no second post, and that its outcome is told as it is."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from uuid import uuid4

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import PostRef
from bot.gateways.networks.certify.bench import Bench
from bot.gateways.networks.certify.check import ContractCheck, unspoiled, writing
from bot.gateways.networks.certify.interference import SPOILED_CALLS, SpoiledCall
from bot.gateways.networks.certify.patience import NoEnd, in_time
from bot.ports import EditsReplies, KnowsItself, NetworkTrouble, NotSent, OutcomeLost, SendOutcome, Sent


@dataclass(frozen=True, slots=True)
class _SentReply:
    """A reply of ours whose words are to be changed; no two checks use the same words, which a network may refuse."""

    target: PostRef
    post_id: str
    old: str
    new: str


def _sent(bench: Bench, network: KnowsItself) -> _SentReply:
    """Return a reply of ours; raise LookupError where an undisturbed reply is not sent."""
    target, unlike = bench.complaint(), uuid4().hex[:6]
    old, new = f"We will tell you here by 17:00. {unlike}", f"We will tell you here by 18:00, not 17:00. {unlike}"
    outcome = network.reply(target, old, uuid4().hex)
    if isinstance(outcome, Sent):
        return _SentReply(target, outcome.post_id, old, new)
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
    sent, before = _sent(bench, calm), len(bench.between.calls)
    bench.between.spoil(writing(spoiled.play, bench))
    try:
        outcome = in_time(partial(hasty.edit_reply, sent.post_id, sent.new, uuid4().hex))
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
    yield from _told_as_it_is(bench, sent, outcome, done=spoiled.done)
    yield from _read_as_it_is(bench, calm, sent, done=spoiled.done)


def _told_as_it_is(bench: Bench, sent: _SentReply, outcome: SendOutcome, *, done: bool) -> Iterator[str]:
    public = bench.answers_to(sent.target)
    if [one.text for one in public] != [sent.new if done else sent.old]:
        yield f"After a change, {len(public)} posts are public, or one with other words."
    if isinstance(outcome, NotSent):
        yield "It says NotSent, though from such an answer nobody can know that the reply was not changed."
    if isinstance(outcome, Sent) and (not done or [outcome.post_id] != [one.id for one in public]):
        yield "It says Sent, and the reply was not changed, or is named by another id."
    if isinstance(outcome, OutcomeLost) and not outcome.why.strip():
        yield "It says OutcomeLost without a sentence for people."


def _read_as_it_is(bench: Bench, network: EditsReplies, sent: _SentReply, *, done: bool) -> Iterator[str]:
    there, public = network.reply_now(sent.post_id, sent.new, sent.old), bench.answers_to(sent.target)
    if there is None or list(there.says) != [sent.new if done else sent.old]:
        yield "reply_now does not tell which words are public."
    elif [there.post_id] != [one.id for one in public]:
        yield "reply_now does not tell the id that the reply has now."


def _undisturbed(bench: Bench) -> Iterator[str]:
    network = bench.network()
    if not _edits(network) or not isinstance(network, EditsReplies):
        return
    sent = _sent(bench, network)
    for words in (sent.new, f"{sent.new} Sorry."):
        outcome = network.edit_reply(sent.post_id, words, uuid4().hex)
        if not isinstance(outcome, Sent):
            yield f"An undisturbed change is {type(outcome).__name__}."
            return
        yield from _told_as_it_is(bench, replace(sent, new=words), outcome, done=True)
        sent = replace(sent, post_id=outcome.post_id)
    network.take_back(sent.post_id)
    if isinstance(network.edit_reply(sent.post_id, sent.old, uuid4().hex), Sent) or bench.answers_to(sent.target):
        yield "A reply that was deleted can be changed."
    try:
        said = network.reply_now(sent.post_id, sent.new)
    except NetworkTrouble:
        return
    if said is not None:
        yield "A reply that was deleted still says something."


CHECKS = (
    *(ContractCheck(f"edit_reply: {spoiled}", partial(_spoiled, spoiled)) for spoiled in SPOILED_CALLS),
    ContractCheck("edit_reply: undisturbed, twice, and deleted", _undisturbed),
)
