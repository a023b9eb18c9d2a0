"""Thank-yous: `/care thanks` with the queue, its buttons, and what marketing may quote."""

from collections.abc import Callable
from datetime import datetime

from bot.blocks.base import ids
from bot.domain.base.refusals import NotUsable
from bot.domain.team.people import Act
from bot.ports import Message
from handlers.door import Then, Visit

_ALONE = (
    "This list changes when people delete their posts, so it comes to you alone. Marketing's channel has a message "
    "for each week that changes with it."
)


def thanked(visit: Visit, words: str) -> Message:
    """Answer `/care thanks`: the queue, or with `quotes` what marketing may quote."""
    from bot.blocks.light_lane.thank_you import QUEUE, QUOTES  # noqa: PLC0415 - few desks need it

    said = words.casefold()
    if visit.shared:
        raise NotUsable(_ALONE)
    if said not in {"", QUOTES}:
        raise NotUsable(f"`/care thanks` shows the list; `/care thanks {QUOTES}` what marketing may quote.")
    return _page(visit, said or QUEUE, 0, visit.at)


def _page(visit: Visit, which: str, before: int, now: datetime) -> Message:
    from bot.blocks.light_lane import thank_you as drawn  # noqa: PLC0415 - few desks need it
    from bot.services.cases.view import names  # noqa: PLC0415 - as above
    from bot.services.light_lane import thank_yous  # noqa: PLC0415 - as above

    desk = visit.desk
    if which == drawn.QUOTES:
        return drawn.quotes_for_one(thank_yous.quotes_page(desk, before), names(desk), desk.secret, now)
    found = thank_yous.queue_page(desk, before, now, visit.click.user)
    return drawn.thank_you_queue(found, names(desk), desk.secret, now)


def show_more_thank_yous(visit: Visit) -> Then:
    """Show the next page of the queue, or of what marketing may quote."""
    about = visit.about(ids.THANK_YOU_PAGE)
    message = _page(visit, about.version, about.row, visit.at)
    return lambda: visit.answer(message, replace=visit.click.ephemeral)


def like_thank_you(visit: Visit) -> Then:
    """Like this one: written down now, and the network is called after the acknowledgement."""
    from bot.services.light_lane import thank_yous  # noqa: PLC0415 - few desks need it

    about = visit.about(ids.THANK_YOU)
    mark = about.version.partition("-")[2]
    thank_yous.like_thank_you(visit.desk, about.row, by=visit.click.user, at=visit.at, mark=mark)

    def carried_out(now: datetime) -> None:
        thank_yous.carry_out_thank_you_like(visit.desk, about.row, now)
        _left(visit, about, now)

    return visit.later(carried_out)


def offer_thank_you(visit: Visit) -> Then:
    """Offer this one to marketing; a second person decides."""
    from bot.services.light_lane import thank_yous  # noqa: PLC0415 - few desks need it

    return _decided(visit, thank_yous.offer_to_marketing)


def approve_thank_you(visit: Visit) -> Then:
    """Let marketing quote it."""
    from bot.services.light_lane import thank_yous  # noqa: PLC0415 - few desks need it

    return _decided(visit, thank_yous.let_marketing_quote)


def skip_thank_you(visit: Visit) -> Then:
    """Take this one out of the queue."""
    from bot.services.light_lane import thank_yous  # noqa: PLC0415 - few desks need it

    about = visit.about(ids.THANK_YOU)
    thank_yous.skip(visit.desk, about.row, by=visit.click.user, at=visit.at)
    return lambda: _left(visit, about, visit.at)


def decline_thank_you(visit: Visit) -> Then:
    """Decline what was offered; whoever offered it needs no right to approve for that."""
    from bot.services.light_lane import thank_yous  # noqa: PLC0415 - few desks need it

    about = visit.about(ids.THANK_YOU)
    found = visit.desk.store.thank_you(about.row)
    if found is None or found.offered_by != visit.click.user:
        visit.may(Act.APPROVE)
    thank_yous.decline_offer(visit.desk, about.row, by=visit.click.user, at=visit.at)
    return lambda: _left(visit, about, visit.at)


def withdraw_thank_you(visit: Visit) -> Then:
    """Take back that marketing may quote it."""
    from bot.services.light_lane import thank_yous  # noqa: PLC0415 - few desks need it

    about = visit.about(ids.THANK_YOU)
    thank_yous.take_quote_back(visit.desk, about.row, by=visit.click.user, at=visit.at)
    return lambda: _left(visit, about, visit.at, "quotes")


def _decided(visit: Visit, decide: Callable[..., None]) -> Then:
    about = visit.about(ids.THANK_YOU)
    mark = about.version.partition("-")[2]
    decide(visit.desk, about.row, by=visit.click.user, at=visit.at, mark=mark)
    return lambda: _left(visit, about, visit.at)


def _left(visit: Visit, about: ids.Value, now: datetime, which: str = "queue") -> None:
    """Show what is left of the page on which the button was."""
    visit.answer(_page(visit, which, about.number, now), replace=visit.click.ephemeral or visit.click.in_answer)
