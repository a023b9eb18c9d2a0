"""A table whose keys are members of an enumeration has all of them, or the missing ones are listed here.

After a new state, verb or kind these tests name the tables that need a row.
"""

import ast
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from types import ModuleType

import pytest

import bot
import handlers
import storage

# Members that a table leaves out on purpose. The code that reads the table says what happens then.
LEFT_OUT = {
    "bot.blocks.replies.draft_text._CORRECTS": "reply take_back warning closing private",
    "bot.blocks.cases.status_lines._ALONE": "usual",
    "bot.blocks.cases.status_lines._BESIDE_A_DRAFT": "new open",
    "bot.blocks.cases.status_lines._DO_BY_HAND": "closing correction reply warning",  # posted
    "bot.blocks.cases.status_lines._DRAFT": "sent withdrawn",
    "bot.blocks.cases.status_lines._MOVED": "not_stale",
    "bot.blocks.home.home._DRAWN": "back held lapsed soon unheld",  # a line each
    "bot.blocks.home.home._LISTS": "back decide",  # few enough to be shown whole
    "bot.blocks.reminders.reminder._STUCK": "approved in_review sending sent withdrawn writing",
    "bot.blocks.replies.solo._CHOICE": "usual",
    "bot.blocks.replies.solo._YOU_CAN": "usual",
    "bot.blocks.triage.reasons._UNHEARD": "no",
    "bot.domain.base.tables.WITHOUT_ASSIGNEE": "closed dismissed new pending solved",
    "bot.domain.reminders.recipients._OF_DRAFT": "by_hand failed sent unconfirmed withdrawn",
    "bot.domain.slack.wants._URGENCY": "answer ask back card digest draft handover holding inquiry inquiry_late joint light mention news notice quotes "
    "reminder storm storm_desk storm_over storm_pause swap",
    "bot.domain.team.people._NOT_FOR_GUESTS": "answer approve look send_prepared work write",
    "bot.domain.team.people._REFUSED": "member",
    "bot.domain.team.people._WHAT": "answer look see_customer send_prepared share work write",
    "bot.gateways.check_slack._WHY_NOT": "member",
    "bot.gateways.messages._OF_CASE": "digest handover holding joint light notice quotes storm storm_desk storm_over storm_pause swap",
    "bot.gateways.messages._OF_DESK": "answer ask back card claim_check digest direct_reminder draft inquiry inquiry_late mention "
    "news reminder",
    "bot.gateways.told_of_drafts._DRAWN": "answer card claim_check digest direct_reminder handover holding inquiry inquiry_late "
    "joint light mention news notice quotes reminder storm storm_desk storm_over storm_pause swap",
    "bot.services.promises.daily._STUCK": "approved in_review sending sent withdrawn writing",
    "bot.services.replies.review._BUSY": "approved failed in_review sent withdrawn writing",  # editable, or over
    "bot.services.replies.solo._NEEDS": "usual",
    "bot.services.slack.readers._WHY": "ours",
    "handlers.outbox._REPLIES": "in_review sent withdrawn writing",
    "storage.exports.datasette.KEYS": "audit same_people",
    "storage.exports.datasette.LOOKED_UP": "cases statements",
    "storage.exports.datasette.SEARCHED": "audit cases promises same_people",
    "storage.slack.standing._SHOWN_BY": "answer card direct_reminder inquiry_late notice quotes storm storm_desk storm_over storm_pause "
    "swap",
    "storage.slack.tellings._NEWEST": "answer direct_reminder inquiry_late notice quotes storm storm_desk storm_over storm_pause swap",
}
# Tables for the few verbs that matter there, with a default for all others.
FEW = {
    "bot.blocks.replies.settled._DID",
    "bot.blocks.slack.news._SAID",
    "bot.domain.promises.report._STAGES",
    "bot.services.replies.approval_stands._MOVED",
}


def tables() -> Iterator[tuple[str, Mapping[Enum, object]]]:
    """Yield each module-level table of ours whose keys are members of enumerations, with its full name."""
    for room in (bot, handlers, storage):
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if "rehearsal" not in found.name:
                yield from _in(importlib.import_module(found.name))


def _in(module: ModuleType) -> Iterator[tuple[str, Mapping[Enum, object]]]:
    for name in _assigned(Path(str(module.__file__))):
        value = getattr(module, name, None)
        if isinstance(value, Mapping) and value and all(isinstance(key, Enum) for key in value):
            yield f"{module.__name__}.{name}", value


def _assigned(file: Path) -> Iterator[str]:
    for step in ast.parse(file.read_text()).body:
        targets = step.targets if isinstance(step, ast.Assign) else [getattr(step, "target", None)]
        yield from (one.id for one in targets if isinstance(one, ast.Name))


TABLES = dict(tables())


def left_out(table: Mapping[Enum, object]) -> set[str]:
    """Return the names of the members that a table does not have."""
    return {one.name.lower() for kind in {type(key) for key in table} for one in kind if one not in table}


@pytest.mark.parametrize("name", sorted(TABLES.keys() - FEW))
def test_a_table_names_every_member_but_those_that_are_left_out_on_purpose(name: str) -> None:
    assert left_out(TABLES[name]) == set(LEFT_OUT.get(name, "").split())


def test_only_tables_that_are_there_are_listed() -> None:
    assert LEFT_OUT.keys() | FEW <= TABLES.keys()
    assert len(TABLES) > 40
