"""A statement is corrected where it stands: approved word by word, changed at most once, read back, never blindly."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.mentions.mention import Author, Side
from bot.domain.replies.statement import PostState, Statement, StatementPost, links_taken_back, newest_public_posts
from bot.ports import Batch, Desk, EditTerms, NotSent, OutcomeLost, SendOutcome
from bot.services.mentions import intake
from bot.services.replies import statement_by_hand as by_hand
from bot.services.replies import statement_correcting as correcting
from bot.services.replies import statement_deciding as deciding
from bot.services.replies import statement_sending as sending
from bot.services.replies import statement_writing as writing
from storage import SqlStore
from tests.fakes import BEN, CARO, NOON, CorrectableNetwork, EditingNetwork, PostingNetwork, a_desk, a_post
from tests.services.journey import clock, everybody_is_known, notices

OLD, NEW = "Our shop is down until noon.", "Our shop is down until three."
THERE, FIXED = ("x", "42"), ("street", "1")


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """Return a desk with a statement that is public on X, which lets us change it, and on the street, which does not."""
    networks = {THERE: CorrectableNetwork(), FIXED: PostingNetwork(name="street", account="1")}
    desk = a_desk(store, networks=networks)
    decide(desk, writing.propose_statement(desk, OLD, "", [0, 1], by=CARO, at=desk.clock.now()))
    work(desk)
    return desk


def network(desk: Desk) -> CorrectableNetwork:
    found = desk.networks[THERE]
    assert isinstance(found, CorrectableNetwork)
    return found


def decide(desk: Desk, number: int, *, approves: bool = True) -> Statement:
    found = desk.store.statement(number)
    return deciding.decide_on_statement(
        desk, number, mark=found.mark, approves=approves, by=BEN, at=desk.clock.now(), sure=True
    )


def propose(desk: Desk, words: str = NEW, number: int = 1) -> int:
    return correcting.propose_correction(desk, number, words, "", by=CARO, at=desk.clock.now())


def work(desk: Desk) -> None:
    sending.post_due_statements(desk, desk.clock.now())
    sending.check_due_statements(desk, desk.clock.now())


def says(desk: Desk) -> list[str]:
    return [text for _, _, text in network(desk).published]


def told(desk: Desk) -> str:
    return [said for _, said in notices(desk)][-1]


def test_the_post_itself_gets_the_approved_words_once_and_keeps_its_place(desk: Desk) -> None:
    number = propose(desk)
    assert (says(desk), network(desk).calls) == ([OLD], 0)
    assert "asks to correct statement 1 on X @northwind" in told(desk)
    assert "Street @northwind keeps the words that it has. Street does not let the desk change a post." in told(desk)
    decide(desk, number)
    work(desk)
    work(desk)
    assert (says(desk), network(desk).calls) == ([NEW], 1)
    first, second = desk.store.statement(1), desk.store.statement(number)
    assert [one.network for one in first.public] == ["street"]
    assert [(one.network, one.text, one.post_id) for one in second.public] == [("x", NEW, "9000")]
    assert "Correcting statement 1. X @northwind: public with these words." in told(desk)
    lines = [one.verb for one in desk.store.audit("desk")][-4:]
    assert lines == [
        "statement_correction_proposed",
        "statement_approved",
        "statement_sending",
        "statement_corrected",
    ]
    assert desk.store.statement(1).posts[1].stands == "corrected by statement 2, and has other words now."


def test_what_was_declined_or_not_decided_changes_nothing(desk: Desk) -> None:
    decide(desk, propose(desk), approves=False)
    propose(desk)
    with pytest.raises(Outdated, match="correct it already"):
        propose(desk, "Our shop is down until four.")
    work(desk)
    assert (says(desk), network(desk).calls) == ([OLD], 0)


def test_the_same_words_are_no_correction(desk: Desk) -> None:
    with pytest.raises(NotUsable, match="public already"):
        propose(desk, OLD)


@pytest.mark.parametrize("terms", [None, EditTerms(NOON)])
def test_where_no_post_can_be_changed_people_read_why_and_what_to_do(desk: Desk, terms: EditTerms | None) -> None:
    network(desk).terms = terms
    with pytest.raises(Outdated, match=r"(?s)X .* take the statement back instead, and write it anew"):
        propose(desk)


def test_a_statement_of_which_words_were_erased_can_only_be_taken_back(desk: Desk, store: SqlStore) -> None:
    store.engine.run("UPDATE statement_posts SET text = 'Sorry, [erased]!'")
    with pytest.raises(Outdated, match=r"Words of it were erased here.* take the statement back instead"):
        propose(desk)
    decide(desk, writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now()))
    work(desk)
    assert network(desk).taken_back == ["9000"]


BY_HAND = "Our shop is down until noon. Sorry!"


def changed_by_hand(desk: Desk, *, came_before: bool = True) -> None:
    """Let somebody change the statement on a network that gives a changed post another id, and tells of it."""
    there, at = network(desk), clock(desk).move(minutes=5)
    there.renumbers = True
    ours = a_post("9000", OLD, by="northwind", at=at, side=Side.OURS, author=Author(id="42", handle="northwind"))
    if came_before:
        intake.receive(desk, there, "own", Batch(posts=(ours,), cursor="1"), at)
    there.reads("9000", BY_HAND)
    edited = replace(ours, ref=replace(ours.ref, post_id="9050"), text=BY_HAND)
    intake.receive(desk, there, "own", Batch(edits=(edited,), earlier_ids={"9000": "9050"}, cursor="2"), at)


@pytest.mark.parametrize("came_before", [True, False])
def test_a_statement_that_somebody_changed_on_its_network_is_taken_back_where_it_is_now(
    desk: Desk, *, came_before: bool
) -> None:
    changed_by_hand(desk, came_before=came_before)
    decide(desk, writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now()))
    work(desk)
    assert network(desk).taken_back == ["9050"]
    found = [desk.store.statement(1), desk.store.statement(2)]
    assert network(desk).post_url("9000") in links_taken_back(found), "holding replies link to it by its first id"


@pytest.mark.parametrize("by_us", [True, False])
def test_a_deletion_finds_the_newest_id_of_its_post_by_itself(desk: Desk, *, by_us: bool) -> None:
    there = network(desk)
    there.renumbers = True
    if by_us:  # our change was made, and its answer lost
        there.outcomes, there.commits_first = [OutcomeLost("No answer.")], True
        decide(desk, propose(desk))
        sending.post_due_statements(desk, desk.clock.now())
    else:  # nobody has told us of the change
        there.reads("9000", BY_HAND)
    decide(desk, writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now()))
    sending.post_due_statements(desk, desk.clock.now())
    assert there.taken_back == ["9050"]


def test_new_words_that_are_found_after_an_older_form_was_deleted_are_public(desk: Desk) -> None:
    there = network(desk)
    there.renumbers, there.commits_first, there.outcomes = True, True, [OutcomeLost("No answer.")]
    decide(desk, propose(desk))
    sending.post_due_statements(desk, desk.clock.now())
    there.readable = False
    decide(desk, writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now()))
    sending.post_due_statements(desk, desk.clock.now())
    assert there.taken_back == ["9000"]
    there.readable = True
    clock(desk).move(minutes=10)
    work(desk)
    assert [one.post_id for one in desk.store.statement(2).public] == ["9050"]
    assert "Correcting statement 1. X @northwind: public with these words." in told(desk)
    decide(desk, writing.propose_take_back(desk, 2, by=CARO, at=desk.clock.now()))
    work(desk)
    assert there.taken_back == ["9000", "9050"]


def test_a_deletion_does_not_wait_for_a_network_that_cannot_be_read(desk: Desk) -> None:
    network(desk).readable = False
    decide(desk, writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now()))
    work(desk)
    assert network(desk).taken_back == ["9000"]


def test_nothing_else_is_done_to_a_post_while_its_words_are_being_changed(desk: Desk) -> None:
    there, taken = network(desk), list[int]()

    def meanwhile(post_id: str, text: str, key: str) -> SendOutcome:
        asked = writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now())
        decide(desk, asked)
        [row] = [one.id for one in desk.store.statement(asked).posts if one.network == "x"]
        assert not sending.post_by_account(desk, row, desk.clock.now())
        taken.extend(map(int, there.taken_back))
        return EditingNetwork.edit_reply(there, post_id, text, key)

    decide(desk, propose(desk))
    there.edit_reply = meanwhile  # type: ignore[method-assign]
    work(desk)
    assert (taken, says(desk)) == ([], [NEW])
    work(desk)
    assert "X @northwind: not deleted. Meanwhile this happened" in told(desk)


def test_a_statement_that_somebody_changed_on_its_network_is_corrected_from_the_words_that_are_there(
    desk: Desk,
) -> None:
    changed_by_hand(desk)
    number = propose(desk)
    assert [one.replaces for one in desk.store.statement(number).posts] == [BY_HAND]
    decide(desk, number)
    work(desk)
    assert (says(desk), network(desk).calls) == ([NEW], 1)
    assert [one.post_id for one in desk.store.statement(number).public] == ["9100"]


def test_words_that_somebody_changed_on_the_network_are_never_replaced_unseen(desk: Desk) -> None:
    decide(desk, propose(desk))
    network(desk).reads("9000", "We changed it by hand.")
    work(desk)
    assert (says(desk), network(desk).calls) == (["We changed it by hand."], 0)
    assert "not corrected. Somebody has changed the post on X" in told(desk)


def test_new_words_that_are_there_already_are_not_sent(desk: Desk) -> None:
    decide(desk, propose(desk))
    network(desk).reads("9000", NEW)
    work(desk)
    assert (network(desk).calls, desk.store.statement(2).posts[0].state) == (0, PostState.SENT)


def test_a_correction_whose_time_ended_while_it_waited_changes_nothing(desk: Desk) -> None:
    network(desk).terms = EditTerms(NOON + timedelta(minutes=30))
    decide(desk, propose(desk))
    clock(desk).move(minutes=31)
    work(desk)
    assert (says(desk), network(desk).calls) == ([OLD], 0)
    assert "not corrected. The time in which X lets a post be changed has passed." in told(desk)


def test_a_post_that_is_gone_is_not_corrected(desk: Desk) -> None:
    decide(desk, propose(desk))
    network(desk).published.clear()
    work(desk)
    assert (network(desk).calls, desk.store.statement(2).posts[0].state) == (0, PostState.FAILED)


def test_a_network_that_cannot_be_read_changes_nothing_and_is_asked_again(desk: Desk) -> None:
    decide(desk, propose(desk))
    network(desk).readable = False
    work(desk)
    assert (network(desk).calls, desk.store.statement(2).posts[0].state) == (0, PostState.WAITING)
    network(desk).readable = True
    clock(desk).move(minutes=2)
    work(desk)
    assert says(desk) == [NEW]


def test_a_lost_answer_is_read_back_and_never_repeated(desk: Desk) -> None:
    network(desk).outcomes, network(desk).commits_first = [OutcomeLost("No answer.")], True
    decide(desk, propose(desk))
    work(desk)
    assert desk.store.statement(2).posts[0].state == PostState.UNCONFIRMED
    clock(desk).move(minutes=2)
    work(desk)
    assert (says(desk), network(desk).calls) == ([NEW], 1)
    assert [one.post_id for one in desk.store.statement(2).public] == ["9000"]


def test_a_lost_answer_whose_change_never_came_is_left_to_people(desk: Desk) -> None:
    network(desk).outcomes = [OutcomeLost("No answer.")]
    decide(desk, propose(desk))
    for _ in range(40):
        work(desk)
        clock(desk).move(minutes=10)
    everybody_is_known(desk)
    [post] = desk.store.statement(2).posts
    assert (post.state, network(desk).calls) == (PostState.UNCONFIRMED, 1)
    assert "It does not have its new words there." in post.why
    by_hand.statement_is_missing(desk, post.id, by=BEN, at=desk.clock.now())(desk.clock.now())
    assert "not corrected. It was read once more, and did not have its new words." in told(desk)
    decide(desk, propose(desk))  # and it can be asked for again
    work(desk)
    assert (says(desk), network(desk).calls) == ([NEW], 2)


def test_somebody_can_say_that_the_new_words_are_there(desk: Desk) -> None:
    network(desk).outcomes = [OutcomeLost("No answer.")]
    decide(desk, propose(desk))
    work(desk)
    network(desk).reads("9000", NEW)
    [post] = desk.store.statement(2).posts
    link = "https://x.example/northwind/status/9000"
    by_hand.statement_is_there(desk, post.id, link, by=BEN, at=desk.clock.now())(desk.clock.now())
    assert [one.url for one in desk.store.statement(2).public] == [link]
    assert desk.store.statement(1).posts[1].corrected_by == 2


def test_what_is_meant_for_a_statement_is_found_however_many_others_there_are(desk: Desk) -> None:
    stale, asked = propose(desk), writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now())
    elsewhere = StatementPost(network="y", account="1", text="Hello.")
    with desk.store.transaction():
        for _ in range(100):
            desk.store.add_statement(Statement(by="source status-page", at=desk.clock.now(), posts=[elsewhere]))
    with pytest.raises(Outdated, match="asked to take it back already"):
        writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now())
    with pytest.raises(Outdated, match="asked to take it back already"):
        propose(desk)
    with pytest.raises(NotUsable, match="Statement 1 says the same"):
        writing.propose_statement(desk, OLD, "", [1], by=CARO, at=desk.clock.now())
    decide(desk, asked)
    with pytest.raises(Outdated, match="Meanwhile statement 3, to take it back, was approved"):
        decide(desk, stale)
    assert len(deciding.to_show(desk, 7)) == 7


def test_a_decision_reads_the_other_statements_once_for_all_accounts(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[int]()
    about = store.statements_about
    monkeypatch.setattr(store, "statements_about", lambda *of: read.append(1) or about(*of))
    desk = a_desk(store, networks={("x", str(one)): CorrectableNetwork(account=str(one)) for one in range(3)})
    decide(desk, writing.propose_statement(desk, OLD, "", [0, 1, 2], by=CARO, at=desk.clock.now()))
    work(desk)
    number = propose(desk)
    assert len(desk.store.statement(number).posts) == 3
    read.clear()
    decide(desk, number)
    assert len(read) == 1


def test_what_is_seen_has_to_be_the_post_that_is_corrected(desk: Desk) -> None:
    there = network(desk)
    there.outcomes, there.renumbers = [OutcomeLost("No answer.")], True
    decide(desk, propose(desk))
    work(desk)
    [post] = desk.store.statement(2).posts
    there.published.append(("9999", post.ref, NEW))  # a post of ours with the same words

    def say(post_id: str) -> None:
        link = f"https://x.example/northwind/status/{post_id}"
        by_hand.statement_is_there(desk, post.id, link, by=BEN, at=desk.clock.now())(desk.clock.now())

    meant = "paste its link: https://x.example/northwind/status/9000"
    with pytest.raises(NotUsable, match=f"not the post that is corrected. Please {meant}"):
        say("9999")
    there.reads("9000", NEW)
    there.readable = False
    with pytest.raises(NotUsable, match=f"(?s)Nobody can tell .* or {meant}"):
        say("9050")
    there.readable = True
    say("9050")
    assert [one.post_id for one in desk.store.statement(2).public] == ["9050"]


def test_a_correction_seen_where_the_account_is_gone_keeps_the_id_of_its_post(desk: Desk) -> None:
    network(desk).outcomes = [OutcomeLost("No answer.")]
    decide(desk, propose(desk))
    work(desk)
    [post] = desk.store.statement(2).posts
    desk.networks.pop(THERE)  # type: ignore[attr-defined]
    by_hand.statement_is_there(desk, post.id, "https://x.example/1", by=BEN, at=desk.clock.now())(desk.clock.now())
    assert [one.post_id for one in desk.store.statement(2).public] == ["9000"]


def test_a_post_that_got_another_id_is_believed_once_it_shows_the_new_words(desk: Desk) -> None:
    network(desk).renumbers = True
    decide(desk, propose(desk))
    work(desk)
    [post] = desk.store.statement(2).public
    assert (post.corrects, post.post_id) == ("9000", "9050")
    decide(desk, propose(desk, "Our shop is up again.", 2))
    work(desk)
    assert says(desk) == ["Our shop is up again."]
    asked = writing.propose_take_back(desk, 3, by=CARO, at=desk.clock.now())
    decide(desk, asked)
    work(desk)
    assert network(desk).taken_back == ["9100"]
    found = desk.store.statements(9)
    dead = {f"https://x.example/northwind/status/{one}" for one in (9000, 9050, 9100)}
    assert dead <= links_taken_back(found)


def test_holding_replies_link_to_the_corrected_post_in_its_own_place(desk: Desk) -> None:
    decide(desk, propose(desk))
    work(desk)
    newest = newest_public_posts(desk.store.statements(9), NOON - timedelta(hours=1))
    assert (newest[THERE].text, newest[FIXED].text) == (NEW, OLD)
    decide(desk, writing.propose_statement(desk, "The shop is back.", "", [1], by=CARO, at=desk.clock.now()))
    work(desk)
    decide(desk, propose(desk, "Our shop is down until five.", 2))
    work(desk)
    newest = newest_public_posts(desk.store.statements(9), NOON - timedelta(hours=1))
    assert newest[THERE].text == "The shop is back."  # an older statement does not become the newest one by that
    assert newest_public_posts(desk.store.statements(9), desk.clock.now() + timedelta(hours=1)) == {}


def test_what_was_taken_back_or_corrected_meanwhile_is_neither_approved_nor_carried_out(desk: Desk) -> None:
    back = writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now())
    with pytest.raises(Outdated, match="take it back already"):
        propose(desk)
    decide(desk, back, approves=False)
    number = propose(desk)
    back = writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now())
    decide(desk, number)
    work(desk)
    with pytest.raises(Outdated, match="corrected by statement"):
        decide(desk, back)
    decide(desk, back, approves=False)
    decide(desk, writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now()))  # what could not be corrected
    work(desk)
    assert (says(desk), network(desk).taken_back) == ([NEW], [])


def test_a_correction_that_waited_while_its_post_was_deleted_is_not_carried_out(desk: Desk) -> None:
    network(desk).outcomes = [NotSent("Wait.", retry_after=timedelta(minutes=5))]
    decide(desk, propose(desk))
    work(desk)
    decide(desk, writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now()))
    work(desk)
    clock(desk).move(minutes=6)
    work(desk)
    assert (network(desk).calls, desk.store.statement(2).posts[0].state) == (1, PostState.FAILED)
    assert "taken back" in desk.store.statement(2).posts[0].why


def test_a_correction_goes_out_neither_before_nor_after_a_deletion_that_was_approved(desk: Desk) -> None:
    number = propose(desk)
    back = writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now())
    decide(desk, back)
    with pytest.raises(Outdated, match="Meanwhile statement 3, to take it back, was approved"):
        decide(desk, number)
    decide(desk, number, approves=False)
    work(desk)
    assert (network(desk).calls, network(desk).taken_back) == (0, ["9000"])


def test_a_correction_that_waits_gives_way_to_a_deletion(desk: Desk) -> None:
    decide(desk, propose(desk))
    decide(desk, writing.propose_take_back(desk, 1, by=CARO, at=desk.clock.now()))
    work(desk)
    assert (network(desk).calls, network(desk).taken_back) == (0, ["9000"])
    assert desk.store.statement(2).posts[0].stands == (
        "not corrected. Meanwhile statement 3, to take it back, was approved."
    )


@pytest.mark.parametrize("act", ["correct", "take back"])
def test_words_that_are_corrected_or_taken_back_do_not_go_out_later_elsewhere(desk: Desk, act: str) -> None:
    street = desk.networks[FIXED]
    assert isinstance(street, PostingNetwork)
    street.outcomes = [NotSent("Wait.", retry_after=timedelta(minutes=5))]
    both = writing.propose_statement(desk, "We are closed today.", "", [0, 1], by=CARO, at=desk.clock.now())
    decide(desk, both)
    work(desk)
    ask = propose(desk, "We are open.", both) if act == "correct" else None
    decide(desk, ask or writing.propose_take_back(desk, both, by=CARO, at=desk.clock.now()))
    clock(desk).move(minutes=6)
    work(desk)
    assert [text for _, _, text in street.published] == [OLD]
    assert [one.stands for one in desk.store.statement(both).posts if one.network == "street"] == [
        f"not posted. Meanwhile statement 3, to {'correct it' if ask else 'take it back'}, was approved."
    ]


def test_a_statement_whose_correction_is_deleted_is_gone_too(desk: Desk) -> None:
    decide(desk, propose(desk))
    work(desk)
    decide(desk, propose(desk, "Our shop is up again.", 2))
    work(desk)
    decide(desk, writing.propose_take_back(desk, 3, by=CARO, at=desk.clock.now()))
    work(desk)
    each = [one for number in (1, 2, 3) for one in desk.store.statement(number).posts if one.network == "x"]
    assert [one.stands for one in each] == ["taken back."] * 3


def test_what_a_deletion_finds_corrected_is_gone_under_its_new_words_too(desk: Desk) -> None:
    decide(desk, propose(desk))
    work(desk)
    gone = replace(desk.store.statement(1), id=3, takes_back=1)
    [post] = [one for one in desk.store.statement(1).posts if one.network == "x"]
    with desk.store.transaction():
        deciding.note_done(desk, gone, replace(post, takes_back="9000"), desk.clock.now())
    assert desk.store.statement(2).posts[0].state == PostState.TAKEN_BACK


@pytest.mark.parametrize("change", ["corrects = '9'", "replaces = 'x'"])
def test_an_approval_is_bound_to_the_post_and_the_words_that_it_replaces(
    desk: Desk, store: SqlStore, change: str
) -> None:
    number = decide(desk, propose(desk)).id
    store.engine.run(f"UPDATE statement_posts SET {change} WHERE statement_id = 2")
    work(desk)
    assert (network(desk).calls, desk.store.statement(number).posts[0].state) == (0, PostState.FAILED)
