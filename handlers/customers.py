"""The window with a customer's record: it opens at once, and is filled when our system has answered."""

from datetime import datetime

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.base.simple_forms import View
from bot.domain.base.refusals import NotUsable
from bot.ports import Message
from bot.services.cases import lists
from handlers.door import Then, Visit


def open_record(visit: Visit, case: int, order: str = "") -> Then:
    """Look the customer up after the acknowledgement."""
    from bot.blocks.cases.customer_card import while_asked  # noqa: PLC0415 - only for a look
    from bot.services.cases.customer_card import begin_look  # noqa: PLC0415 - only for a look

    seen = visit.seen(visit.desk.store.case(case))
    typed = begin_look(visit.desk, case, order, by=visit.click.user, at=visit.at)
    return visit.later(lambda now: visit.show_then(while_asked(seen), lambda: _found(visit, case, typed, now), now))


def find_by_order(visit: Visit) -> Then:
    """Look up the order number that was typed."""
    typed, case = as_typed(visit.click.values).order, int(ids.unpack(visit.click.metadata)["case"])
    if not typed:
        raise NotUsable("Please write an order number.", ids.ORDER_BLOCK)
    return open_record(visit, case, typed)


def record_as_said(visit: Visit, words: str) -> Message:
    """Look up the customer of the case of this number, by the order number after it, if there is one."""
    from bot.blocks.cases.customer_card import opens_in_a_window  # noqa: PLC0415 - only for a look

    if visit.shared:
        raise NotUsable("What we know of a customer is shown to you alone. Please leave out “share”.")
    number, _, order = words.partition(" ")
    case = lists.case_by_number(visit.desk, number)
    if then := open_record(visit, case.id, order):
        visit.afterwards.append(then)
    return opens_in_a_window(case.id)


def _found(visit: Visit, case_id: int, typed: str, now: datetime) -> View:
    from bot.blocks.cases import customer_card as drawn  # noqa: PLC0415 - only for a look
    from bot.services.cases import customer_card  # noqa: PLC0415 - only for a look

    desk, by = visit.desk, visit.click.user
    card = customer_card.find_customer(desk, case_id, typed, by=by, at=now)
    if card.record:
        customer_card.place_in_segment(desk, case_id, card.record, by=by, at=now)
    case = desk.store.case(case_id)
    return drawn.customer_card(visit.seen(case), card, customer_card.next_step(desk, case))
