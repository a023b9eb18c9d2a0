"""Checks that one approval is at most one public reply, and that its outcome is told as it is."""

from collections.abc import Iterator, Sequence
from functools import partial
from uuid import uuid4

from bot.domain.base.moments import EPOCH
from bot.domain.base.text import tag_in
from bot.domain.mentions.mention import PostRef
from bot.gateways.networks.certify.bench import Bench
from bot.gateways.networks.certify.check import ContractCheck, reading, signing_in, unspoiled, writing
from bot.gateways.networks.certify.interference import SPOILED_CALLS, SpoiledCall
from bot.gateways.networks.certify.patience import NoEnd, in_time
from bot.gateways.networks.certify.stand_in import OurPost
from bot.ports import KnowsItself, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, SendOutcome, Sent

_ODD_IDS = ("", " ", "0", "-1", "1\n2", "../../users", "%2e%2e/", "a" * 5_000, "٣", "🦊", "null", "1?x=1")
_TEXTS = (
    "Priya, that is on us. I will tell you here by 17:00.",
    "Line one\n\nline three, with <b>signs</b> & \"quotes\" and 'more'",
    "Größe, naïve, 日本語, emoji 👩‍👩‍👧‍👦 and combining é",
    "50 % of it; a\\b; {braces}; $money; `code`",
)


def _replied(
    bench: Bench, network: KnowsItself, target: PostRef, text: str, key: str
) -> tuple[SendOutcome | None, str]:
    """Return the outcome of a reply, or what is wrong with how the call ended."""
    try:
        return in_time(lambda: network.reply(target, text, key)), ""
    except NoEnd:
        return None, "A reply does not end in time."
    except Exception as trouble:  # noqa: BLE001 - this is what is being looked for
        return None, f"A reply raises {type(trouble).__name__}, and may not raise."
    finally:
        bench.between.spoil(unspoiled)


def _spoiled(spoiled: SpoiledCall, bench: Bench) -> Iterator[str]:
    target, key = bench.complaint(), uuid4().hex
    text = f"We are looking into it right now. {key[:6]}"
    before = len(bench.between.calls)
    bench.between.spoil(writing(spoiled.play, bench))
    outcome, wrong = _replied(bench, bench.for_spoiled(spoiled), target, text, key)
    if wrong:
        yield wrong
    yield from _once(bench, target, before)
    yield from _told_as_it_is(bench, target, outcome)
    yield from _found_again(bench, target, text, key, done=spoiled.done)


def _signing_in(spoiled: SpoiledCall, bench: Bench) -> Iterator[str]:
    """Send while signing in is spoiled: nothing may go out twice, and what is said has to be so."""
    if not bench.kind.sign_in_calls:
        return
    target, before = bench.complaint(), len(bench.between.calls)
    bench.between.spoil(signing_in(spoiled.play, bench))
    outcome, wrong = _replied(bench, bench.for_spoiled(spoiled), target, "We are signing in.", uuid4().hex)
    if wrong:
        yield wrong
    yield from _once(bench, target, before)
    if isinstance(outcome, Sent) != bool(bench.answers_to(target)):
        yield f"It says {type(outcome).__name__}, and {len(bench.answers_to(target))} posts are public."


def _once(bench: Bench, target: PostRef, before: int) -> Iterator[str]:
    made = len(bench.answers_to(target))
    if made > 1:
        yield f"One reply became {made} public posts."
    writes = [one for one in bench.between.calls[before:] if bench.changes(*one.split(" ", 1))]
    if len(writes) > 1:
        yield f"One reply made {len(writes)} calls that change something: {', '.join(writes)}."


def _told_as_it_is(bench: Bench, target: PostRef, outcome: SendOutcome | None) -> Iterator[str]:
    public = [one.id for one in bench.answers_to(target)]
    if isinstance(outcome, NotSent):
        yield "It says NotSent, though from such an answer nobody can know that the reply is not public."
    if isinstance(outcome, Sent) and outcome.post_id not in public:
        yield "It says Sent, and no such post is public."
    if isinstance(outcome, OutcomeLost) and not outcome.why.strip():
        yield "It says OutcomeLost without a sentence for people."


def _found_again(bench: Bench, target: PostRef, text: str, key: str, *, done: bool) -> Iterator[str]:
    found = bench.network().find_reply(target, text, EPOCH, key)
    public = [one.id for one in bench.answers_to(target)]
    if done and not (isinstance(found, Sent) and [found.post_id] == public):
        yield "The reply is public, and find_reply does not find it."
    if not done and isinstance(found, Sent):
        yield "The reply is not public, and find_reply finds one."


