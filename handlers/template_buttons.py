"""Templates on the desk: `/care templates`, the form in which leads write one, and the buttons that decide on it."""

from dataclasses import replace

from bot.blocks.base import ids, limits
from bot.blocks.base.form_values import as_typed
from bot.blocks.replies import template_form as drawn
from bot.blocks.replies.template_use import templates
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.replies.template_start import as_template, template_name
from bot.domain.replies.template_use import TemplateReport
from bot.domain.replies.template_version import VersionState
from bot.ports import Message
from bot.services.replies import template_writing
from bot.services.replies.template_use import template_report
from bot.services.team.access import is_lead, must_lead
from handlers.door import Answer, Then, Visit


def listed(visit: Visit, name: str) -> Message:
    """Answer `/care templates`: how they are used, and what waits for approval; with a name its versions."""
    desk = visit.desk
    if name:
        content, found = desk.templates.content_of(name), desk.store.versions_of_template(name)
        if not content and not found:
            raise NotUsable(f"There is no template {name}. Its name is that of its file, such as late_delivery.")
        return drawn.versions(name, content, found, visit.at, desk.secret)
    return _listed(visit)


def _listed(visit: Visit) -> Message:
    desk = visit.desk
    leads = is_lead(desk, visit.click.user, visit.at)
    report = templates(_report(visit), desk.secret if leads else b"")
    waiting = desk.store.template_versions(VersionState.PROPOSED)
    more = drawn.proposals(waiting, visit.at, desk.secret)
    lead = drawn.writing_buttons(desk.secret) if leads else []
    said = (
        [f"Waiting for approval: {len(waiting)}.", *map(drawn.proposal_aloud, drawn.read_whole(waiting))]
        if waiting
        else []
    )
    text = "\n".join([*said, report.text])
    return limits.fit(replace(report, text=text, blocks=[*more, *lead, *report.blocks]))


def _report(visit: Visit) -> TemplateReport:
    desk = visit.desk
    return template_report(desk.store, desk.templates.all(), desk.policy.vocabulary, visit.at)


def begin_template(visit: Visit) -> Then:
    """Open the form with a sentence that people write again and again."""
    desk = visit.desk
    must_lead(desk, visit.click.user, visit.at)
    mark = visit.about(ids.TEMPLATE).version
    for one in _report(visit).repeated:
        if one.mark == mark:
            taken = {known.name for known in desk.templates.all()}
            taken |= {waiting.name for waiting in desk.store.template_versions(VersionState.PROPOSED)}
            visit.show(drawn.template_form(template_name(one, taken), as_template(one)))
            return None
    raise Outdated("That sentence is counted in other words by now. /care templates shows them.")


def show_waiting(visit: Visit) -> Then:
    """Show what waits for approval to whoever pressed."""
    visit.about(ids.TEMPLATE)
    message = _listed(visit)
    return lambda: visit.answer(message)


def write(visit: Visit) -> Then:
    """Open the form with a template, or an empty one."""
    must_lead(visit.desk, visit.click.user, visit.at)
    name = visit.about(ids.TEMPLATE).version
    visit.show(drawn.template_form(name, visit.desk.templates.content_of(name) if name else ""))
    return None


def put_up(visit: Visit) -> Then | Answer:
    """Show how the template reads; once that was seen, put it up for approval."""
    said = as_typed(visit.click.values)
    name, content, by = said.template_name, said.words.strip(), visit.click.user
    must_lead(visit.desk, by, visit.at)
    shown = str(ids.unpack(visit.click.metadata).get("shown", ""))
    if shown == drawn.template_mark(name, content):
        template_writing.propose(visit.desk, name, content, by=by, at=visit.at)
        return None
    seen = template_writing.tried(visit.desk, name, content, by=by)
    if seen.faults:
        raise NotUsable(" ".join(seen.faults), "words")
    sizes = template_writing.lengths(visit.desk, seen.text)
    return {"response_action": "update", "view": drawn.template_form(name, content, seen=seen, lengths=sizes)}


def approve_template(visit: Visit) -> Then:
    """Approve a template."""
    version = visit.about(ids.TEMPLATE).row
    done = template_writing.decide(visit.desk, version, approves=True, by=visit.click.user, at=visit.at)
    return lambda: visit.answer(drawn.decided(done))


def ask_why_declined(visit: Visit) -> Then:
    """Open the form for the reason of a decline."""
    version = template_writing.decides_on(visit.desk, visit.about(ids.TEMPLATE).row, visit.click.user)
    visit.show(drawn.decline_form(version))
    return None


def decline_template(visit: Visit) -> Then:
    """Decline a template, and tell its writer why."""
    version, why = int(str(ids.unpack(visit.click.metadata)["version"])), as_typed(visit.click.values).note.strip()
    template_writing.decide(visit.desk, version, approves=False, by=visit.click.user, at=visit.at, why=why)
    return None


def back(visit: Visit) -> Then:
    """Use an earlier version again."""
    version = visit.about(ids.TEMPLATE).row
    done = template_writing.use_again(visit.desk, version, by=visit.click.user, at=visit.at)
    return lambda: visit.answer(drawn.decided(done))
