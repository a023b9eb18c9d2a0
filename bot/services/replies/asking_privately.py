"""Asks a customer, in public, to write privately: which prepared words the form opens with."""

from bot.domain.base.refusals import Outdated
from bot.domain.cases.case import Case
from bot.ports import Desk
from bot.services.replies.reply_form import first_about
from bot.services.replies.review import target_of

ASKING_TOPICS = ("write_privately",)  # of templates


def template_for(desk: Desk, case: Case) -> str:
    """Return the template that asks the customer of a public case to write privately; "" without one.

    Raises Outdated where the conversation is private already.
    """
    if target_of(desk, case).private:
        raise Outdated(f"Case {case.id} goes on in private already. Reply answers there.")
    return first_about(desk, case, ASKING_TOPICS)
