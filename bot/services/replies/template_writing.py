"""Templates written on the desk: proposed by a lead, used after a second person approved, put back in one step."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotUsable
from bot.domain.mentions.mention import RECORDED, Author
from bot.domain.replies.origins import KnownText, machines_in
from bot.domain.replies.template_facts import Occasion, known_template_facts
from bot.domain.replies.template_start import TO_BE_SAID
from bot.domain.replies.template_version import (
    LONGEST_TEMPLATE,
    TemplateVersion,
    VersionState,
    refuse_unless_decides,
    refuse_unless_past,
)
from bot.domain.replies.text_length import TextLength, tightest
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.ports.words import TriedTemplate
from bot.services.halts.pausing import COMMAND_LINE
from bot.services.replies import template_news
from bot.services.replies.starting_texts import with_machines_found
from bot.services.team.access import must_lead, name_of

_SAMPLE = Author(id="0", handle="sample", name="Alexandra Sample")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The outcome of an import of templates, each by its name."""

    put_up: Sequence[str]
    waiting: Sequence[str]  # for approval already, as they are
    same: Sequence[str]  # in use as they are


def tried(desk: Desk, name: str, content: str, *, by: str) -> TriedTemplate:
    """Return a template filled for a sample customer, with its questions as facts; or its faults."""
    label = network_label(next((name for name, _ in desk.networks if name != RECORDED), ""))
    here = Occasion(author=_SAMPLE, teammate=name_of(desk, by), brand=desk.policy.brand, network=label)
    return desk.templates.tried(name, content, known_template_facts(here))


def lengths(desk: Desk, text: str) -> list[tuple[str, TextLength]]:
    """Return how long a text is on each network of the desk, in the unit that is nearest to its limit."""
    by_network = {name: network for (name, _), network in desk.networks.items() if name != RECORDED}
    found = {name: one.lengths(text) for name, one in by_network.items()}
    return [(network_label(name), tightest(one)) for name, one in found.items() if one]


def propose(desk: Desk, name: str, content: str, *, by: str, at: datetime) -> int:
    """Put a new or changed template up for approval; return its version. Raises NotUsable with all its faults."""
    must_lead(desk, by, at)
    if faults := _faults(desk, name, content, by=by):
        raise NotUsable(" ".join(faults), "words")
    if _is_in_use(desk, name, content):
        raise NotUsable("Nothing is changed: this is how the template reads now.", "words")
    version = _version(desk, name, content, by=by, at=at)
    with desk.store.transaction():
        if (name, content.strip()) in _waiting(desk):
            raise NotUsable("This template waits for approval already, word for word.", "words")
        number = _added(desk, version, "template_proposed", by=by, at=at)
        template_news.ask_for_decision(desk, [replace(version, id=number)], at)
    return number


def put_up_files(desk: Desk, contents: Mapping[str, str], *, at: datetime) -> Imported:
    """Put templates from files, by name, up for approval, all of them or none; return what was new in them.

    Raises NotUsable with all faults of all files.
    """
    faults = [
        f"{name}.txt: {fault}"
        for name, content in contents.items()
        if not _is_in_use(desk, name, content)
        for fault in _faults(desk, name, content, by=COMMAND_LINE)
    ]
    if faults:
        raise NotUsable("\n".join(faults))
    with desk.store.transaction():
        waiting = _waiting(desk)
        same = [name for name, content in contents.items() if _is_in_use(desk, name, content)]
        there = [name for name, content in contents.items() if (name, content.strip()) in waiting]
        new = [name for name in contents if name not in {*same, *there}]
        added = [_proposed(desk, name, contents[name], at) for name in new]
        if added:
            template_news.ask_for_decision(desk, added, at)
    return Imported(put_up=new, waiting=there, same=same)


def _faults(desk: Desk, name: str, content: str, *, by: str) -> Sequence[str]:
    """Return all faults with which a template cannot be put up for approval."""
    faults = [*tried(desk, name, content, by=by).faults]
    if len(content) > LONGEST_TEMPLATE:
        most = f"the most is {LONGEST_TEMPLATE:,}, so that whoever approves it reads all of it"
        faults.append(f"It has {len(content):,} characters with its upper part; {most}. Shorten it.")
    if f"use_when: {TO_BE_SAID}" in content:
        faults.append('Please say behind "use_when:" in which situation it fits: people choose by that.')
    return faults


def _waiting(desk: Desk) -> set[tuple[str, str]]:
    """Return the name and words of each template that waits for approval."""
    return {(one.name, one.content.strip()) for one in desk.store.template_versions(VersionState.PROPOSED)}


def _is_in_use(desk: Desk, name: str, content: str) -> bool:
    return desk.templates.content_of(name).strip() == content.strip()


def _proposed(desk: Desk, name: str, content: str, at: datetime) -> TemplateVersion:
    version = _version(desk, name, content, by=COMMAND_LINE, at=at)
    return replace(version, id=_added(desk, version, "template_proposed", by=COMMAND_LINE, at=at))


def _version(desk: Desk, name: str, content: str, *, by: str, at: datetime) -> TemplateVersion:
    before = [KnownText(one.content, one.origins) for one in desk.store.versions_of_template(name)]
    whose = with_machines_found(desk, content, by=by, before=before)
    return TemplateVersion(name=name, content=content, state=VersionState.PROPOSED, by=by, at=at, origins=whose)


def decides_on(desk: Desk, version_id: int, by: str) -> TemplateVersion:
    """Return a proposed version that this person may decide on; raise Outdated, or NotYours for who wrote it."""
    version = desk.store.template_version(version_id)
    refuse_unless_decides(version, by, four_eyes=desk.policy.four_eyes)
    return version


def decide(desk: Desk, version_id: int, *, approves: bool, by: str, at: datetime, why: str = "") -> TemplateVersion:
    """Let a proposed template be used, or decline it, and tell its writer why.

    Raises as `decides_on`, and NotUsable for a decline without a reason.
    """
    if not approves and not why:
        raise NotUsable("Please say why, in a few words: its writer reads that.", "note")
    with desk.store.transaction():
        version = decides_on(desk, version_id, by)
        state = VersionState.CURRENT if approves else VersionState.DECLINED
        desk.store.decide_template_version(version, state, by=by, at=at, why=why)
        verb = "template_approved" if approves else "template_declined"
        desk.store.note(verb, by, at, {"template": version.name, "version": version.id})
        decided = replace(version, state=state, decided_by=by, decided_at=at, why=why)
        template_news.tell_outcome(desk, decided, at=at)
    return decided


def use_again(desk: Desk, version_id: int, *, by: str, at: datetime) -> TemplateVersion:
    """Let an earlier version, which was approved then, be used again at once. For leads."""
    must_lead(desk, by, at)
    with desk.store.transaction():
        version = desk.store.template_version(version_id)
        refuse_unless_past(version)
        again = replace(version, state=VersionState.CURRENT, by=version.by, at=at, decided_by=by, decided_at=at)
        _added(desk, again, "template_put_back", by=by, at=at)
    return again


def _added(desk: Desk, version: TemplateVersion, verb: str, *, by: str, at: datetime) -> int:
    with desk.store.transaction():
        number = desk.store.add_template_version(version)
        facts: dict[str, object] = {"template": version.name, "version": number}
        facts |= {"machines": machines_in(version.origins)} if machines_in(version.origins) else {}
        desk.store.note(verb, by, at, facts)
    return number
