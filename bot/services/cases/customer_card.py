"""Looks up what our own systems know of a case's customer, for one person who works on it; nothing of it is kept."""

import logging
from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.refusals import NotUsable, NotYours, Outdated, Refusal
from bot.domain.base.tables import GOING_ON
from bot.domain.base.text import clean
from bot.domain.cases.case import Case
from bot.domain.cases.customer import CustomerCard, CustomerRecord, can_be_order_number, order_numbers
from bot.domain.cases.events import Event
from bot.domain.mentions.mention import BY_LINK, RECORDED, Side
from bot.domain.mentions.segments import plain_handle, segment_by_record, segment_of
from bot.domain.team.people import Act
from bot.ports import Conflict, Desk, OutOfService
from bot.ports.customers import Customers, LookupTrouble
from bot.services.base.change import change
from bot.services.cases.owed import moved_to_segment
from bot.services.team import access

log = logging.getLogger(__name__)
ORDER = "order"  # the field of the form
_AMONG = 3  # order numbers that a sentence names


def begin_look(desk: Desk, case_id: int, order: str, *, by: str, at: datetime) -> str:
    """Write into the trail that somebody looks, and return the order number that they typed.

    Raises a Refusal unless they work on the case, it goes on, and what they typed can be an order number.
    """
    access.allow(desk, Act.SEE_CUSTOMER, by, at)
    typed = clean(order).strip().lstrip("#")
    if typed and not can_be_order_number(typed):
        raise NotUsable("That is no order number. Please write it as it stands in the order: NW-48213.", ORDER)
    with desk.store.transaction():
        case = desk.store.case(case_id)
        if desk.customers is None:
            raise Outdated("No system that knows customers is configured, so there is nothing to look up.")
        _refuse_unless_shown(desk, case, by, at)
        facts: dict[str, object] = {"case": case_id}
        desk.store.note("customer_looked_up", by, at, facts | ({"typed": True} if typed else {}))
    return typed


def _refuse_unless_shown(desk: Desk, case: Case, by: str, at: datetime) -> None:
    draft = case.draft
    if case.state not in GOING_ON:
        raise Outdated(f"Case {case.id} has ended, and what we know of a customer is shown while it goes on.")
    if case.assignee == by or access.is_lead(desk, by, at):
        return
    if draft is not None and draft.live and by in access.others_for(desk, draft, at):
        return
    if not case.assignee:
        raise NotYours("What we know of a customer is shown to whoever works on the case. Please claim it first.")
    raise NotYours(
        f"<@{case.assignee}> works on case {case.id}, so only they, who approves the reply, and leads see what we "
        "know of the customer."
    )


def find_customer(desk: Desk, case_id: int, typed: str, *, by: str, at: datetime) -> CustomerCard:
    """Return the customer's record, or the sentence why there is none; never raises for a source.

    A case that changed hands or ended while the source was asked shows nothing.

    By the typed order number, else by a handle that the customer confirmed, else by the one order number in their
    words. Two that match are shown as none: nobody guesses which it is.
    """
    case = desk.store.case(case_id)
    if desk.customers is None:
        return CustomerCard(why_none="No system that knows customers is configured.")
    try:
        found = _looked(desk, desk.customers, case, typed)
        access.allow(desk, Act.SEE_CUSTOMER, by, at)
        _refuse_unless_shown(desk, desk.store.case(case_id), by, at)
    except LookupTrouble as trouble:
        log.warning("customers.not_answered case=%d", case.id)
        return CustomerCard(why_none=f"{trouble} The case goes on without it.")
    except Refusal:
        return CustomerCard(why_none="Meanwhile the case ended or is no longer yours, so nothing is shown.")
    return found


def place_in_segment(desk: Desk, case_id: int, record: CustomerRecord, *, by: str, at: datetime) -> None:
    """Put a case into the segment of its customer's record, with the promises that count there.

    A segment that holds the author by name or followers, and stands first in the configuration, stays.
    """
    named = segment_by_record(desk.policy.segments, record)

    def moved(case: Case) -> Event | None:
        segment = segment_of(desk.policy.segments, case.network, case.author, named)
        if segment == case.segment or case.state not in GOING_ON:
            return None
        return moved_to_segment(desk, case, segment, by=by, at=at)

    try:
        change(desk, case_id, moved)
    except (Refusal, Conflict, OutOfService) as trouble:  # the record is shown all the same
        log.warning("customers.not_placed case=%d kind=%s", case_id, type(trouble).__name__)


def next_step(desk: Desk, case: Case) -> str:
    """Return what to do next for customers of a case's segment; "" where that is not configured."""
    return next((one.next_step for one in desk.policy.segments if one.name == case.segment), "")


def _looked(desk: Desk, source: Customers, case: Case, typed: str) -> CustomerCard:
    if typed:
        return _by_order(source, typed, f"order number {typed}, as you typed it")
    confirmed = _by_handle(source, case)
    if confirmed:
        return _one(confirmed, "a handle that the customer confirmed to us", proven=True)
    theirs = [one for one in desk.store.mentions(case.id) if one.side == Side.THEIRS and not one.deleted_at]
    found = order_numbers(desk.policy.order_numbers, [one.text for one in theirs])
    if len(found) > 1:
        named = ", ".join(found[:_AMONG])
        return CustomerCard(why_none=f"They wrote several order numbers: {named}. Type the one that you mean.")
    if not found:
        return CustomerCard(why_none="Their handle is not confirmed, and they wrote no order number. Type one.")
    return _by_order(source, found[0], f"order number {found[0]}, from their words")


def _by_order(source: Customers, number: str, found_by: str) -> CustomerCard:
    records = source.by_order(number)
    return _one(records, found_by) if records else CustomerCard(why_none=f"Nobody has the order number {number}.")


def _by_handle(source: Customers, case: Case) -> Sequence[CustomerRecord]:
    handle = plain_handle(case.author.handle)
    if not handle or case.network in {BY_LINK, RECORDED}:  # whose handle that is, nobody has checked
        return ()
    return [one for one in source.by_handle(case.network, handle, case.author.id) if one.confirmed]


def _one(records: Sequence[CustomerRecord], found_by: str, *, proven: bool = False) -> CustomerCard:
    if len(records) > 1:
        return CustomerCard(why_none=f"Several customers have {found_by}, so none of them is shown.")
    return CustomerCard(record=records[0], found_by=found_by, proven=proven)