def _unreadable(spoiled: SpoiledCall, bench: Bench) -> Iterator[str]:
    """Look for a reply that is public, while reading is spoiled: it must not be called absent."""
    target, network, key = bench.complaint(), bench.network(), uuid4().hex
    text = f"We are still looking. {key[:6]}"
    outcome, wrong = _replied(bench, network, target, text, key)
    if wrong or not isinstance(outcome, Sent):
        yield wrong or f"An undisturbed reply is {type(outcome).__name__}."
    network = bench.for_spoiled(spoiled)
    bench.between.spoil(reading(spoiled.play))
    try:
        found = in_time(lambda: network.find_reply(target, text, EPOCH, key))
    except NetworkTrouble:
        return
    except NoEnd:
        yield "find_reply does not end in time."
        return
    if isinstance(found, ProvenAbsent):
        yield "A public reply is called ProvenAbsent."


def _texts(bench: Bench) -> Iterator[str]:
    network = bench.network()
    for text in _TEXTS:
        target = bench.complaint()
        outcome, wrong = _replied(bench, network, target, text, uuid4().hex)
        public = bench.answers_to(target)
        if not wrong and bench.kind.removes_tags and tag_in(text):
            yield from _not_cut(text, outcome, public)
        elif wrong or not isinstance(outcome, Sent):
            yield wrong or f"{text[:20]!r}: the outcome is {type(outcome).__name__}."
        elif [(one.id, one.text) for one in public] != [(outcome.post_id, text)]:
            yield f"{text[:20]!r}: other words are public."


def _not_cut(text: str, outcome: SendOutcome | None, public: Sequence[OurPost]) -> Iterator[str]:
    if public or not isinstance(outcome, NotSent) or not outcome.why.strip():
        yield f"{text[:20]!r}: the network takes tags out of it, and it is not NotSent with a reason."


def _gone(bench: Bench) -> Iterator[str]:
    target, network = bench.complaint(), bench.network()
    bench.stand_in.delete(target.post_id)
    outcome, wrong = _replied(bench, network, target, "We are looking.", uuid4().hex)
    if wrong or not isinstance(outcome, NotSent) or not outcome.why.strip():
        yield wrong or f"A reply to a deleted post is {type(outcome).__name__}, and not NotSent with a reason."
    if bench.answers_to(target):
        yield "A reply to a deleted post is public."


def _refused_at_the_door(bench: Bench) -> Iterator[str]:
    """Send where nobody listens: no byte was written, so the reply is certainly not public."""
    target, network = bench.complaint(), bench.network(api_url="http://127.0.0.1:9" + bench.between.path)
    outcome, wrong = _replied(bench, network, target, "We are looking.", uuid4().hex)
    if wrong or not isinstance(outcome, NotSent):
        yield wrong or f"Where nobody listens, a reply is {type(outcome).__name__}, and not NotSent."


def _odd_ids(bench: Bench) -> Iterator[str]:
    network = bench.network()
    before = len(bench.stand_in.public())
    for post_id in _ODD_IDS:
        target = PostRef(bench.kind.name, bench.stand_in.account, post_id)
        outcome, wrong = _replied(bench, network, target, "We are looking.", uuid4().hex)
        if wrong or isinstance(outcome, Sent):
            yield f"The id {post_id[:20]!r}: {wrong or 'the reply is Sent.'}"
    if len(bench.stand_in.public()) != before:
        yield "A reply to a post that does not exist is public."


def _taken_back(spoiled: SpoiledCall, bench: Bench) -> Iterator[str]:
    target, network = bench.complaint(), bench.network()
    outcome, wrong = _replied(bench, network, target, f"We are looking. {uuid4().hex[:6]}", uuid4().hex)
    if wrong or not isinstance(outcome, Sent):
        yield wrong or f"An undisturbed reply is {type(outcome).__name__}."
        return
    network = bench.for_spoiled(spoiled)
    bench.between.spoil(writing(spoiled.play, bench))
    try:
        back = in_time(lambda: network.take_back(outcome.post_id))
    except Exception as trouble:  # noqa: BLE001 - this is what is being looked for
        yield f"take_back raises {type(trouble).__name__}, and may not raise."
        return
    if isinstance(back, Sent) and bench.answers_to(target):
        yield "take_back says Sent, and the post is still public."


PRIVATE_CHECKS = (
    *(ContractCheck(f"reply: {spoiled}", partial(_spoiled, spoiled)) for spoiled in SPOILED_CALLS),
    *(ContractCheck(f"find_reply: {spoiled}", partial(_unreadable, spoiled)) for spoiled in SPOILED_CALLS),
    *(ContractCheck(f"take_back: {spoiled}", partial(_taken_back, spoiled)) for spoiled in SPOILED_CALLS),
    ContractCheck("reply: every kind of text", _texts),
    ContractCheck("reply: where nobody listens", _refused_at_the_door),
    ContractCheck("reply: to odd ids", _odd_ids),
)
CHECKS = (
    *PRIVATE_CHECKS,
    *(ContractCheck(f"reply, signing in: {spoiled}", partial(_signing_in, spoiled)) for spoiled in SPOILED_CALLS),
    ContractCheck("reply: to a deleted post", _gone),
)
