"""A reply on a desk: approved, sent while the call goes wrong, and then given the time that it needs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.domain.base.tables import DraftState
from bot.gateways.networks.certify.bench import Bench
from bot.gateways.networks.own_account_only import ourselves
from bot.ports import Desk
from bot.services.mentions import intake
from bot.services.replies import sending
from tests.engines import store_in
from tests.fakes import FakeClock, a_desk
from tests.faults.cell import Cell, ended
from tests.services.journey import approve, draft_of, verbs, written

STEPS = (0, 1, 1, 2, 3, 5, 6, 6, 6, 10, 15, 30)  # minutes


def reply_on_a_desk(bench: Bench, cell: Cell) -> None:
    """Approve a reply, send it while calls that change something go wrong, and judge it after hours."""
    bench.said += 1
    cursor = bench.caught_up()
    post_id = bench.stand_in.say(f"@{bench.stand_in.handle} my parcel number {bench.said} is late")
    [post] = [one for batch in bench.read(cursor) for one in batch.posts if one.ref.post_id == post_id]
    with TemporaryDirectory() as folder:
        clock = FakeClock(max(post.posted_at, datetime.now(UTC)).replace(microsecond=0) + timedelta(seconds=20))
        calm = bench.network()
        desk = a_desk(store_in(Path(folder)), networks={(calm.name, calm.account): ourselves(calm)}, clock=clock)
        now_known = [*desk.chat.people.values()]
        desk.store.put_people(
            [replace(one, fetched_at=clock.now()) for one in now_known],
            [replace(one, fetched_at=clock.now()) for one in desk.chat.groups.values()],
        )
        intake.receive(desk, calm, "mentions", _one(post), clock.now())
        written(desk, 1, text=f"That is on us. We tell you by 17:00. {bench.said}")
        approve(desk)
        _sent_badly(bench, cell, desk)
        _time_passes(bench, desk)
        _judge(bench, cell, desk, post_id)
        desk.store.close()


def _one(post: object) -> object:
    from bot.ports import Batch

    return Batch(posts=[post])


def _sent_badly(bench: Bench, cell: Cell, desk: Desk) -> None:
    client = bench.network(within=cell.within, api_url=cell.address(bench.between.url))
    bad = replace(desk, networks={(client.name, client.account): client})
    bench.between.spoil(cell.spoiling(bench.changes))
    try:
        ended(cell, lambda: sending.send_due(bad, desk.clock.now()))
    finally:
        bench.between.spoil(lambda _method, _path: None)


def _time_passes(bench: Bench, desk: Desk) -> None:
    for minutes in STEPS:
        desk.clock.move(minutes=minutes)
        bench.stand_in.breathe()
        people = [replace(one, fetched_at=desk.clock.now()) for one in desk.chat.people.values()]
        groups = [replace(one, fetched_at=desk.clock.now()) for one in desk.chat.groups.values()]
        desk.store.put_people(people, groups)
        sending.recover_late(desk, desk.clock.now())
        sending.check_due_outcomes(desk, desk.clock.now())
        sending.send_due(desk, desk.clock.now())


def _judge(bench: Bench, cell: Cell, desk: Desk, post_id: str) -> None:
    draft, said = draft_of(desk), verbs(desk)
    public = [one for one in bench.stand_in.public() if one.answers == post_id]
    cell.said = f"{draft.state.value}, {'asked back' if 'lost' in said else 'known'}"
    if len(public) > 1:
        cell.finds(f"One approval became {len(public)} public replies.")
    if draft.state == DraftState.SENDING:
        cell.finds("It is left in mid-sending.")
    if (draft.state == DraftState.SENT and len(public) != 1) or (
        draft.state in {DraftState.FAILED, DraftState.APPROVED} and public
    ):
        cell.finds(f"The card says {draft.state.value}, and {len(public)} replies are public.")
    if draft.state == DraftState.UNCONFIRMED and draft.attempt and draft.attempt.look_at is not None:
        cell.finds("After hours nobody knows, and nobody is asked.")
    if draft.attempt is None and draft.state != DraftState.SENT and not said[-1:]:
        cell.finds("Nothing is said of it.")
