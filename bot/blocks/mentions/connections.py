"""Draws the connection of each account: whole for `heard check`, `heard doctor` and leads, and only its troubles."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.blocks.base.phrases import Bold, Phrase, joined, sentence
from bot.blocks.base.wording import length
from bot.domain.base.moments import in_full
from bot.domain.mentions.connection import Connection, Trouble

NEW_TOKEN = "Please get a new token from the network, put it in, and start the desk again"  # noqa: S105 - a sentence


def whole(one: Connection, now: datetime) -> list[Phrase]:
    """Return everything about an account: what stands, and what it can do, as two sentences.

    Where that is unknown, one says so.
    """
    if one.odd:
        return [_trouble(one, Trouble.ODD, now)]
    parts = [_read(one, now), _newest(one), _stream(one), *_token(one, now), _allowance(one), _held(one, now)]
    stands = joined([*parts, [one.budget] if one.budget else []])
    return [[Bold(one.name), ": ", *stands, "."], sentence([can_do(one)])]


def can_do(one: Connection) -> str:
    """Return what the network lets the desk do: "answers in private: no; takes back: yes; ..."."""
    can = one.can
    told = {
        "answers in private": _yes(answer=can.private_answers),
        "takes back": _yes(answer=can.takes_back),
        "likes": _yes(answer=can.likes),
        "deletions are noticed": can.deletions.value,
    }
    return "; ".join(f"{name}: {answer}" for name, answer in told.items())


def troubles(one: Connection, now: datetime) -> list[Phrase]:
    """Return what is wrong with an account, a sentence each."""
    return [_trouble(one, which, now) for which in one.troubles(now)]


def spent(one: Connection) -> list[Phrase]:
    """Return the sentence on what an account has cost, if its network is paid by use."""
    return [[f"{one.name}: {one.budget}."]] if one.budget else []


def in_brief(connections: Sequence[Connection], now: datetime) -> list[Phrase]:
    """Return a sentence for whoever works with cases, for each account that is not read or cannot be answered."""
    return list(_briefly(connections, now))


def in_words(phrase: Phrase) -> str:
    """Return a phrase as plain text for the command line: moments in UTC."""
    return "".join(_in_words(piece) for piece in phrase)


def _in_words(piece: object) -> str:
    match piece:
        case datetime():
            return in_full(piece)
        case Bold(words):
            return words
        case _:
            return str(piece)


def _briefly(connections: Sequence[Connection], now: datetime) -> Iterator[Phrase]:
    for one in connections:
        for which in one.troubles(now):
            if which not in {Trouble.ENDS, Trouble.FAULT, Trouble.ODD}:
                yield [*_trouble(one, which, now, remedy=False), " Leads know."]
                break


def _trouble(one: Connection, which: Trouble, now: datetime, *, remedy: bool = True) -> Phrase:
    asks = f" {NEW_TOKEN}." if remedy else ""
    said: Phrase
    match which:
        case Trouble.ENDED:
            said = [f"{one.name}: its token ended ", *_moment(one.token_ends), f".{asks}"]
        case Trouble.ENDS:
            left = one.token_ends - now if one.token_ends else None
            within = f"in {length(left)}, " if left else ""
            said = [f"{one.name}: its token ends {within}", *_moment(one.token_ends), f".{asks}"]
        case Trouble.UNREAD:
            said = [f"{one.name} cannot be read since ", *_moment(one.unread_since), f": {one.why}"]
        case Trouble.FAULT:
            said = [f"{one.name}: {one.token_fault}"]
        case Trouble.ODD:
            said = [f"{one.name}: what stands there could not be found out ({one.odd}). The log says why."]
        case Trouble.BEHIND:
            late = f"{one.name} is behind by {length(one.behind(now))}: it was last read "
            said = [late, *_moment(one.read_at), "."]
        case Trouble.HELD:
            said = [f"{one.name} wants no calls until ", *_moment(one.held_until), ". Replies wait until then."]
    return said


def _moment(at: datetime | None) -> Phrase:
    return [at] if at else []


def _yes(*, answer: bool) -> str:
    return "yes" if answer else "no"


def _read(one: Connection, now: datetime) -> Phrase:
    if one.unread_since:
        last: Phrase = [", last read ", one.read_at] if one.read_at else []
        return ["cannot be read since ", one.unread_since, *last, f" ({one.why.rstrip('.')})"]
    if one.read_at is None:
        return ["its posts come by webhook" if one.pushed else "not read yet"]
    late = one.behind(now)
    return ["read ", one.read_at, f", behind by {length(late)}" if late else ""]


def _newest(one: Connection) -> Phrase:
    return ["newest mention ", one.newest_at] if one.newest_at else ["no mention so far"]


def _stream(one: Connection) -> Phrase:
    return ["its stream is open since ", one.stream_since] if one.stream_since else []


def _token(one: Connection, now: datetime) -> list[Phrase]:
    fault: list[Phrase] = [[one.token_fault.rstrip(".")]] if one.token_fault else []
    if one.token_ends is None:
        return [["its token is renewed by the desk" if one.renews_token else "no end of its token is known"], *fault]
    ended = one.token_ends <= now
    return [["its token ended " if ended else "its token is good until ", one.token_ends], *fault]


def _allowance(one: Connection) -> Phrase:
    if one.allowance is None:
        return []
    until: Phrase = [" until ", one.allowance_until] if one.allowance_until else []
    return [f"{one.allowance.left} of {one.allowance.limit} readings left", *until]


def _held(one: Connection, now: datetime) -> Phrase:
    return ["held until ", one.held_until] if one.held_until and one.held_until > now else []
