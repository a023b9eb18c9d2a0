"""Statements of a simulated day: people write, decide, correct, take back and settle them; judged by the ledgers."""

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.domain.base.refusals import Refusal
from bot.domain.replies.statement import Statement, StatementPost
from bot.ports import Desk
from bot.services.replies import statement_by_hand, statement_correcting, statement_deciding, statement_writing
from tests.fakes import ANA, BEN, CARO, DEE
from tests.simulation.days.outside import OTHERS, PublicReply, Town

if TYPE_CHECKING:
    from tests.simulation.days.day import Day, Process

_PEOPLE = (ANA, BEN, CARO, DEE)
_LATELY = 12  # statements from which one is chosen
KEYS = "SELECT key FROM statement_posts WHERE key <> ''"
_APPROVED = """SELECT p.key, s.id, p.network, p.account, p.text, p.corrects, s.written_by, s.decided_by, s.state, p.state
FROM statement_posts p JOIN statements s ON s.id = p.statement_id WHERE p.key <> ''"""
_TAKEN_BACK = """SELECT p.network, p.takes_back FROM statement_posts p JOIN statements s ON s.id = p.statement_id
WHERE s.state = 'approved' AND p.takes_back <> ''"""


def state(day: "Day", process: "Process") -> None:
    """Let somebody do one thing with statements; what is refused is refused."""
    deed = day.dice.choice((_write, _decide, _decide, _decide, _correct, _correct, _take_back, _settle))
    with suppress(Refusal):
        deed(day, process.desk)


def _write(day: "Day", desk: Desk) -> None:
    """Write words that nobody wrote before: the same ones twice can only be one statement that was sent again."""
    day.words += 1
    many = len(statement_writing.statement_accounts(desk))
    chosen = sorted(day.dice.sample(range(many), day.dice.randint(1, many)))
    words = f"Our shop is down, and we say more here at noon. Number {day.words}."
    statement_writing.propose_statement(desk, words, "", chosen, by=_writer(day), at=day.now())


def _writer(day: "Day") -> str:
    """Return who writes: of the account of others only Caro can let out what Dee wrote."""
    return day.dice.choice((CARO, DEE, DEE, ANA))


def _decide(day: "Day", desk: Desk) -> None:
    waiting = desk.store.statements(_LATELY, waiting=True)
    if not waiting:
        _write(day, desk)
    else:
        found = day.dice.choice(waiting)
        mark = found.mark if day.dice.random() < 0.9 else "what was shown before"
        statement_deciding.decide_on_statement(
            desk,
            found.id,
            mark=mark,
            approves=day.dice.random() < 0.85,
            by=day.dice.choice((BEN, CARO, *_PEOPLE)),
            at=day.now(),
            sure=day.dice.random() < 0.7,
        )


def _public(day: "Day", desk: Desk) -> Statement | None:
    found = [one for one in desk.store.statements(_LATELY) if one.public]
    return day.dice.choice(found) if found else None


def _correct(day: "Day", desk: Desk) -> None:
    can = [
        one
        for one in desk.store.statements(_LATELY)
        if any(day.towns[_at(post)].edits_replies for post in one.public)
    ]
    if can:
        found = day.dice.choice(can)
        day.words += 1
        words = f"Our shop is down until three, not until noon. Number {day.words}."
        statement_correcting.propose_correction(desk, found.id, words, "", by=_writer(day), at=day.now())


def _at(post: StatementPost) -> tuple[str, str]:
    return post.network, post.account


def _take_back(day: "Day", desk: Desk) -> None:
    if found := _public(day, desk):
        statement_writing.propose_take_back(desk, found.id, by=_writer(day), at=day.now())


