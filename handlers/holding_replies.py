"""A storm's holding reply: written, paused, resumed, ended."""

from slack_bolt import App

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.storms import holding_reply as drawn
from bot.domain.storms.holding_reply import Audience
from bot.domain.team.people import Act
from bot.services.storms import holding_replies
from handlers.door import Door, Then, Visit


def register(app: App, door: Door) -> None:
    """List this module's doors."""
    for writes in (ids.HOLDING_WRITE, ids.HOLDING_FIXED):
        app.action(writes)(door.button(Act.WRITE, open_holding_form))
    app.action(ids.HOLDING_PAUSE)(door.button(Act.WORK, pause))
    app.action(ids.HOLDING_RESUME)(door.button(Act.APPROVE, resume))
    app.action(ids.HOLDING_END)(door.button(Act.WORK, end_holding))
    app.view(ids.HOLDING_MODAL)(door.form(Act.WRITE, write))


def open_holding_form(visit: Visit) -> Then:
    """Open the form for the words."""
    about = visit.about(ids.FOR_STORM)
    languages = holding_replies.variant_languages(visit.desk, about.row)
    form = drawn.holding_form(about.row, Audience(about.version), languages)
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
