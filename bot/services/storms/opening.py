"""Opens a storm from a spike: by itself where it is large, or by a person."""

from collections import Counter
from datetime import datetime, timedelta

from bot.domain.base.refusals import NotUsable, Outdated, Unknown
from bot.domain.base.text import plain
from bot.domain.slack.notice import Piece, Room
from bot.domain.storms.spikes import Ongoing, Spike
from bot.domain.storms.storm import Storm
from bot.ports import Desk
from bot.services.slack.tell_leads import tell_leads
from bot.services.storms.acting import merge, still_open
from bot.services.storms.folding import fold_known

_OFFER = "spike:"  # begins the name of the button under what is said of a spike; its row follows
OPENED_WITHIN = timedelta(days=1)  # after a spike was over


def open_storm(desk: Desk, spike_id: int, *, by: str, at: datetime) -> Storm:
    """Open a storm from a spike and fold the first of its cases. Raises Outdated, NotUsable or Unknown.

    Outdated too where most of these cases are folded into another storm: nobody is in two.

    Its message goes to the channel that most of its cases belong to.
    """
    with desk.store.transaction():
        spike = _spike(desk, spike_id, at)
        if other := _folded_already(desk, spike_id):
            raise Outdated(f"Most of these mentions are folded into storm {other} already.")
        storm = desk.store.open_storm(_from(desk, spike, by, at))
        tell_leads(desk, f"storm:{storm.id}:open", _opened(storm), at)
    fold_known(desk, storm, at)
    return storm


def add_to_storm(desk: Desk, spike_id: int, into: int, *, by: str, at: datetime) -> None:
    """Let an open storm be about a spike as well, and fold the first of its cases. For leads.

    It is kept as a storm that goes on in the other, without a message. Raises as `open_storm`.
    """
    still_open(desk, into)
    with desk.store.transaction():
        storm = desk.store.open_storm(_from(desk, _spike(desk, spike_id, at), by, at), told=False)
        merge(desk, storm.id, into, by=by, at=at)
    fold_known(desk, desk.store.storm(into), at)


def _spike(desk: Desk, spike_id: int, at: datetime) -> Spike:
    """Return a spike from which no storm is open. Raises Outdated, NotUsable, Unknown."""
    spike = next((one for one in desk.store.spikes(at - OPENED_WITHIN) if one.id == spike_id), None)
    if spike is None:
        raise Unknown("That spike is over for more than a day, so no storm is opened from it.")
    if spike.recorded:
        raise NotUsable("These are replayed posts, and nobody waits there: a storm is not opened from them.")
    known = desk.store.storm_of_spike(spike_id)
    goes_on_in = desk.store.storm(known.merged_into or known.id) if known else None
    if goes_on_in is not None and goes_on_in.over_at is None:
        raise Outdated(f"Storm {goes_on_in.id} is open about this already.")
    return spike


def _folded_already(desk: Desk, spike_id: int) -> int:
    """Return the storm into which most of a spike's cases are folded, or 0."""
    folded, cases = desk.store.spike_folded(spike_id), len(desk.store.spike_cases(spike_id))
    return next((storm for storm, many in folded.items() if 2 * many > cases), 0)


def _from(desk: Desk, spike: Spike, by: str, at: datetime) -> Storm:
    cases = desk.store.cases(sorted(desk.store.spike_cases(spike.id))[:200])
    rooms = Counter(one.channel for one in cases if not one.private)
    return Storm(
        channel=max(sorted(rooms), key=lambda room: rooms[room], default=desk.policy.channel),
        traits=spike.traits,
        words=spike.words,
        since=spike.since,
        opened_at=at,
        opened_by=by,
        spike=spike.id,
        asked_at=at,
    )


def _opened(storm: Storm) -> list[Piece]:
    about = f"Storm {storm.id} is open about {plain(storm.about, 200)}"
    return [f"{about}. Mentions about it are folded into one message in ", Room(storm.channel), "."]


def offer(spike_id: int) -> str:
    """Return the name of the button that opens a storm from a spike."""
    return f"{_OFFER}{spike_id}"


def spike_offered(offers: str) -> int:
    """Return the spike from which such a button opens a storm; 0 for any other button."""
    number = offers[len(_OFFER) :] if offers[: len(_OFFER)] == _OFFER else ""
    return int(number) if number.isdigit() else 0


def open_large(desk: Desk, on: Ongoing, now: datetime) -> None:
    """Open a storm where a spike has become as large as the configuration says; one that was opened once stays so.

    What people ended is not opened again by itself.
    """
    least = desk.policy.storms.opens_at
    if not least or on.spike.recorded or len(on.cases) < least or desk.store.storm_of_spike(on.spike.id):
        return
    if desk.store.spike_people(on.spike.id) >= least and not _folded_already(desk, on.spike.id):
        open_storm(desk, on.spike.id, by="desk", at=now)
