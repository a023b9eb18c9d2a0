"""Pauses: a lead, or whoever runs the desk, keeps replies from going out until a person lets them go on."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.text import visible
from bot.domain.halts.halt import Halt, HaltKind, halt_over
from bot.domain.mentions.mention import PostRef
from bot.domain.slack.notice import Said
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.services.halts.halting import begin_halt, end_halt
from bot.services.slack.tell_leads import tell_leads
from bot.services.team.access import name_of

BECAUSE = "because"
EVERYWHERE = "everywhere"
COMMAND_LINE = "command line"  # in the trail, and as the name of whoever has this machine
_LONGEST = 200  # characters of a reason
_ALL = frozenset({"", "all", "everything", EVERYWHERE})
_HOW = "Please say why, as in `/care pause x because we look into a mistake`. Without a name it is for everything."
Place = tuple[str, str]  # network and account; "": all


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseChange:
    """A pause that began or ended: where, how many approved replies wait there, and what else keeps them."""

    halt: Halt
    where: str
    waiting: int
    ends: str  # the command that lets replies go out again
    other: Halt | None = None
    ended: bool = False


def pause(desk: Desk, words: str, *, by: str, at: datetime) -> PauseChange:
    """Keep replies from going out, by words like "x because we look into a mistake"; tell the leads' channel.

    Raises NotUsable without a reason, or for a place that is not known here; Outdated where it is paused already.
    """
    place, why = _said(words)
    network, account = _place(desk, place)
    where = _in_words(desk, network, account)
    sentence = f"Sending is paused {where} by {_name(desk, by)}: {why.rstrip('.')}."
    halt = Halt(kind=HaltKind.PAUSE, network=network, account=account, by=by, at=at, why=sentence)
    with desk.store.transaction():
        if not begin_halt(desk, halt):
            raise Outdated(f"Sending is paused {where} already.")
        change = _change(desk, halt, where)
        tell_leads(desk, f"pause:{network}:{account}:{at.isoformat()}", _begun(change), at)
    return change


def resume(desk: Desk, words: str, *, by: str, at: datetime) -> PauseChange:
    """Let replies go out again where it was paused; tell the leads' channel.

    Raises NotUsable for a place that is not known here, Outdated where nothing is paused.
    """
    network, account = _place(desk, words)
    where = _in_words(desk, network, account)
    with desk.store.transaction():
        ended = end_halt(desk, HaltKind.PAUSE, by=by, at=at, network=network, account=account)
        if ended is None:
            raise Outdated(_not_paused(desk, where))
        change = _change(desk, ended, where, ended=True)
        tell_leads(desk, f"resume:{network}:{account}:{at.isoformat()}", _over(change, _name(desk, by)), at)
    return change


def _said(words: str) -> tuple[str, str]:
    """Return the place and the reason in the words of a pause; raise NotUsable without a reason."""
    said = " ".join(visible(words).split())
    place, found, why = f" {said} ".partition(f" {BECAUSE} ")
    if not found or not why.strip():
        raise NotUsable(_HOW)
    why = why.strip()
    return place, why if len(why) <= _LONGEST else f"{why[: _LONGEST - 1].rstrip()}…"


def _place(desk: Desk, words: str) -> Place:
    said = " ".join(words.casefold().split())
    if said in _ALL:
        return "", ""
    found = _places(desk).get(said, set())
    if len(found) == 1:
        return next(iter(found))
    known = ", ".join(dict.fromkeys(network_label(one.name) for one in desk.networks.values()))
    raise NotUsable(
        f"Please name a network of ours ({known}), an account as `x @handle`, or nothing for all of them."
    )


def _places(desk: Desk) -> Mapping[str, set[Place]]:
    """Return the places that each way to name them can mean."""
    found: defaultdict[str, set[Place]] = defaultdict(set)
    for one in desk.networks.values():
        labels = {one.name.casefold(), network_label(one.name).casefold()}
        handle = one.handle.casefold().removeprefix("@")
        for account in {handle, f"@{handle}", one.account.casefold()}:
            for name in (account, *(f"{label} {account}" for label in labels)):
                found[name].add((one.name, one.account))
        for label in labels:
            found[label] = {(one.name, "")}
    return found


def _in_words(desk: Desk, network: str, account: str) -> str:
    if not network:
        return EVERYWHERE
    handles = [one.handle for one in desk.networks.values() if (one.name, one.account) == (network, account)]
    whose = f"for @{handles[0].removeprefix('@')} " if account and handles else f"for {account} " if account else ""
    return f"{whose}on {network_label(network)}"


def _name(desk: Desk, by: str) -> str:
    return "whoever runs Heard" if by == COMMAND_LINE else name_of(desk, by)


def _change(desk: Desk, halt: Halt, where: str, *, ended: bool = False) -> PauseChange:
    drafts = [desk.store.case(case).draft for case, *_ in desk.store.waiting_approvals()]
    waiting = [one.target for one in drafts if one and halt.covers(one.target.network, one.target.account)]
    return PauseChange(
        halt=halt,
        where=where,
        waiting=len(waiting),
        ends=_ends(desk, halt),
        other=_other(desk, halt, waiting),
        ended=ended,
    )


def _ends(desk: Desk, halt: Halt) -> str:
    """Return the command that ends a pause."""
    handles = [
        one.handle for one in desk.networks.values() if (one.name, one.account) == (halt.network, halt.account)
    ]
    place = f" {halt.network}" * bool(halt.network) + "".join(f" @{one.removeprefix('@')}" for one in handles)
    return f"/care resume{place}"


def _other(desk: Desk, halt: Halt, waiting: list[PostRef]) -> Halt | None:
    """Return another halt that keeps the same replies, or the same place."""
    others = [one for one in desk.store.halts() if one != halt]
    places = [(one.network, one.account) for one in waiting] or [(halt.network, halt.account)]
    return next((found for place in places if (found := halt_over(others, *place))), None)


def _begun(change: PauseChange) -> Said:
    return (f"{change.halt.why} {waiting_sentence(change)}",)


def _over(change: PauseChange, who: str) -> Said:
    return (
        f"{who} lets replies go out again {change.where}. It was paused at ",
        change.halt.at,
        f". {going(change)}",
    )


def waiting_sentence(change: PauseChange) -> str:
    """Return what waits, and what goes on meanwhile."""
    many = change.waiting
    waits = f"{many or 'No'} approved {'replies wait' if many > 1 else 'reply waits'}"
    return f"{waits}. Drafts and approvals go on, promises still count, and a person has to say `{change.ends}`."


def going(change: PauseChange) -> str:
    """Return what happens now that a pause is over."""
    if change.other:
        return f"Nothing goes out yet: {change.other.why}"
    if not change.waiting:
        return "No reply waited."
    many = "1 reply that waited goes" if change.waiting == 1 else f"{change.waiting} replies that waited go"
    return f"{many} out now; where the approval has grown old, it is asked for again."


def _not_paused(desk: Desk, where: str) -> str:
    paused = [one for one in desk.store.halts() if one.kind == HaltKind.PAUSE]
    if not paused:
        return "Nothing is paused here. What waits says why on its card."
    named = "; ".join(_in_words(desk, one.network, one.account) for one in paused)
    ends = " or ".join(f"`{_ends(desk, one)}`" for one in paused)
    return f"It is not paused {where}, but {named}. That is ended by {ends}."
