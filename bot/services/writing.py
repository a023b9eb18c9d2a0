"""What stands in the form while a reply is written: template, facts and words, kept on the server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.case import Case
from bot.domain.errors import NotUsable
from bot.domain.spoken import Spoken, recognised, when
from bot.domain.text import first_name, initials
from bot.ports import Desk, TemplateLike
from bot.services.access import name_of
from bot.services.viewing import label, remarks

_FACT = "fact."
_LANE, _WHY = "lane", "why"
_BY_WHEN = "by_when"  # the fact of a template that says until when somebody is back


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The state of the form; `replaces` is the version of the draft that it edits, 0 for a new one."""

    words: str = ""
    template: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    replaces: int = 0
    lane: str = ""  # how it shall go out while nobody else can approve, as chosen so far
    why: str = ""  # and why it cannot wait
    notes: tuple[str, ...] = ()


def spoken_in(desk: Desk, form: Form, at: datetime) -> Spoken | None:
    """Return the moment that the words promise: by themselves, or by what was filled in for `by_when`."""
    zone, given = desk.policy.hours.zone, form.facts.get(_BY_WHEN, "").strip()
    found = recognised(form.words, at, zone)
    return found or (when(given, at, zone) if given and given in form.words else None)


def opened(desk: Desk, case: Case, *, by: str) -> Form:
    """Return what the form shows first: what this person left unfinished, or the live draft, or nothing."""
    draft = case.draft if case.draft and case.draft.live else None
    replaces = draft.version if draft else 0
    kept = desk.store.saved_words(case.id, by)
    if kept.get("words"):
        facts = {key.removeprefix(_FACT): value for key, value in kept.items() if key.startswith(_FACT)}
        form = Form(words=kept["words"], template=kept.get("template", ""), facts=facts, replaces=replaces)
        return _noted(desk, case, replace(form, lane=kept.get(_LANE, ""), why=kept.get(_WHY, "")))
    if draft:
        return _noted(desk, case, Form(words=draft.text, template=draft.template, replaces=replaces))
    return _noted(desk, case, Form())


def filled(desk: Desk, case: Case, template: str, facts: Mapping[str, str], *, by: str) -> Form:
    """Return the form with a template chosen, its gaps filled as far as the facts go."""
    draft = case.draft if case.draft and case.draft.live else None
    words = template_text(desk, case, template, facts, by=by)
    form = Form(words=words, template=template, facts=facts, replaces=draft.version if draft else 0)
    return _noted(desk, case, form)


def template_text(desk: Desk, case: Case, template: str, facts: Mapping[str, str], *, by: str) -> str:
    """Return a template's words for this case; raise NotUsable where it is gone."""
    if not template:
        return ""
    known = {
        "first_name": first_name(case.author.name, case.author.handle),
        "brand": desk.policy.brand,
        "initials": initials(name_of(desk, by)),
        "network": label(case.network),
    }
    given = {key: value for key, value in facts.items() if value.strip()}
    try:
        return desk.templates.fill(template, {**known, **given}).text
    except KeyError:
        raise NotUsable("That template is no longer there. Please pick another one.", "template") from None


def fitting(desk: Desk, case: Case) -> Sequence[TemplateLike]:
    """Return the templates, those of the case's language and topic first; German words are no help to a Spaniard."""

    def distance(template: TemplateLike) -> tuple[bool, bool]:
        other_tongue = bool(case.language) and template.language != case.language
        return other_tongue, case.topic not in template.topics

    return sorted(desk.templates.all(), key=distance)


def keep(desk: Desk, case_id: int, form: Form, *, by: str, at: datetime) -> None:
    """Keep what somebody is writing, so that a closed window loses nothing."""
    kept = {"words": form.words, "template": form.template, _LANE: form.lane, _WHY: form.why}
    kept |= {f"{_FACT}{key}": value for key, value in form.facts.items() if value}
    desk.store.save_words(case_id, by, kept, at)


def _noted(desk: Desk, case: Case, form: Form) -> Form:
    notes = [one.sentence for one in remarks(desk, case, form.words)] if form.words else []
    return replace(form, notes=tuple(notes))
