"""Checks that a statement is at most one post, that its outcome is told as it is, and that it is changed so."""

from collections.abc import Iterator
from functools import partial
from uuid import uuid4

from bot.domain.base.moments import EPOCH
from bot.gateways.networks.certify.bench import Bench
from bot.gateways.networks.certify.check import ContractCheck, unspoiled, writing
from bot.gateways.networks.certify.interference import SPOILED_CALLS, SpoiledCall
from bot.gateways.networks.certify.patience import NoEnd, in_time
from bot.gateways.networks.certify.stand_in import OurPost
from bot.ports import EditsReplies, KnowsItself, NotSent, OutcomeLost, PostsStatements, SendOutcome, Sent


def _states(network: KnowsItself) -> PostsStatements | None:
    """Return the network if it posts statements; a server may tell that only once it is asked who we are."""
    if not isinstance(network, PostsStatements):
        return None
    network.verify()
    return network if network.posts_statements else None


def _public(bench: Bench, text: str) -> list[OurPost]:
    """Return our public posts that answer nobody and have this text."""
    return [one for one in bench.stand_in.public() if not one.answers and one.text == text]


def _spoiled(spoiled: SpoiledCall, bench: Bench) -> Iterator[str]:
    calm, hasty = _states(bench.network()), bench.for_spoiled(spoiled)
    if calm is None or not isinstance(hasty, PostsStatements):
        return
    key = uuid4().hex
    text, before = f"Our shop is down. More here at noon. {key[:6]}", len(bench.between.calls)
    bench.between.spoil(writing(spoiled.play, bench))
    try:
        outcome = in_time(lambda: hasty.post_statement(text, key))
    except NoEnd:
        yield "A statement does not end in time."
        return
    except Exception as trouble:  # noqa: BLE001 - this is what is being looked for
        yield f"A statement raises {type(trouble).__name__}, and may not raise."
        return
    finally:
        bench.between.spoil(unspoiled)
    if len([one for one in bench.between.calls[before:] if bench.changes(*one.split(" ", 1))]) > 1:
        yield "One statement made several calls that change something."
    yield from _told_as_it_is(_public(bench, text), outcome)
    yield from _found_again(calm, _public(bench, text), text, key)


def _told_as_it_is(public: list[OurPost], outcome: SendOutcome) -> Iterator[str]:
    if len(public) > 1:
        yield f"One statement became {len(public)} public posts."
    if isinstance(outcome, NotSent):
        yield "It says NotSent, though from such an answer nobody can know that the statement is not public."
    if isinstance(outcome, Sent) and [outcome.post_id] != [one.id for one in public]:
        yield "It says Sent, and no such post is public."
    if isinstance(outcome, OutcomeLost) and not outcome.why.strip():
        yield "It says OutcomeLost without a sentence for people."


def _found_again(network: PostsStatements, public: list[OurPost], text: str, key: str) -> Iterator[str]:
    found = network.find_statement(text, EPOCH, key)
    if public and not (isinstance(found, Sent) and [found.post_id] == [one.id for one in public]):
        yield "The statement is public, and find_statement does not find it."
    if not public and isinstance(found, Sent):
        yield "The statement is not public, and find_statement finds one."


def _undisturbed(bench: Bench) -> Iterator[str]:
    network, here = bench.network(), _states(bench.network())
    if here is None:
        return
    key = uuid4().hex
    text, target = f"Our shop is down. {key[:6]}", bench.complaint()
    network.reply(target, text, uuid4().hex)
    if isinstance(here.find_statement(text, EPOCH, key), Sent):
        yield "A reply with the same words is taken for the statement."
    text = f"{text} More here at noon."
    outcome = here.post_statement(text, key)
    if not isinstance(outcome, Sent):
        yield f"An undisturbed statement is {type(outcome).__name__}."
        return
    yield from _told_as_it_is(_public(bench, text), outcome)
    yield from _found_again(here, _public(bench, text), text, key)
    yield from _changed(bench, network, outcome.post_id, text)


def _changed(bench: Bench, network: KnowsItself, post_id: str, text: str) -> Iterator[str]:
    """Change it, where the network lets us, and delete it."""
    if isinstance(network, EditsReplies) and network.edits_replies:
        new = f"{text} Sorry."
        outcome = network.edit_reply(post_id, new, uuid4().hex)
        if not isinstance(outcome, Sent) or [one.id for one in _public(bench, new)] != [outcome.post_id]:
            yield "A statement is not changed as a reply is."
            return
        there, post_id, text = network.reply_now(post_id, new, text), outcome.post_id, new
        if there is None or (there.post_id, list(there.says)) != (post_id, [new]):
            yield "reply_now does not tell which words a statement has."
    if not isinstance(network.take_back(post_id), Sent) or _public(bench, text):
        yield "A statement is not taken back."


CHECKS = (
    *(ContractCheck(f"post_statement: {spoiled}", partial(_spoiled, spoiled)) for spoiled in SPOILED_CALLS),
    ContractCheck("post_statement: undisturbed, changed, and deleted", _undisturbed),
)
