"""A storm's holding reply: written, paused, resumed, ended."""

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.storms import holding_reply as drawn
from bot.domain.storms.holding_reply import Audience
from bot.services.replies.statement_writing import account_label
from bot.services.storms import holding_replies
from handlers.door import Then, Visit


def open_holding_form(visit: Visit) -> Then:
    """Open the form for the words."""
    about = visit.about(ids.FOR_STORM)
    languages = holding_replies.variant_languages(visit.desk, about.row)
    public = holding_replies.statements_since(visit.desk, about.row)
    statements = {account_label(visit.desk, *where): post.url for where, post in public.items()}
    form = drawn.holding_form(about.row, Audience(about.version), languages, statements, now=visit.at)
    return lambda: visit.show(form)


def write(visit: Visit) -> Then:
    """Write the words; the first customers are offered for approval at once."""
    said, storm = as_typed(visit.click.values), int(ids.unpack(visit.click.metadata)["storm"])
    audience = Audience(said.audience) if said.audience in set(Audience) else Audience.WAITING
    by, at = visit.click.user, visit.at
    holding_replies.write_holding_reply(visit.desk, storm, said.variants, audience, by=by, at=at)
    return None


def pause(visit: Visit) -> Then:
    """Pause it from the next attempt on."""
    row = visit.about(ids.HOLDING).row
    holding_replies.pause_holding_reply(visit.desk, row, by=visit.click.user, at=visit.at)
    return None


def resume(visit: Visit) -> Then:
    """Let it go on."""
    row = visit.about(ids.HOLDING).row
    holding_replies.resume_holding_reply(visit.desk, row, by=visit.click.user, at=visit.at)
    return None


def end_holding(visit: Visit) -> Then:
    """End it: what is not public is withdrawn."""
    row = visit.about(ids.HOLDING).row
    holding_replies.end_holding_reply(visit.desk, row, by=visit.click.user, at=visit.at)
    return None
