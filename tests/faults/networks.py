"""The calls to networks: each method of their interface, for each kind of network that has it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from bot.domain.base.moments import EPOCH
from bot.domain.mentions.mention import PostRef
from bot.gateways.networks.certify.bench import Bench
from bot.gateways.networks.certify.check import unspoiled
from bot.gateways.networks.certify.stand_in import HidesForUs
from bot.ports import (
    AnswersInPrivate,
    Batch,
    EditsReplies,
    HidesPosts,
    KnowsItself,
    Likes,
    NetworkTrouble,
    NotSent,
    PostsStatements,
    ReadsBack,
    RenewsToken,
    ReplacesReplies,
    ReplyNow,
    Sent,
    Shown,
    ShowsPosts,
    TellsChanges,
    TellsWhatIsGone,
)
from bot.ports.network import HasParts
from tests.faults.cell import Cell, arrived, ended, judge_sentence, short

Judge = Callable[[Bench, Cell], object]
CANARY = "canary-of-a-customer"


@dataclass(frozen=True, slots=True)
class NetworkSite:
    """A call of the interface: its method, which networks have it, and how a cell of it is run."""

    method: str
    run: Judge
    has: Callable[[KnowsItself], bool] = lambda _: True
    reads: bool = False
    private: bool = False  # also asked of the streams of private messages


def _spoiled(
    bench: Bench, cell: Cell, fits: Callable[[str, str], bool], call: Callable[[], object], *errors: Any
) -> object:
    """Make a call while those that fit go wrong, and return what became of it."""
    bench.between.spoil(cell.spoiling(fits))
    try:
        return ended(cell, call, *errors)
    finally:
        bench.between.spoil(unspoiled)


def _client(bench: Bench, cell: Cell, **more: Any) -> Any:
    return bench.network(within=cell.within, api_url=cell.address(bench.between.url), **more)


def _complaint(bench: Bench) -> PostRef:
    bench.said += 1
    post_id = bench.stand_in.say(f"@{bench.stand_in.handle} {CANARY} number {bench.said}")
    return PostRef(bench.kind.name, bench.stand_in.account, post_id)


def _sent(bench: Bench) -> tuple[PostRef, str, str, Sent]:
    """Return a reply of ours that is public: its post, its words, its key and its outcome."""
    target, key = _complaint(bench), uuid4().hex
    text = f"We are looking into it right now. {key[:6]}"
    outcome = bench.network().reply(target, text, key)
    if not isinstance(outcome, Sent):
        raise LookupError(f"An undisturbed reply is {type(outcome).__name__}.")
    return target, text, key, outcome


# --- calls that change something --------------------------------------------------------------------------------------


def _changes(
    bench: Bench, cell: Cell, call: Callable[[], object], fits: Callable[[str, str], bool] | None = None
) -> object:
    """Make a call that changes something; judge what it says against what arrived."""
    before = len(bench.between.calls)
    outcome = _spoiled(bench, cell, fits or bench.changes, call)
    writes = arrived(bench.between, before, bench.changes)
    if len(writes) > 1 and cell.way.status != 401:  # then it signs in anew, and nothing was carried out before
        cell.finds(f"One call became {len(writes)} that change something.")
    if isinstance(outcome, NotSent) and writes and not cell.way.tells:
        cell.finds("It says NotSent, and from such an answer nobody can know that.")
    if isinstance(outcome, Sent) and not cell.way.done:
        cell.finds("It says Sent, and nothing was done.")
    if not isinstance(outcome, Sent) and outcome is not None and not str(getattr(outcome, "why", "")).strip():
        cell.finds("It has no sentence for people.")
    cell.finds(*judge_sentence(outcome, CANARY, *bench.stand_in.secrets.values()))
    cell.said = short(outcome)
    return outcome


def _reply(bench: Bench, cell: Cell) -> None:
    target, key = _complaint(bench), uuid4().hex
    text, client = f"We are looking into it right now. {key[:6]}", _client(bench, cell)
    outcome = _changes(bench, cell, lambda: client.reply(target, text, key))
    _once(bench, cell, target, outcome)
    if bench.answers_to(target) and not isinstance(found := _found(bench, target, text, key), Sent):
        cell.finds(f"The reply is public, and reading says {short(found)}.")


def _found(bench: Bench, target: PostRef, text: str, key: str) -> object:
    try:
        return bench.network().find_reply(target, text, EPOCH, key)
    except NetworkTrouble as trouble:
        return trouble


def _reply_signing_in(bench: Bench, cell: Cell) -> None:
    if not bench.kind.sign_in_calls:
        cell.said = "no session"
        return
    target, client = _complaint(bench), _client(bench, cell)
    before = len(bench.between.calls)
    call = lambda: client.reply(target, "We are signing in.", uuid4().hex)  # noqa: E731
    outcome = _spoiled(bench, cell, lambda _method, path: bench.signs_in(path), call)
    cell.finds(*judge_sentence(outcome, *bench.stand_in.secrets.values()))
    if len(arrived(bench.between, before, bench.changes)) > 1:
        cell.finds("One call became several that change something.")
    cell.said = short(outcome)
    _once(bench, cell, target, outcome)


def _reply_reading_first(bench: Bench, cell: Cell) -> None:
    """Answer while what has to be read before goes wrong: nothing may go out on a guess."""
    target, client, key = _complaint(bench), _client(bench, cell), uuid4().hex
    outcome = _spoiled(
        bench, cell, lambda method, _path: method == "GET", lambda: client.reply(target, "We read first.", key)
    )
    cell.finds(*judge_sentence(outcome, *bench.stand_in.secrets.values()))
    cell.said = short(outcome)
    _once(bench, cell, target, outcome)


def _once(bench: Bench, cell: Cell, target: PostRef, outcome: object) -> None:
    public = [one.id for one in bench.answers_to(target)]
    if len(public) > 1:
        cell.finds(f"One reply became {len(public)} public posts.")
    if isinstance(outcome, NotSent) and public:
        cell.finds("It says NotSent, and the reply is public.")
    if isinstance(outcome, Sent) and [outcome.post_id] != public:
        cell.finds("It says Sent, and no such post is public.")


def _take_back(bench: Bench, cell: Cell) -> None:
    target, _, _, made = _sent(bench)
    client = _client(bench, cell)
    before = len(bench.between.calls)
    outcome = _spoiled(bench, cell, bench.changes, lambda: client.take_back(made.post_id))
    if isinstance(outcome, Sent) and bench.answers_to(target):
        cell.finds("It says that the reply is gone, and it is public.")
    if len(arrived(bench.between, before, bench.changes)) > 1 and cell.way.status != 401:
        cell.finds("One call became several.")
    cell.finds(*judge_sentence(outcome, *bench.stand_in.secrets.values()))
    cell.said = short(outcome)


def _edits(network: KnowsItself) -> bool:
    if isinstance(network, EditsReplies):
        network.verify()  # a server may tell it only once it is asked
    return isinstance(network, EditsReplies) and network.edits_replies


def _edit_reply(bench: Bench, cell: Cell) -> None:
    target, text, _, made = _sent(bench)
    new, client = f"{text} Sorry.", _client(bench, cell)
    outcome = _changes(bench, cell, lambda: client.edit_reply(made.post_id, new, uuid4().hex))
    words = [one.text for one in bench.answers_to(target)]
    if words not in ([text], [new]):
        cell.finds("After a change no post, or several, or other words are public.")
    if (isinstance(outcome, Sent) and words != [new]) or (isinstance(outcome, NotSent) and words != [text]):
        cell.finds("It says otherwise than what is public.")


def _like(bench: Bench, cell: Cell) -> None:
    target, client = _complaint(bench), _client(bench, cell)
    _changes(bench, cell, lambda: client.like(target))


def _states(network: KnowsItself) -> bool:
    return isinstance(network, PostsStatements) and network.posts_statements


def _post_statement(bench: Bench, cell: Cell) -> None:
    client, key = _client(bench, cell), uuid4().hex
    text = f"We are down. {key[:6]}"
    outcome = _changes(bench, cell, lambda: client.post_statement(text, key))
    public = [one.id for one in bench.stand_in.public() if one.text == text and not one.answers]
    if len(public) > 1 or (isinstance(outcome, NotSent) and public):
        cell.finds("One statement became several posts, or it says NotSent and it is public.")
    if isinstance(outcome, Sent) and [outcome.post_id] != public:
        cell.finds("It says Sent, and no such post is public.")
    if public and not isinstance(found := bench.network().find_statement(text, EPOCH, key), Sent):  # type: ignore[attr-defined]
        cell.finds(f"The statement is public, and reading says {short(found)}.")


def _edit_statement(bench: Bench, cell: Cell) -> None:
    old, calm = f"We are down. {uuid4().hex[:6]}", bench.network()
    made = calm.post_statement(old, uuid4().hex)  # type: ignore[attr-defined]
    new, client = f"{old} Sorry.", _client(bench, cell)
    outcome = _changes(bench, cell, lambda: client.edit_reply(made.post_id, new, uuid4().hex))
    words = [one.text for one in bench.stand_in.public() if one.text in {old, new} and not one.answers]
    if words not in ([old], [new]):
        cell.finds("After a change no post, or several, or other words are public.")
    if (isinstance(outcome, Sent) and words != [new]) or (isinstance(outcome, NotSent) and words != [old]):
        cell.finds("It says otherwise than what is public.")
    there = calm.reply_now(made.post_id, old, new)  # type: ignore[attr-defined]
    if there is None or list(there.says) != words:
        cell.finds("Reading says otherwise than what is public.")


def _hides(network: KnowsItself) -> bool:
    return isinstance(network, HidesPosts)


def _set_hidden(bench: Bench, cell: Cell) -> None:
    assert isinstance(bench.stand_in, HidesForUs)
    bench.said += 1
    post_id = bench.stand_in.say_under_ours(f"@{bench.stand_in.handle} {CANARY} {bench.said}")
    client = _client(bench, cell)
    outcome = _changes(bench, cell, lambda: client.set_hidden(post_id, hidden=True))
    hidden = bench.stand_in.is_hidden(post_id)
    if (isinstance(outcome, Sent) and not hidden) or (isinstance(outcome, NotSent) and hidden):
        cell.finds("It says otherwise than whether the post is hidden.")


def _answer_in_private(bench: Bench, cell: Cell) -> None:
    target, client = _complaint(bench), _client(bench, cell)
    _changes(bench, cell, lambda: client.answer_in_private(target, "We wrote to you here.", uuid4().hex))


# --- calls that only read -----------------------------------------------------------------------------------------------


def _any_but_sign_in(bench: Bench) -> Callable[[str, str], bool]:
    return lambda _method, path: not bench.signs_in(path)


def _reads(bench: Bench, cell: Cell, call: Callable[[], object]) -> object:
    """Read while reading goes wrong; returns what was read, or NetworkTrouble, or None where no call was made."""
    before = len(bench.between.calls)
    outcome = _spoiled(bench, cell, _any_but_sign_in(bench), call, NetworkTrouble)
    cell.finds(*judge_sentence(outcome, CANARY, *bench.stand_in.secrets.values()))
    made = bool(cell.way.leads) or len(bench.between.calls) > before
    cell.said = short(outcome) if made else "no call"
    return outcome if made else NetworkTrouble("No call was made.")


def _truly(cell: Cell, outcome: object, *true: Callable[[Any], bool]) -> None:
    """Note a reading that says what is not so; one that says that it could not read is fine."""
    if not isinstance(outcome, NetworkTrouble) and not any(one(outcome) for one in true) and not cell.wrong:
        cell.finds(f"A reading that went wrong says what is not so: {short(outcome)}.")


def _fetch(bench: Bench, cell: Cell) -> None:
    cursor = bench.caught_up()
    target, client, told, last = _complaint(bench), _client(bench, cell), list[Batch](), cursor

    def read() -> None:
        told.extend(client.fetch(bench.stream, cursor))

    _reads(bench, cell, read)
    last = next((one.cursor for one in reversed(told) if one.cursor), cursor)
    seen = {post.ref.post_id for batch in told for post in batch.posts}
    kept = {one.post_id for batch in told for one in batch.unparsed}
    gaps = any(batch.gap for batch in told)
    if target.post_id not in seen | kept and not gaps and target.post_id not in bench.posts(last):
        cell.finds("A post is lost: the cursor has passed it, and it was not told.")


def _verify(bench: Bench, cell: Cell) -> None:
    client = _client(bench, cell)
    outcome = _reads(bench, cell, client.verify)
    _truly(cell, outcome, lambda said: said.id == bench.stand_in.account)


def _find_reply(bench: Bench, cell: Cell) -> None:
    target, text, key, made = _sent(bench)
    client = _client(bench, cell)
    outcome = _reads(bench, cell, lambda: client.find_reply(target, text, EPOCH, key))
    _truly(cell, outcome, lambda said: isinstance(said, Sent) and said.post_id == made.post_id)


def _find_statement(bench: Bench, cell: Cell) -> None:
    client, key = _client(bench, cell), uuid4().hex
    text = f"We are down. {key[:6]}"
    made = bench.network().post_statement(text, key)  # type: ignore[attr-defined]
    outcome = _reads(bench, cell, lambda: client.find_statement(text, EPOCH, key))
    _truly(cell, outcome, lambda said: isinstance(said, Sent) and said.post_id == made.post_id)


def _is_our_reply(bench: Bench, cell: Cell) -> None:
    target, text, key, made = _sent(bench)
    client = _client(bench, cell)
    outcome = _reads(bench, cell, lambda: client.is_our_reply(made.post_id, target, text, key))
    _truly(cell, outcome, lambda said: said in {True, None})


def _reply_now(bench: Bench, cell: Cell) -> None:
    _, text, _, made = _sent(bench)
    client = _client(bench, cell)
    outcome = _reads(bench, cell, lambda: client.reply_now(made.post_id, text))
    _truly(cell, outcome, lambda said: isinstance(said, ReplyNow) and list(said.says) == [text])


def _shown(bench: Bench, cell: Cell) -> None:
    post_id = _complaint(bench).post_id
    client = _client(bench, cell)
    outcome = _reads(bench, cell, lambda: client.shown(post_id))
    _truly(cell, outcome, lambda said: said is None or (isinstance(said, Shown) and not said.ours))


def _which_are_gone(bench: Bench, cell: Cell) -> None:
    post_id = _complaint(bench).post_id
    client = _client(bench, cell)
    outcome = _reads(bench, cell, lambda: client.which_are_gone([post_id]))
    _truly(cell, outcome, lambda said: list(said) == [])


def _changes_of(bench: Bench, cell: Cell) -> None:
    cursor = bench.caught_up()
    post_id = _complaint(bench).post_id
    [post] = [one for batch in bench.read(cursor) for one in batch.posts if one.ref.post_id == post_id]
    client = _client(bench, cell)
    outcome = _reads(bench, cell, lambda: client.changes_of([post]))
    _truly(cell, outcome, lambda said: not said.deletions and all(one.text == post.text for one in said.edits))


def _is_hidden(bench: Bench, cell: Cell) -> None:
    assert isinstance(bench.stand_in, HidesForUs)
    bench.said += 1
    post_id = bench.stand_in.say_under_ours(f"@{bench.stand_in.handle} {CANARY} {bench.said}")
    calm, client = bench.network(), _client(bench, cell)
    assert isinstance(calm, HidesPosts)
    calm.set_hidden(post_id, hidden=True)
    _truly(cell, _reads(bench, cell, lambda: client.is_hidden(post_id)), lambda said: said in {True, None})


def _with_our_reply(bench: Bench, cell: Cell) -> None:
    target, text, _, _ = _sent(bench)
    client = _client(bench, cell)
    outcome = _reads(bench, cell, lambda: client.with_our_reply(target.post_id))
    _truly(
        cell,
        outcome,
        lambda said: any(post.text == text for post in (*said.posts, *said.edits)) or bool(said.unparsed),
    )


def _faulty_part(bench: Bench, cell: Cell) -> None:
    client = _client(bench, cell)
    outcome = _reads(bench, cell, client.faulty_part)
    _truly(cell, outcome, lambda said: said == "" or said.strip().endswith("."))


def _renews(network: KnowsItself) -> bool:
    return isinstance(network, RenewsToken)


def _renew_token(bench: Bench, cell: Cell) -> None:
    """Renew the token while that goes wrong: what counted before must count after."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o700)
        bench.network(folder=Path(folder)).verify()
        client = _client(bench, cell, folder=Path(folder))
        before = len(bench.between.calls)
        outcome = _spoiled(bench, cell, lambda _method, _path: True, client.renew_token, NetworkTrouble)
        made = bool(cell.way.leads) or len(bench.between.calls) > before
        cell.said = ("renewed" if outcome is None else short(outcome)) if made else "no call"
        cell.finds(*judge_sentence(outcome, *bench.stand_in.secrets.values()))
        bench.network(folder=Path(folder)).verify()


