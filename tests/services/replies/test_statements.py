"""A statement: approved as a whole by a second person, posted at most once by each account, and taken back likewise."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.accounts.spending import Charge
from bot.domain.base.policy import OwnAccount
from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.halts.halt import Halt, HaltKind
from bot.domain.replies.draft import APPROVAL_LASTS
from bot.domain.replies.statement import PostState, Statement, StatementState, key_of
from bot.domain.storms.storm import Storm
from bot.ports import Desk, NotSent, OutcomeLost, ProvenAbsent
from bot.services.backups.reconciling import end_hold
from bot.services.halts.halting import begin_halt, end_halt
from bot.services.replies import statement_deciding as deciding
from bot.services.replies import statement_sending as sending
from bot.services.replies import statement_writing as writing
from storage import SqlStore
from tests.fakes import ANA, BEN, CARE, CARO, NOON, FakeNetwork, Killed, PostingNetwork, a_desk
from tests.services.journey import clock, everybody_is_known, notices

LONG, SHORT = "Our shop is down. We are on it and say more here at noon. " * 6, "Our shop is down. More here at noon."
WIDE, NARROW, MUTE = ("street", "1"), ("x", "42"), ("reviews", "7")


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    networks = {
        WIDE: PostingNetwork(name="street", account="1", limit=500),
        NARROW: PostingNetwork(),
        MUTE: FakeNetwork(name="reviews", account="7"),
    }
    return a_desk(store, networks=networks)


def network(desk: Desk, which: tuple[str, str] = NARROW) -> PostingNetwork:
    found = desk.networks[which]
    assert isinstance(found, PostingNetwork)
    return found


def put_up(desk: Desk, chosen: Sequence[int] = (1,)) -> Statement:
    """Propose a statement as Caro; the place 0 is the street, 1 is X."""
    return desk.store.statement(writing.propose_statement(desk, LONG, SHORT, chosen, by=CARO, at=desk.clock.now()))


def decide(desk: Desk, found: Statement, by: str = BEN, *, approves: bool = True) -> Statement:
    return deciding.decide_on_statement(
        desk, found.id, mark=found.mark, approves=approves, by=by, at=desk.clock.now()
    )


def approved(desk: Desk, chosen: Sequence[int] = (1,)) -> Statement:
    return decide(desk, put_up(desk, chosen))


def work(desk: Desk) -> int:
    """Do what the sender does in one round."""
    calls = sending.post_due_statements(desk, desk.clock.now())
    sending.check_due_statements(desk, desk.clock.now())
    return calls


def states(desk: Desk, number: int = 1) -> list[PostState]:
    return [one.state for one in desk.store.statement(number).posts]


def told(desk: Desk) -> list[str]:
    return [said for _, said in notices(desk)]


def verbs(desk: Desk) -> list[str]:
    return [one.verb for one in desk.store.audit("desk") if one.verb.startswith("statement_")]


def test_each_account_posts_the_version_that_fits_it_once(desk: Desk) -> None:
    approved(desk, [0, 1])
    assert work(desk) == 2
    assert [text for _, _, text in network(desk, WIDE).published] == [LONG.strip()]
    assert [text for _, _, text in network(desk).published] == [SHORT]
    assert (work(desk), states(desk)) == (0, [PostState.SENT, PostState.SENT])
    assert "Street @northwind: public. X @northwind: public." in told(desk)[-1]
    assert verbs(desk) == ["statement_proposed", "statement_approved"] + ["statement_sending", "statement_sent"] * 2


def test_a_post_is_charged_once_and_dearer_with_a_link_which_people_read_before(desk: Desk) -> None:
    [plain] = writing.statement_shapes(desk, SHORT, "", [1])
    assert plain.costs == ""
    linked = f"{SHORT} See status.northwind.com"
    wide, narrow = writing.statement_shapes(desk, linked, "", [0, 1])
    assert (wide.costs, narrow.costs) == ("", "A link in it costs $0.20 on X, and $0.015 without.")
    network(desk).outcomes = [NotSent("No."), OutcomeLost("No answer.")]
    for _ in range(2):  # a certain refusal costs nothing, an unknown outcome may
        number = writing.propose_statement(desk, linked, "", [1], by=CARO, at=desk.clock.now())
        assert deciding.links_cost_in(desk, desk.store.statement(number)) == narrow.costs
        decide(desk, desk.store.statement(number))
        work(desk)
    approved(desk)
    work(desk)
    counted = {one.charge: one.count for one in desk.store.charges("x", "42", NOON.date())}
    assert counted == {Charge.LINK_REPLY: 1, Charge.STATEMENT: 1}


def test_an_account_that_only_answers_is_left_out_with_a_sentence(desk: Desk) -> None:
    assert [(one.name, one.account) for one in writing.statement_accounts(desk)] == [WIDE, NARROW]
    [said] = writing.accounts_left_out(desk)
    assert "@northwind is left out: here Heard only answers posts of others." in said
    networks = {("instagram", "1"): FakeNetwork(name="instagram", account="1")}
    [said] = writing.accounts_left_out(replace(desk, networks=networks))
    assert "Instagram takes no post without a picture" in said


@pytest.mark.parametrize(
    ("words", "short", "chosen", "field"),
    [(LONG, "", [1], "note"), (LONG, LONG, [0, 1], "note"), (" ", SHORT, [1], "words"), (SHORT, "", [], "accounts")],
)
def test_what_an_account_could_not_post_is_refused_in_its_field(
    desk: Desk, words: str, short: str, chosen: list[int], field: str
) -> None:
    with pytest.raises(NotUsable) as refusal:
        writing.propose_statement(desk, words, short, chosen, by=CARO, at=desk.clock.now())
    assert refusal.value.field == field


def test_nobody_approves_their_own_and_only_leads_write(desk: Desk) -> None:
    found = put_up(desk)
    with pytest.raises(NotYours, match="You wrote this statement"):
        decide(desk, found, CARO)
    with pytest.raises(NotYours):
        writing.propose_statement(desk, SHORT, "", [1], by=ANA, at=desk.clock.now())
    assert (work(desk), network(desk).published) == (0, [])


def test_whoever_does_not_let_an_account_out_does_not_approve_its_statement(desk: Desk) -> None:
    own = {NARROW: OwnAccount(name="main", approvers=frozenset({CARO}))}
    desk.take_over(replace(desk.policy, accounts=own))
    with pytest.raises(NotYours, match="Other approvers"):
        decide(desk, put_up(desk))


def test_a_decision_counts_for_what_was_shown_and_once(desk: Desk) -> None:
    found = put_up(desk)
    with pytest.raises(Outdated, match="not the statement"):
        deciding.decide_on_statement(desk, found.id, mark="other", approves=True, by=BEN, at=desk.clock.now())
    decide(desk, found, approves=False)
    with pytest.raises(Outdated, match="already"):
        decide(desk, found)
    assert (work(desk), network(desk).published) == (0, [])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE statement_posts SET text = 'We lie.'",
        "UPDATE statement_posts SET network = 'street', account = '1'",
        "UPDATE statements SET terms = 'x'",
        "UPDATE statements SET line = line - 1",
    ],
)
def test_what_was_changed_after_its_approval_is_not_sent(desk: Desk, store: SqlStore, change: str) -> None:
    approved(desk)
    store.engine.run(change)
    assert (work(desk), states(desk)) == (0, [PostState.FAILED])
    assert "not what was approved" in told(desk)[-1]
    assert [*network(desk).published, *network(desk, WIDE).published] == []


def test_a_statement_that_was_never_approved_is_not_sent_whatever_its_row_says(desk: Desk, store: SqlStore) -> None:
    put_up(desk)
    store.engine.run("UPDATE statements SET state = 'approved', decided_by = 'U1', decided_at = written_at")
    assert (work(desk), states(desk)) == (0, [PostState.FAILED])


def test_a_kill_between_call_and_record_leaves_an_unknown_outcome_that_is_read_and_not_repeated(desk: Desk) -> None:
    approved(desk)
    network(desk).killed = True
    with pytest.raises(Killed):
        work(desk)
    network(desk).killed, network(desk).visible = False, False
    assert sending.recover_statements(desk, clock(desk).move(minutes=1)) == 1
    assert states(desk) == [PostState.UNCONFIRMED]
    assert "nobody knows whether it was posted" in told(desk)[-1]
    clock(desk).move(minutes=2)
    assert (work(desk), states(desk)) == (0, [PostState.UNCONFIRMED])
    network(desk).visible = True
    clock(desk).move(minutes=10)
    assert (work(desk), states(desk)) == (0, [PostState.SENT])
    assert len(network(desk).published) == 1


def test_a_kill_before_the_call_is_unknown_too_until_the_network_has_been_read_often_enough(desk: Desk) -> None:
    approved(desk)
    network(desk).outcomes = [OutcomeLost("No answer.")]
    work(desk)
    for _ in range(12):
        clock(desk).move(minutes=6)
        work(desk)
    [post] = desk.store.statement(1).posts
    assert (post.state, post.look_at, network(desk).published) == (PostState.UNCONFIRMED, None, [])
    assert "does not show it" in told(desk)[-1]


def test_a_network_that_cannot_be_read_is_read_again_later(desk: Desk) -> None:
    approved(desk)
    network(desk).outcomes, network(desk).commits_first = [OutcomeLost("No answer.")], True
    work(desk)
    network(desk).readable = False
    clock(desk).move(minutes=2)
    work(desk)
    [post] = desk.store.statement(1).posts
    assert (post.state, post.looks, post.look_at is None) == (PostState.UNCONFIRMED, 1, False)
    network(desk).readable = True
    clock(desk).move(minutes=6)
    work(desk)
    assert states(desk) == [PostState.SENT]


def test_a_post_that_the_network_proves_absent_is_not_posted_again_by_itself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(desk)
    network(desk).outcomes = [OutcomeLost("No answer.")]
    monkeypatch.setattr(PostingNetwork, "find_statement", lambda *_: ProvenAbsent())
    work(desk)
    clock(desk).move(minutes=1)
    assert (work(desk), states(desk)) == (0, [PostState.FAILED])
    clock(desk).move(minutes=1)
    assert (work(desk), network(desk).published) == (0, [])
    assert verbs(desk)[-1] == "statement_absent"


def test_a_pause_stops_it_and_an_approval_that_waited_too_long_is_void(desk: Desk) -> None:
    pause = Halt(kind=HaltKind.PAUSE, network="x", by=CARO, at=desk.clock.now(), why="A storm.")
    approved(desk, [0, 1])
    begin_halt(desk, pause)
    assert (work(desk), states(desk)) == (1, [PostState.SENT, PostState.WAITING])
    clock(desk).move(seconds=APPROVAL_LASTS.total_seconds() + 60)
    assert (work(desk), network(desk).published) == (0, [])
    end_halt(desk, HaltKind.PAUSE, by=CARO, at=desk.clock.now(), network="x")
    assert (work(desk), states(desk)) == (0, [PostState.SENT, PostState.FAILED])
    assert "approval was too old" in told(desk)[-1]


@pytest.mark.parametrize("waits", [0, 5])
def test_a_clock_that_is_set_back_makes_no_approval_younger(desk: Desk, waits: int) -> None:
    begin_halt(desk, Halt(kind=HaltKind.PAUSE, network="x", by=CARO, at=desk.clock.now(), why="A storm."))
    approved(desk, [1])
    clock(desk).move(hours=waits)
    clock(desk).set(hours=-waits or -1)  # by the clock it was given just now, or is still to come
    end_halt(desk, HaltKind.PAUSE, by=CARO, at=desk.clock.now(), network="x")
    work(desk)
    assert states(desk) == [PostState.FAILED]
    assert "approval was too old" in str(told(desk))


def test_what_one_network_refuses_stands_beside_what_another_took(desk: Desk) -> None:
    network(desk).outcomes = [NotSent("X does not take these words.")]
    approved(desk, [0, 1])
    work(desk)
    assert "Street @northwind: public. X @northwind: not posted. X does not take these words." in told(desk)[-1]


def test_a_refusal_is_told_although_another_account_still_waits(desk: Desk) -> None:
    begin_halt(desk, Halt(kind=HaltKind.PAUSE, network="street", by=CARO, at=desk.clock.now(), why="A storm."))
    network(desk).outcomes = [NotSent("X does not take these words.")]
    approved(desk, [0, 1])
    before = len(told(desk))
    work(desk)
    assert len(told(desk)) == before, "what follows within a minute is said in one message"
    for _ in range(3):
        clock(desk).move(minutes=2)
        work(desk)
    assert told(desk)[before:] == [
        "Statement 1. Street @northwind: waits. X @northwind: not posted. X does not take these words."
    ]
    end_halt(desk, HaltKind.PAUSE, by=CARO, at=desk.clock.now(), network="street")
    work(desk)
    assert told(desk)[-1].startswith("Statement 1. Street @northwind: public. X @northwind: not posted.")


def test_a_refusal_with_a_wait_is_tried_again_after_it(desk: Desk) -> None:
    network(desk).outcomes = [NotSent("Slow down.", retry_after=timedelta(minutes=5))]
    approved(desk)
    assert (work(desk), states(desk)) == (1, [PostState.WAITING])
    clock(desk).move(minutes=4)
    assert work(desk) == 0
    assert sending.next_send_or_look_at(desk) == desk.clock.now() + timedelta(minutes=1)
    clock(desk).move(minutes=2)
    assert (work(desk), states(desk)) == (1, [PostState.SENT])


def test_a_statement_is_taken_back_once_a_second_person_approves_that(desk: Desk) -> None:
    approved(desk, [0, 1])
    work(desk)
    asked = desk.store.statement(writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now()))
    with pytest.raises(Outdated, match="already"):
        writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now())
    assert work(desk) == 0
    with pytest.raises(NotYours):
        decide(desk, asked, CARO)
    decide(desk, asked)
    assert work(desk) == 2
    assert (network(desk).taken_back, network(desk, WIDE).taken_back) == (["9000"], ["9000"])
    assert states(desk) == [PostState.TAKEN_BACK, PostState.TAKEN_BACK]
    assert "Taking statement 1 back. Street @northwind: deleted. X @northwind: deleted." in told(desk)[-1]
    with pytest.raises(Outdated, match="nothing to take back"):
        writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now())


def test_an_older_copy_posts_nothing_again_and_lets_nobody_approve_what_it_believes_undecided(desk: Desk) -> None:
    approved(desk)
    undecided = put_up(desk, [0])
    later = clock(desk).move(minutes=5)
    begin_halt(desk, Halt(kind=HaltKind.HOLD, by="desk", at=later, why="An older copy."))
    network(desk).reply(desk.store.statement(1).posts[0].ref, SHORT, "")  # what the lost days did
    assert sending.recover_statements(desk, later) == 1
    assert desk.store.statement(undecided.id).state == StatementState.DECLINED
    assert [one.recipient for one in desk.store.to_tell(later, 99)].count(CARO) == 1
    assert "declined statement 2" in told(desk)[-1]
    end_halt(desk, HaltKind.HOLD, by=CARO, at=later)
    assert (work(desk), states(desk)) == (0, [PostState.SENT])
    assert len(network(desk).published) == 1


def test_what_an_older_copy_believes_is_doubted_too_where_it_came_while_the_desk_ran(desk: Desk) -> None:
    """As after a failover; and the lead was faster than the job that looks around."""
    approved(desk)
    undecided = put_up(desk, [0])
    later = clock(desk).move(minutes=5)
    begin_halt(desk, Halt(kind=HaltKind.HOLD, by="desk", at=later, why="An older copy."))
    network(desk).reply(desk.store.statement(1).posts[0].ref, SHORT, "")  # what the lost minutes did
    end_hold(desk, by=CARO, at=later)
    assert (work(desk), states(desk)) == (0, [PostState.SENT])
    assert desk.store.statement(undecided.id).state == StatementState.DECLINED
    assert len(network(desk).published) == 1


def test_what_this_process_posted_is_not_posted_again_where_the_database_forgot_it(desk: Desk) -> None:
    approved(desk)
    first = desk.store.statement(1)
    desk.called[key_of(first, first.posts[0])] = 1  # called for, and then a failover lost that
    assert (work(desk), states(desk)) == (0, [PostState.UNCONFIRMED])
    assert [one.kind for one in desk.store.halts()] == [HaltKind.HOLD]
    assert network(desk).published == []


def test_one_that_waited_after_a_refusal_is_not_posted_again_either(desk: Desk) -> None:
    network(desk).outcomes = [NotSent("Slow down.", retry_after=timedelta(minutes=5))]
    approved(desk)
    work(desk)
    [waits] = desk.store.statement(1).posts
    clock(desk).move(minutes=6)
    work(desk)
    [sent] = desk.store.statement(1).posts
    desk.store.move_statement_post(replace(waits, id=sent.id), was=PostState.SENT)  # a failover lost the second call
    assert (work(desk), states(desk)) == (0, [PostState.UNCONFIRMED])
    assert len(network(desk).published) == 1


def test_leads_hear_that_an_older_copy_does_not_know_whether_a_statement_was_taken_back(desk: Desk) -> None:
    approved(desk)
    work(desk)
    decide(desk, desk.store.statement(writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now())))
    later = clock(desk).move(minutes=5)
    begin_halt(desk, Halt(kind=HaltKind.HOLD, by="desk", at=later, why="An older copy."))
    end_hold(desk, by=CARO, at=later)
    assert told(desk)[-1].startswith("Taking statement 1 back. X @northwind: not deleted. The database is an older")


def test_the_same_words_are_neither_proposed_nor_approved_twice_for_an_account(desk: Desk, store: SqlStore) -> None:
    first = put_up(desk)
    with pytest.raises(NotUsable, match=r"Statement 1 says the same\. X @northwind: waits for approval\."):
        put_up(desk, [0, 1])
    beside = store.add_statement(replace(first, id=0))  # as another desk may have at the same moment
    decide(desk, first)
    with pytest.raises(Outdated, match=r"X @northwind: waits\. Please decline this one"):
        decide(desk, store.statement(beside))
    decide(desk, store.statement(beside), approves=False)
    assert (work(desk), len(network(desk).published)) == (1, 1)
    with pytest.raises(NotUsable, match=r"X @northwind: public\."):
        put_up(desk)
    clock(desk).move(hours=25)
    assert put_up(desk).id == 3


def test_the_same_words_can_be_written_again_where_they_were_not_posted(desk: Desk) -> None:
    network(desk).outcomes = [NotSent("No.")]
    approved(desk)
    work(desk)
    approved(desk)
    assert (work(desk), states(desk, 2)) == (1, [PostState.SENT])


def test_whoever_wrote_a_statement_takes_it_off_again(desk: Desk) -> None:
    found = put_up(desk)
    assert decide(desk, found, CARO, approves=False).state == StatementState.DECLINED
    assert verbs(desk)[-1] == "statement_declined"


@pytest.mark.parametrize(
    "words", ["We are back [by when].", "Sorry :sob: everybody.", "Thank you @priya for telling us."]
)
def test_what_blocks_a_reply_blocks_a_statement(desk: Desk, words: str) -> None:
    for text, short, field in ((words, "", "words"), (SHORT, words, "note")):
        with pytest.raises(NotUsable) as refusal:
            writing.propose_statement(desk, text, short, [1], by=CARO, at=desk.clock.now())
        assert refusal.value.field == field


def test_what_nobody_decided_in_time_is_confirmed_by_its_approver_before_it_goes_out(desk: Desk) -> None:
    found = put_up(desk)
    clock(desk).move(hours=5)
    everybody_is_known(desk)
    assert deciding.why_stale(desk, found, desk.clock.now()) == "Nobody has decided on it for 5 hours."
    with pytest.raises(Outdated, match=r"for 5 hours\. Please look at it again"):
        decide(desk, found)
    assert (work(desk), network(desk).published) == (0, [])
    deciding.decide_on_statement(
        desk, found.id, mark=found.mark, approves=True, by=BEN, at=desk.clock.now(), sure=True
    )
    assert (work(desk), states(desk)) == (1, [PostState.SENT])


def test_what_was_written_in_a_storm_is_confirmed_once_that_is_over(desk: Desk, store: SqlStore) -> None:
    opened = Storm(channel=CARE, traits=(), words=("down",), since=NOON, opened_at=NOON, opened_by=CARO)
    storm = store.open_storm(opened).id
    found = put_up(desk)
    assert (found.storm, deciding.why_stale(desk, found, desk.clock.now())) == (storm, "")
    store.end_storm(storm, CARO, desk.clock.now())
    with pytest.raises(Outdated, match="The storm in which it was written is over"):
        decide(desk, found)
    assert decide(desk, found, approves=False).state == StatementState.DECLINED


def test_a_storm_that_goes_on_in_another_one_is_not_over(desk: Desk, store: SqlStore) -> None:
    opened = Storm(channel=CARE, traits=(), words=("down",), since=NOON, opened_at=NOON, opened_by=CARO)
    other, storm = store.open_storm(opened).id, store.open_storm(opened).id
    found = put_up(desk)
    store.end_storm(storm, CARO, desk.clock.now(), into=other)
    assert (found.storm, deciding.why_stale(desk, found, desk.clock.now())) == (storm, "")
    store.end_storm(other, CARO, desk.clock.now())
    assert "storm in which it was written is over" in deciding.why_stale(desk, found, desk.clock.now())


def test_the_length_after_which_it_is_stale_is_that_of_the_configuration(desk: Desk) -> None:
    desk.take_over(replace(desk.policy, statements_stale_after=timedelta(minutes=10)))
    found = put_up(desk)
    assert deciding.why_stale(desk, found, clock(desk).move(minutes=9)) == ""
    assert deciding.why_stale(desk, found, clock(desk).move(minutes=1)) == "Nobody has decided on it for 10 minutes."
