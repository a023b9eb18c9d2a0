"""Statements to everybody: `/care statements`, the form in which leads write one, and the buttons that decide."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.replies.statement import Statement
from bot.domain.team.people import Act
from bot.ports import Desk, Message
from bot.services.replies import statement_deciding, statement_writing
from bot.services.team.access import is_lead, must_lead
from handlers.door import Answer, Then, Visit

if TYPE_CHECKING:
    from bot.blocks.replies.statement import ShownStatement


def listed_statements(visit: Visit, _: str) -> Message:
    """Answer `/care statements`: what waits for approval, then where the newest ones stand."""
    from bot.blocks.replies import statement as drawn  # noqa: PLC0415 - few desks need it

    desk = visit.desk
    found = statement_deciding.to_show(desk, drawn.MOST)
    labels = _labels(desk, found)
    lead = is_lead(desk, visit.click.user, visit.at)
    stale = {one.id: why for one in found if (why := statement_deciding.why_stale(desk, one, visit.at))}
    others = statement_writing.accounts_left_out(desk)
    costs = {one.id: statement_deciding.links_cost_in(desk, one) for one in found}
    return drawn.listed(found, labels, others, visit.at, desk.secret, lead=lead, stale=stale, costs=costs)


def _labels(desk: Desk, found: Iterable[Statement]) -> Mapping[tuple[str, str], str]:
    return {
        (post.network, post.account): statement_writing.account_label(desk, post.network, post.account)
        for one in found
        for post in one.posts
    }


def write(visit: Visit) -> Then:
    """Open the form."""
    from bot.blocks.replies import statement as drawn  # noqa: PLC0415 - few desks need it

    must_lead(visit.desk, visit.click.user, visit.at)
    accounts, others = _accounts(visit), statement_writing.accounts_left_out(visit.desk)
    if not accounts:
        raise NotUsable(drawn.no_account(others))
    visit.show(drawn.statement_form(accounts, others))
    return None


def _accounts(visit: Visit) -> Sequence[str]:
    found = statement_writing.statement_accounts(visit.desk)
    return [statement_writing.account_label(visit.desk, one.name, one.account) for one in found]


def put_up(visit: Visit) -> Then | Answer:
    """Show how each account would post it; once that was seen, put it up for approval."""
    from bot.blocks.replies import statement as drawn  # noqa: PLC0415 - few desks need it

    desk, said, by = visit.desk, as_typed(visit.click.values), visit.click.user
    must_lead(desk, by, visit.at)
    if number := ids.unpack(visit.click.metadata).get("corrects"):
        return _put_up_correction(visit, int(number))
    shapes = statement_writing.statement_shapes(desk, said.words, said.note, said.accounts)
    statement_writing.refuse_unless_whole(desk, shapes, said.words, said.note)
    shown = _shown(shapes)
    mark = drawn.statement_mark(said.words, said.note, said.accounts, shown)
    if _was_shown(visit, mark):
        statement_writing.propose_statement(desk, said.words, said.note, said.accounts, by=by, at=visit.at)
        return None
    form = drawn.statement_form(
        _accounts(visit),
        statement_writing.accounts_left_out(desk),
        words=said.words,
        short=said.note,
        chosen=said.accounts,
        shown=shown,
    )
    return {"response_action": "update", "view": form}


def _shown(shapes: "Sequence[statement_writing.StatementShape]") -> "Sequence[ShownStatement]":
    from bot.blocks.replies import statement as drawn  # noqa: PLC0415 - few desks need it

    return [drawn.ShownStatement(one.label, one.text, one.length, one.costs) for one in shapes]


def _was_shown(visit: Visit, mark: str) -> bool:
    return str(ids.unpack(visit.click.metadata).get("shown", "")) == mark


def correct_statement(visit: Visit) -> Then:
    """Open the form that corrects a statement, with the words that are public."""
    from bot.blocks.replies import statement as drawn  # noqa: PLC0415 - few desks need it
    from bot.services.replies import statement_correcting as correcting  # noqa: PLC0415 - the same

    desk, number = visit.desk, visit.about(ids.STATEMENT).row
    must_lead(desk, visit.click.user, visit.at)
    found = desk.store.statement(number)
    correcting.refuse_unless_correctable(desk, found, visit.at)
    words = sorted({correcting.words_there(desk, one) for one in found.public}, key=len, reverse=True)
    stays = correcting.posts_that_stay(desk, found, visit.at)
    short = words[-1] if len(words) > 1 else ""
    visit.show(drawn.correction_form(number, stays, words=words[0], short=short))
    return None


def _put_up_correction(visit: Visit, number: int) -> Answer | None:
    """Show how each post would read; once that was seen, put the correction up for approval."""
    from bot.blocks.replies import statement as drawn  # noqa: PLC0415 - few desks need it
    from bot.services.replies import statement_correcting as correcting  # noqa: PLC0415 - the same

    desk, said = visit.desk, as_typed(visit.click.values)
    statement = desk.store.statement(number)
    correcting.refuse_unless_correctable(desk, statement, visit.at)  # the time for it may have ended over the form
    found = correcting.correction_of(desk, statement, said.words, said.note, visit.at)
    correcting.refuse_unless_changed(desk, found, said.words, said.note)
    shown = _shown(found.shapes)
    if _was_shown(visit, drawn.statement_mark(said.words, said.note, [number], shown)):
        correcting.propose_correction(desk, number, said.words, said.note, by=visit.click.user, at=visit.at)
        return None
    form = drawn.correction_form(number, found.stays, words=said.words, short=said.note, shown=shown)
    return {"response_action": "update", "view": form}


def approve_statement(visit: Visit) -> Then:
    """Approve a statement."""
    return _decide(visit, approves=True)


def approve_stale_statement(visit: Visit) -> Then:
    """Approve a statement of which the person was asked whether it is still true."""
    return _decide(visit, approves=True, sure=True)


def _decide(visit: Visit, *, approves: bool, sure: bool = False) -> Then:
    from bot.blocks.replies import statement as drawn  # noqa: PLC0415 - few desks need it

    about = visit.about(ids.STATEMENT)
    done = statement_deciding.decide_on_statement(
        visit.desk, about.row, mark=about.version, approves=approves, by=visit.click.user, at=visit.at, sure=sure
    )
    return lambda: visit.answer(drawn.statement_decided(done))


def decline_statement(visit: Visit) -> Then:
    """Decline a statement; whoever wrote it needs no right to approve for that."""
    if visit.desk.store.statement(visit.about(ids.STATEMENT).row).by != visit.click.user:
        visit.may(Act.APPROVE)
    return _decide(visit, approves=False)


def ask_to_take_back(visit: Visit) -> Then:
    """Ask to delete the posts of a statement; a second person decides."""
    from bot.blocks.replies import statement as drawn  # noqa: PLC0415 - few desks need it

    about = visit.about(ids.STATEMENT)
    statement_writing.propose_take_back(visit.desk, about.row, by=visit.click.user, at=visit.at)
    return lambda: visit.answer(drawn.take_back_waits())


def ask_what_is_there(visit: Visit) -> Then:
    """Open the form in which a person says what became of a post of unknown outcome."""
    from bot.blocks.replies import statement as drawn  # noqa: PLC0415 - few desks need it

    found = visit.desk.store.statement(visit.about(ids.STATEMENT).row)
    if not found.unknown:
        raise Outdated("All of this statement is settled. /care statements says where it stands.")
    visit.show(drawn.unknown_form(found, _labels(visit.desk, [found])))
    return None


def say_what_is_there(visit: Visit) -> Then:
    """Settle a post by what a person saw; the network is read after the form is closed, since it may take time."""
    from bot.services.replies import statement_by_hand as by_hand  # noqa: PLC0415 - few desks need it

    desk, said, by = visit.desk, as_typed(visit.click.values), visit.click.user
    found = desk.store.statement(int(ids.unpack(visit.click.metadata)["statement"]))
    row = next((one.id for one in found.posts if str(one.id) == said.option), 0)
    if said.choice == ids.IT_IS_MISSING:
        return visit.later(by_hand.statement_is_missing(desk, row, by=by, at=visit.at))
    return visit.later(by_hand.statement_is_there(desk, row, said.link, by=by, at=visit.at))