def _settle(day: "Day", desk: Desk) -> None:
    """Let somebody say what they saw of a post of unknown outcome: they look at the network, and so say what is so."""
    unknown = [post for one in desk.store.statements(_LATELY) for post in one.unknown]
    if not unknown:
        return
    post, by = day.dice.choice(unknown), day.dice.choice(_PEOPLE)
    town = day.towns[post.network, post.account]
    there = next((one for one in (*town.said, *town.changed) if one.key == post.key), None)
    if there is None or not _stands(town, there):
        statement_by_hand.statement_is_missing(desk, post.id, by=by, at=day.now())(day.now())
    else:
        link = town.post_url(there.post_id)
        statement_by_hand.statement_is_there(desk, post.id, link, by=by, at=day.now())(day.now())


def _stands(town: Town, one: PublicReply) -> bool:
    return one.post_id not in town.gone and town.says(one) == one.text


# --- what holds -------------------------------------------------------------------------------------------------


def each_public_statement_was_approved_once(day: "Day") -> None:
    """Fail unless each post, each change and each deletion is one of an approved statement, made once."""
    rows = {row[0]: row[1:] for row in day.store.engine.rows(_APPROVED)}
    made: Counter[str] = Counter()
    for town in day.towns.values():
        for one in (*town.said, *(one for one in town.changed if one.key in rows)):
            if one.key in day.past:
                continue
            assert one.key in rows, f"{one} has no approval"
            _, network, account, text, corrects, by, decided, decision, _ = rows[one.key]
            made[one.key] += 1
            assert (one.text, town.name, town.account) == (text, network, account), "other words, or another account"
            assert one.changes == corrects, "a post was changed where a new one was approved, or the other way"
            assert (decision, decided != by) == ("approved", True), "somebody let out what they wrote, or nobody did"
            assert town.account != OTHERS or decided == CARO, f"{decided} approved for an account of others"
    assert all(count == 1 for count in made.values()), "two posts of one account for one approval"
    _nothing_was_said_again(day)
    _only_what_was_approved_is_deleted(day)


def _nothing_was_said_again(day: "Day") -> None:
    """Fail if words stand twice on an account: nobody writes the same ones twice on a day."""
    for town in day.towns.values():
        said = Counter(one.text for one in (*town.said, *town.changed) if one.key in day.past or _is_statement(one))
        assert all(count == 1 for count in said.values()), "a statement was sent again"


def _is_statement(one: PublicReply) -> bool:
    return " Number " in one.text


def _only_what_was_approved_is_deleted(day: "Day") -> None:
    asked = {*map(tuple, day.store.engine.rows(_TAKEN_BACK))} | day.deleted_before
    gone = {(town.name, one.post_id) for town in day.towns.values() for one in town.said if one.post_id in town.gone}
    assert gone <= asked, f"deleted without an approval: {gone - asked}"


def no_statement_is_left_over(day: "Day") -> None:
    """Fail if a statement is in mid-sending, or its outcome is unknown though the network shows it."""
    rows = day.store.engine.rows(_APPROVED)
    assert not [row for row in rows if row[-1] == "sending"], "a statement that nobody is sending"
    unknown = {row[0] for row in rows if row[-1] == "unconfirmed"}
    stands = {one.key for town in day.towns.values() for one in (*town.said, *town.changed) if _stands(town, one)}
    assert not unknown & stands, "the network shows a statement, and the desk does not know it"
    lost = [post for one in day.store.statements(1_000) for post in one.posts if _is_lost(day, one, post)]
    assert not lost, f"a public post that the desk believes to be something else: {lost}"


def _is_lost(day: "Day", statement: Statement, post: StatementPost) -> bool:
    """Return whether the desk calls a post public with its words, and the network never had it, or has other ones.

    Of a deletion whose answer was lost people are told that it may still be there, and an older copy knows of none.
    """
    town = day.towns[post.network, post.account]
    if post not in statement.public or post.post_id in town.gone:
        return False
    if any(one.changes == post.post_id and one.key in day.past for one in town.changed):
        return False
    return [town.says(one) for one in town.said if one.post_id == post.post_id] != [post.text]


def remember_what_an_older_copy_forgot(day: "Day") -> None:
    """Note which of our posts were deleted until an older copy of the database took its place."""
    day.deleted_before |= {
        (town.name, one.post_id) for town in day.towns.values() for one in town.said if one.post_id in town.gone
    }
