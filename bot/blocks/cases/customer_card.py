"""The window with what our own systems know of a customer, for one person."""

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block
from bot.blocks.base.parts import Block, plain_text
from bot.blocks.base.simple_forms import View
from bot.blocks.base.wording import full_name, segment
from bot.blocks.replies.forms import case_form
from bot.domain.cases.customer import MOST, CustomerCard, CustomerRecord
from bot.domain.cases.view import CaseView
from bot.domain.slack.readers import OUTSIDE
from bot.ports.chat import Message

_ASK = "Anybody can write an order number. Before you tell them anything of it, ask what only this customer knows."
_KEPT = "Shown to you alone, and not kept. Put none of it into a public reply."


def while_asked(view: CaseView) -> View:
    """Draw the window while the system is asked."""
    return _window(view, [parts.small("Our systems are asked…")])


def customer_card(view: CaseView, card: CustomerCard, next_step: str = "") -> View:
    """Draw what was found, or why nothing was; `next_step`: what to do for customers of the case's segment."""
    group = [parts.labelled("Segment", segment(view))] if segment(view) else []
    group += [parts.labelled("Next step", next_step)] if next_step else []
    if card.record is None:
        return _window(view, [parts.labelled("", card.why_none), *group])
    warning = [] if card.proven else [parts.small(_ASK)]
    found_by = parts.labelled("Found by", card.found_by)
    return _window(view, [found_by, *_record(card.record), *group, *warning, parts.small(_KEPT)])


def opens_in_a_window(case_id: int) -> Message:
    """Draw the answer to a command whose result opens as a window."""
    text = f"What we know of the customer of case {case_id} opens in a window, for you alone."
    return Message(text=text, blocks=[parts.section(text)], kept_to=OUTSIDE)


def _record(record: CustomerRecord) -> list[Block]:
    score = [] if record.score is None else [parts.labelled("Customer score", _score(record))]
    facts = [parts.labelled(parts.own(_titled(name), limits.NAME), value) for name, value in record.facts.items()]
    return [*score, *facts]


def _score(record: CustomerRecord) -> str:
    return f"{record.score} of {MOST} (spend {record.spend}, engagement {record.engagement})"


def _titled(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _window(view: CaseView, blocks: list[Block]) -> View:
    field: Block = {
        "type": "plain_text_input",
        "action_id": ids.ORDER_INPUT,
        "max_length": 40,
        "placeholder": plain_text("As it stands in the order", limits.PLACEHOLDER),
    }
    asked = input_block(ids.ORDER_BLOCK, "Look up by order number", field)
    drawn = [parts.header(full_name(view.case)), *blocks, asked]
    metadata = {"case": view.case.id}
    return case_form(view, ids.CUSTOMER_MODAL, f"Customer, case {view.case.id}", "Look up", drawn, metadata=metadata)
