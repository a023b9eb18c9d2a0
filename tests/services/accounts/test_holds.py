"""What a network refuses in one place holds what shares its budget, and nothing else; also over a restart."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.accounts.holds import SHUT_FIRMLY, SHUT_FOR, Limit, Use
from bot.domain.base.refusals import Refusal
from bot.domain.base.tables import DraftState
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.draft import APPROVAL_LASTS, WhyStale
from bot.ports import Batch, Desk, NetworkTrouble, NotSent, OutcomeLost, SendOutcome, Sent
from bot.services.accounts import holds
from bot.services.accounts.standing import account_waits
from bot.services.base import clock_set_back
from bot.services.mentions import intake
from bot.services.replies import by_hand, sending
from handlers.polling import Poller
from storage import SqlStore
from tests.blocks.reading import plainly
from tests.fakes import BEN, NOON, FakeClock, FakeNetwork, a_desk, a_post
from tests.services.journey import approve, attempt_of, clock, draft_of, everybody_is_known, notices, seen, written

WAIT = timedelta(minutes=15)
SLOW = NetworkTrouble("It asks us to slow down.", WAIT)
NO_MONEY = NotSent("X says there is no credit left.", retry_after=SHUT_FOR, limit=Limit.SHUT)


@dataclass
class Limited(FakeNetwork):
    """A network that refuses the readings planned in `refusals`, and counts the calls."""

    refusals: list[NetworkTrouble] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def _call(self, what: str) -> None:
        self.asked.append(what)
        if self.refusals:
            raise self.refusals.pop(0)

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        self._call(stream)
        yield from super().fetch(stream, cursor)

    def find_reply(self, *args: object, **more: object) -> Sent | None:
        self._call("find_reply")
        return super().find_reply(*args, **more)  # type: ignore[arg-type]

    def which_are_gone(self, post_ids: Sequence[str]) -> Sequence[str]:
        self._call("which_are_gone")
        return ()

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        self.asked.append("reply")
        return super().reply(target, text, key)


def on(network: str, store: SqlStore, old: FakeNetwork | None = None) -> tuple[Desk, Limited]:
    """Return a desk with an account on this network; as after a restart with the `old` one."""
    street = Limited(name=network) if old is None else Limited(name=network, published=old.published)
    return a_desk(store, networks={(network, "42"): street}), street


def approved(desk: Desk, street: FakeNetwork, *posts: str) -> None:
    """Take in these posts, each with a reply that is approved."""
    for number, post in enumerate(posts or ("100",), start=1):
        found = a_post(post, "Charged twice", by=f"person{post}", ref=PostRef(street.name, "42", post))
        intake.receive(desk, street, "mentions", Batch(posts=(found,)), desk.clock.now())
        written(desk, number, text=f"We look into it, number {post}.")
        approve(desk, number)


def poll(desk: Desk, street: FakeNetwork) -> float:
    return Poller(desk, street, timedelta(seconds=20)).one_round()


def states(desk: Desk, *cases: int) -> list[DraftState]:
    return [draft_of(desk, one).state for one in cases]


def send(desk: Desk) -> int:
    return sending.send_due(desk, desk.clock.now())


# --- asked to wait --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
def test_a_refused_poll_holds_replies_where_both_share_a_budget(store: SqlStore, network: str) -> None:
    desk, street = on(network, store)
    approved(desk, street)
    street.refusals = [SLOW]
    assert poll(desk, street) == WAIT.total_seconds()
    assert (send(desk), states(desk, 1), street.published) == (0, [DraftState.APPROVED], [])
    clock(desk).move(minutes=14, seconds=59)
    assert send(desk) == 0
    clock(desk).move(seconds=1)
    assert (send(desk), len(street.published)) == (1, 1)


def test_on_x_each_endpoint_has_its_own_budget(store: SqlStore) -> None:
    desk, street = on("x", store)
    approved(desk, street)
    street.refusals = [SLOW]
    poll(desk, street)
    assert (send(desk), len(street.published)) == (1, 1)
    assert "mentions" in street.asked


@pytest.mark.parametrize(("network", "waits"), [("mastodon", True), ("bluesky", False), ("x", False)])
def test_a_refused_reply_holds_polls_where_both_share_a_budget(store: SqlStore, network: str, *, waits: bool) -> None:
    desk, street = on(network, store)
    approved(desk, street)
    street.outcomes = [NotSent("It asks us to slow down.", retry_after=WAIT, limit=Limit.PACE)]
    send(desk)
    street.asked.clear()
    poll(desk, street)
    assert (street.asked == []) == waits
    clock(desk).move(minutes=15)
    poll(desk, street)
    assert "mentions" in street.asked


def test_a_reply_that_is_refused_for_another_reason_holds_no_polls(store: SqlStore) -> None:
    desk, street = on("mastodon", store)
    approved(desk, street)
    street.outcomes = [NotSent("Not understood.", retry_after=timedelta(minutes=1))]
    send(desk)
    street.asked.clear()
    poll(desk, street)
    assert street.asked == ["mentions", "own"]


def test_a_wait_is_not_forgotten_by_a_restart(store: SqlStore) -> None:
    desk, street = on("mastodon", store)
    approved(desk, street)
    street.refusals = [SLOW]
    poll(desk, street)
    again, new = on("mastodon", store, street)
    clock(again).move(minutes=5)
    assert poll(again, new) == timedelta(minutes=10).total_seconds()
    assert (send(again), new.asked) == (0, [])


def test_a_wait_keeps_its_length_when_the_clock_is_set_back(store: SqlStore) -> None:
    desk, street = on("mastodon", store)
    approved(desk, street)
    street.refusals = [SLOW]
    asked = poll(desk, street)
    clock_set_back.put_right(desk, desk.clock.now())  # as each minute
    clock(desk).move(hours=-2)
    assert poll(desk, street) == asked  # at once, before anything is put right
    assert (send(desk), street.published) == (0, [])
    clock_set_back.put_right(desk, desk.clock.now())
    clock(desk).move(seconds=asked)
    assert poll(desk, street) == 20.0


def test_nothing_is_read_while_the_account_waits_and_nothing_unknown_is_forgotten(store: SqlStore) -> None:
    desk, street = on("mastodon", store)
    approved(desk, street)
    street.outcomes = [OutcomeLost("No answer came.")]
    send(desk)
    street.refusals = [SLOW]
    poll(desk, street)
    street.asked.clear()
    look_at = desk.store.next_look_at()
    assert look_at is not None
    clock(desk).at = look_at
    sending.check_due_outcomes(desk, desk.clock.now())
    assert (street.asked, states(desk, 1)) == ([], [DraftState.UNCONFIRMED])
    clock(desk).move(hours=1)
    sending.check_due_outcomes(desk, desk.clock.now())
    assert street.asked == ["find_reply"]


def test_a_refused_look_for_a_reply_holds_the_polls_too(store: SqlStore) -> None:
    desk, street = on("mastodon", store)
    approved(desk, street)
    street.outcomes = [OutcomeLost("No answer came.")]
    send(desk)
    street.refusals = [SLOW]
    clock(desk).at = desk.store.next_look_at() or NOON
    sending.check_due_outcomes(desk, desk.clock.now())
    street.asked.clear()
    assert (poll(desk, street), street.asked) == (WAIT.total_seconds(), [])


def test_an_approval_that_grows_too_old_while_the_account_waits_is_asked_for_again(store: SqlStore) -> None:
    desk, street = on("mastodon", store)
    approved(desk, street)
    street.refusals = [NetworkTrouble("It asks us to slow down.", APPROVAL_LASTS * 2)]
    poll(desk, street)
    now = clock(desk).move(seconds=(APPROVAL_LASTS + timedelta(minutes=1)).total_seconds())
    sending.void_old_approvals(desk, now)
    assert (draft_of(desk).state, draft_of(desk).stale) == (DraftState.IN_REVIEW, WhyStale.AGE)


def test_what_is_shown_of_a_waiting_reply_names_the_moment_and_the_refused_call(store: SqlStore) -> None:
    desk, street = on("mastodon", store)
    approved(desk, street)
    street.refusals = [SLOW]
    poll(desk, street)
    case = desk.store.case(1)
    hold = seen(desk, case).hold
    assert hold is not None
    assert (hold.until, hold.met) == (NOON + WAIT, Use.POLL)


def test_a_person_who_sends_again_is_told_to_wait_too(store: SqlStore) -> None:
    desk, street = on("mastodon", store)
    approved(desk, street)
    street.outcomes = [NotSent("It says no.")]
    send(desk)
    street.refusals = [SLOW]
    poll(desk, street)
    everybody_is_known(desk)
    with pytest.raises(Refusal, match="asks us to wait for 15 minutes"):
        by_hand.send_again(desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=NOON)
    assert street.published == []


# --- without money --------------------------------------------------------------------------------------------


def test_without_money_one_reply_is_refused_and_all_others_stay_approved(store: SqlStore) -> None:
    desk, street = on("x", store)
    approved(desk, street, "100", "200", "300")
    street.outcomes = [NO_MONEY]
    assert send(desk) == 1
    assert states(desk, 1, 2, 3) == [DraftState.FAILED, DraftState.APPROVED, DraftState.APPROVED]
    [(_, said)] = notices(desk)
    assert plainly(said).startswith("Approved replies on X wait since")
    assert "no credit left" in said
    assert [line.verb for line in desk.store.audit("desk")][-1] == "account_held"


def test_a_poll_that_works_again_lets_everything_out_under_the_same_approvals(store: SqlStore) -> None:
    desk, street = on("x", store)
    approved(desk, street, "100", "200")
    street.outcomes = [NO_MONEY]
    send(desk)
    street.refusals = [NetworkTrouble("X says there is no credit left.", limit=Limit.SHUT)]
    clock(desk).move(minutes=1)
    assert poll(desk, street) == timedelta(minutes=5).total_seconds()
    clock(desk).move(minutes=6)
    assert send(desk) == 0
    poll(desk, street)
    assert (send(desk), states(desk, 1, 2)) == (1, [DraftState.FAILED, DraftState.SENT])
    assert [line.verb for line in desk.store.audit("desk")][-1] == "account_released"
    assert "What waited on X since 2 Mar 12:00 UTC goes on." in [said for _, said in notices(desk)]
    told = len(notices(desk))
    clock(desk).move(minutes=8)
    assert (send(desk), states(desk, 1)) == (1, [DraftState.SENT])
    assert len(notices(desk)) == told


def test_while_polls_find_no_money_nothing_goes_out_and_leads_hear_of_it_once(store: SqlStore) -> None:
    desk, street = on("x", store)
    approved(desk, street, "100", "200")
    street.outcomes = [NO_MONEY]
    send(desk)
    poller = Poller(desk, street, timedelta(seconds=20))
    for _ in range(12):
        clock(desk).move(minutes=5)
        street.refusals = [NetworkTrouble("X says there is no credit left.", limit=Limit.SHUT)]
        poller.one_round()
        assert send(desk) == 0
    assert [plainly(said).partition(" since")[0] for _, said in notices(desk)] == [
        "Approved replies on X wait",
        "X cannot be read",
    ]


def test_where_polls_work_and_posts_are_not_paid_for_at_most_two_replies_are_refused_in_an_hour(
    store: SqlStore,
) -> None:
    desk, street = on("x", store)
    approved(desk, street, "100", "200", "300", "400")
    street.outcomes = [NO_MONEY] * 4
    for _ in range(50):
        send(desk)
        clock(desk).move(minutes=1)
        poll(desk, street)
    assert len(street.outcomes) == 2
    clock(desk).move(seconds=SHUT_FIRMLY.total_seconds())
    assert send(desk) > 0


def test_what_a_plan_does_not_allow_refuses_one_reply_an_hour_and_is_told_once(store: SqlStore) -> None:
    desk, street = on("x", store)
    approved(desk, street, "100", "200", "300")
    street.outcomes = [NotSent("X says our app has no plan.", retry_after=SHUT_FIRMLY, limit=Limit.CAP)] * 3
    for _ in range(119):
        send(desk)
        clock(desk).move(minutes=1)
        poll(desk, street)
    assert (len(street.outcomes), len(notices(desk))) == (1, 1)


def test_money_that_is_missing_in_one_account_holds_no_other(store: SqlStore) -> None:
    desk, street = on("x", store)
    other = Limited(name="x", account="43")
    desk = replace(desk, networks={**desk.networks, ("x", "43"): other})
    approved(desk, street)
    street.outcomes = [NO_MONEY]
    send(desk)
    assert holds.hold_on(desk, "x", "42", Use.WRITE, NOON) is not None
    assert holds.hold_on(desk, "x", "43", Use.WRITE, NOON) is None


def test_leads_hear_that_money_is_missing_also_after_a_clock_that_was_years_ahead(store: SqlStore) -> None:
    desk, _ = on("x", store)
    refused = PostRef("x", "42", "100")
    holds.note_outcome(desk, refused, Use.WRITE, NO_MONEY, NOON + timedelta(days=800))
    holds.note_outcome(desk, refused, Use.WRITE, NO_MONEY, NOON)
    assert len(notices(replace(desk, clock=FakeClock(NOON + timedelta(days=801))))) == 2
    assert holds.hold_on(desk, "x", "42", Use.WRITE, NOON + SHUT_FOR) is None


def test_a_look_that_finds_an_account_shut_out_tells_leads_that_replies_wait(store: SqlStore) -> None:
    desk, street = on("x", store)
    holds.note_trouble(desk, street, Use.LOOK, NetworkTrouble("X has locked our account.", limit=Limit.SHUT), NOON)
    [(_, said)] = notices(desk)
    assert plainly(said).startswith("Approved replies on X wait since")


def test_leads_hear_once_of_missing_money_while_a_use_waits_longer_for_another_reason(store: SqlStore) -> None:
    desk, _ = on("x", store)
    post = PostRef("x", "42", "100")
    for use in (Use.LOOK, Use.DELETE):
        day = NotSent("X takes no more today.", retry_after=timedelta(days=1), limit=Limit.PACE)
        holds.note_outcome(desk, post, use, day, NOON)
    for minutes in (1, 20, 40):
        holds.note_outcome(desk, post, Use.WRITE, NO_MONEY, NOON + timedelta(minutes=minutes))
    clock(desk).move(hours=1)
    assert len(notices(desk)) == 1


# --- said -----------------------------------------------------------------------------------------------------


def test_the_doctor_says_what_an_account_does_not_do_and_until_when(store: SqlStore) -> None:
    desk, street = on("mastodon", store)
    street.refusals = [SLOW]
    poll(desk, street)
    [wait] = account_waits(desk, street, NOON)
    assert wait.said() == (
        "@northwind on Mastodon reads no new posts, looks for no single posts, sends no replies and takes no replies back "
        "until 2 Mar 12:15 UTC."
    )
    assert account_waits(desk, street, NOON + WAIT) == []


def test_without_money_the_doctor_names_no_moment(store: SqlStore) -> None:
    desk, street = on("x", store)
    approved(desk, street)
    street.outcomes = [NO_MONEY]
    send(desk)
    [wait] = account_waits(desk, street, NOON)
    assert wait.said() == "@northwind on X looks for no single posts, sends no replies and takes no replies back."


# --- by construction ------------------------------------------------------------------------------------------

ROOT = Path(__file__).parents[3]


def reading_methods() -> set[str]:
    """Return the methods of a network that read: those that say that they raise NetworkTrouble, and the first two."""
    port = ast.parse((ROOT / "bot/ports/network.py").read_text())
    methods = [one for one in ast.walk(port) if isinstance(one, ast.FunctionDef)]
    told = {one.name for one in methods if "NetworkTrouble" in (ast.get_docstring(one) or "")}
    return {"fetch", "find_reply"} | told - {"verify", "renew_token"}  # these two are about the keys, and cannot wait


READS = reading_methods()


def unguarded(tree: ast.AST, *, guarded: bool = False) -> Iterator[str]:
    """Yield the reading calls that are not made within `with reading(...)`, nor in a function only called there."""
    for node in ast.iter_child_nodes(tree):
        inside = guarded or (
            isinstance(node, ast.With) and any("reading(" in ast.unparse(one.context_expr) for one in node.items)
        )
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READS:
            receiver = ast.unparse(node.func.value)
            if not inside and "network" in receiver and "store" not in receiver:
                yield ast.unparse(node.func)
        yield from unguarded(node, guarded=inside)


def test_every_reading_of_a_network_notes_and_obeys_the_waits() -> None:
    """Three functions hold these calls, and their only callers read within `reading`."""
    found = {
        f"{path.name}: {one}"
        for room in ("bot/services", "handlers")
        for path in sorted((ROOT / room).rglob("*.py"))
        for one in unguarded(ast.parse(path.read_text()))
    }
    assert found == {
        "deleted_posts.py: network.changes_of",
        "deleted_posts.py: network.which_are_gone",
        "in_place.py: network.find_reply",
        "in_place.py: network.reply_now",
        "own_reply_check.py: network.is_our_reply",
    }
    assert list(unguarded(ast.parse("network.fetch('own', '')"))) == ["network.fetch"]
    assert {"is_our_reply", "shown", "which_are_gone"} < READS
