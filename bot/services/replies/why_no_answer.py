"""Says why the desk cannot answer a customer in public."""

from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Answerable
from bot.domain.mentions.moved_to_private import to_answer
from bot.ports import Desk
from bot.ports.network_kind import network_label


def why_no_answer(desk: Desk, case: Case) -> str:
    """Return why the desk cannot answer this customer in public, or ""."""
    post = to_answer(desk.store.mentions(case.id))
    if post is None or post.deleted_at is not None:
        return "its post is deleted"
    if case.private or post.private:
        return "it goes on in private"
    if post.answerable == Answerable.NO:
        return post.why_not.rstrip(".") or f"{network_label(case.network)} does not let apps answer it"
    return ""
