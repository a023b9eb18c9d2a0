"""The public closing line of a case that was solved in private: offered, written, submitted."""

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.replies.closing_form import closing_form, closing_offer
from bot.services.cases.view import remarks
from bot.services.replies.closing_line import closing_words, put_up_closing
from handlers.door import Then, Visit


def offer(visit: Visit, case_id: int) -> Then:
    """Offer the closing line to whoever called the case solved, where one can be said."""
    seen = visit.as_shown(visit.desk.store.case(case_id))
    if not seen.can_close_in_public:
        return None
    told = closing_offer(seen, visit.desk.secret)
    return lambda: visit.answer(told)


def write_from_card(visit: Visit) -> Then:
    """Open the form from the button of the card."""
    return write(visit, visit.about(ids.CASE).row)


def write(visit: Visit, case_id: int) -> Then:
    """Open the form with the prepared words."""
    post, words = closing_words(visit.desk, case_id, by=visit.click.user)
    case = visit.desk.store.case(case_id)
    notes = [one.sentence for one in remarks(visit.desk, case, words, visit.at, private=False)] if words else []
    form = closing_form(visit.seen(case), post, words, notes, {"case": case_id})
    return lambda: visit.show(form)


def submit_closing(visit: Visit) -> Then:
    """Submit the words for approval."""
    case, words = int(ids.unpack(visit.click.metadata)["case"]), as_typed(visit.click.values).words
    put_up_closing(visit.desk, case, words, by=visit.click.user, at=visit.at)
    return None
