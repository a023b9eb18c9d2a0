"""The list of what is set aside: bringing somebody back, and the posts that were set aside with them."""

from bot.blocks.base import ids
from bot.blocks.do_not_feed import asides as drawn
from bot.blocks.do_not_feed import sample as drawn_sample
from bot.domain.do_not_feed.sample import SampleVerdict
from bot.domain.slack.readers import Reader
from bot.ports import Message
from bot.services.cases.view import names, thread_link, view
from bot.services.do_not_feed import coming_back, sampling, two_people, warning
from bot.services.team.access import must_lead
from handlers.door import Then, Visit


def listed(visit: Visit, after: int = 0, reader: Reader | None = None) -> Message:
    """Return a page of those who are set aside; a shared one has no buttons."""
    desk, page = visit.desk, coming_back.aside_page(visit.desk, after)
    seen = [view(desk, case, reader or visit.reader, visit.at) for case in coming_back.cases_on(desk, page)]
    cases = {one.case.id: (one, thread_link(desk, one.case.id)) for one in seen}
    return drawn.asides(page, cases, names(desk), secret=desk.secret, now=visit.at, acts=not visit.shared)


def take_back(visit: Visit) -> Then:
    """Bring this one back, with what its author wrote since."""
    about = visit.about(ids.ASIDE)
    coming_back.take_back(visit.desk, about.row, by=visit.click.user, at=visit.at)
    message = listed(visit, about.number, visit.over)
    return lambda: visit.answer(message, replace=True)


def agree(visit: Visit) -> Then:
    """Set this one aside, as the second person."""
    about = visit.about(ids.ASIDE)
    two_people.agree(visit.desk, about.row, by=visit.click.user, at=visit.at)
    message = listed(visit, about.number, visit.over)
    return lambda: visit.answer(message, replace=True)


def let_go_on(visit: Visit) -> Then:
    """Let this one go on."""
    about = visit.about(ids.ASIDE)
    two_people.let_go_on(visit.desk, about.row, by=visit.click.user, at=visit.at)
    message = listed(visit, about.number, visit.over)
    return lambda: visit.answer(message, replace=True)


def warn(visit: Visit) -> Then:
    """Write a warning to each customer whom this impostor wrote to."""
    warning.warn(visit.desk, visit.about(ids.CASE).row, by=visit.click.user, at=visit.at)
    return None


def show_sample(visit: Visit) -> Then:
    """Show the next ones of the newest sample to a lead."""
    visit.about(ids.SAMPLE)
    must_lead(visit.desk, visit.click.user, visit.at)
    message = _sample(visit, visit.reader)
    return lambda: visit.answer(message)


def call_right(visit: Visit) -> Then:
    """Say that it was right to set this one aside."""
    return _judge(visit, SampleVerdict.RIGHT)


def call_missed(visit: Visit) -> Then:
    """Say that this one should have been answered, and open it."""
    return _judge(visit, SampleVerdict.MISSED)


def _judge(visit: Visit, verdict: SampleVerdict) -> Then:
    row = visit.about(ids.SAMPLE).row
    sampling.judge(visit.desk, row, verdict, by=visit.click.user, at=visit.at)
    message = _sample(visit, visit.over)
    return lambda: visit.answer(message, replace=True)


def _sample(visit: Visit, reader: Reader) -> Message:
    page = sampling.sample_page(visit.desk, reader, visit.at)
    return drawn_sample.sample(page, visit.desk.secret, visit.at)


def show_posts(visit: Visit) -> Then:
    """Show the first posts that were set aside with this one (0: the list) to whoever pressed."""
    row = visit.about(ids.ASIDE_PAGE).row
    message = _posts(visit, row) if row else listed(visit)
    return lambda: visit.answer(message)


def open_post(visit: Visit) -> Then:
    """Open this post as a case."""
    about = visit.about(ids.ASIDE_POST)
    coming_back.open_post(visit.desk, about.row, by=visit.click.user, at=visit.at)
    message = _posts(visit, *about.page, visit.over)
    return lambda: visit.answer(message, replace=True)


def show_more_asides(visit: Visit) -> Then:
    """Show the next page, of posts or of those who are set aside, in place of this one."""
    about, over = visit.about(ids.ASIDE_PAGE), visit.over
    message = _posts(visit, about.row, about.number, over) if about.row else listed(visit, about.number, over)
    return lambda: visit.answer(message, replace=True)


def _posts(visit: Visit, aside_id: int, after: int = 0, reader: Reader | None = None) -> Message:
    page = coming_back.aside_posts(visit.desk, aside_id, after, reader or visit.reader, visit.at)
    return drawn.aside_posts(page, visit.desk.secret, visit.at)