SITES: Sequence[NetworkSite] = (
    NetworkSite("reply", _reply, private=True),
    NetworkSite("reply, signing in", _reply_signing_in),
    NetworkSite("reply, reading first", _reply_reading_first, private=True),
    NetworkSite("take_back", _take_back, private=True),
    NetworkSite("edit_reply", _edit_reply, _edits),
    NetworkSite("like", _like, lambda one: isinstance(one, Likes) and one.likes),
    NetworkSite("post_statement", _post_statement, _states),
    NetworkSite("edit_reply, of a statement", _edit_statement, lambda one: _edits(one) and _states(one)),
    NetworkSite("set_hidden", _set_hidden, _hides),
    NetworkSite("answer_in_private", _answer_in_private, lambda one: isinstance(one, AnswersInPrivate)),
    NetworkSite("fetch", _fetch, lambda one: bool(one.streams), reads=True, private=True),
    NetworkSite("verify", _verify, reads=True),
    NetworkSite("find_reply", _find_reply, reads=True, private=True),
    NetworkSite("find_statement", _find_statement, _states, reads=True),
    NetworkSite("is_our_reply", _is_our_reply, lambda one: isinstance(one, ReadsBack), reads=True, private=True),
    NetworkSite("reply_now", _reply_now, _edits, reads=True),
    NetworkSite("shown", _shown, lambda one: isinstance(one, ShowsPosts), reads=True),
    NetworkSite("which_are_gone", _which_are_gone, lambda one: isinstance(one, TellsWhatIsGone), reads=True),
    NetworkSite("changes_of", _changes_of, lambda one: isinstance(one, TellsChanges), reads=True),
    NetworkSite("is_hidden", _is_hidden, _hides, reads=True),
    NetworkSite("with_our_reply", _with_our_reply, lambda one: isinstance(one, ReplacesReplies), reads=True),
    NetworkSite("faulty_part", _faulty_part, lambda one: isinstance(one, HasParts), reads=True),
    NetworkSite("renew_token", _renew_token, _renews, reads=True),
)
