"""The ways that text from outside goes; each raises or yields what is wrong with what became of a text."""

import contextlib
import csv
import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.base.refusals import Refusal
from bot.domain.base.tables import DraftState
from bot.domain.base.text import clean
from bot.gateways.drawing import draw
from bot.gateways.networks.webhook_posts import NotRead, PushedTo, read_pushed
from bot.gateways.quiet_logs import event_lines
from bot.gateways.templates import ReplyTemplates
from bot.ports import Desk
from bot.ports.exports import Table
from bot.services.mentions import intake
from cli.output import say
from handlers.exporting import TableFormat, table_lines
from tests.blocks.base.test_hostile import STATES, assert_inert, calls, filled_with, judge
from tests.blocks.everything import (
    aside_messages,
    holding_messages,
    joint_messages,
    light_messages,
    storm_messages,
    unreadable_messages,
)
from tests.blocks.home.test_home import drawn, full
from tests.blocks.scenes import view
from tests.engines import store_in
from tests.fakes import NOON, FakeNetwork, a_desk
from tests.handlers.pressing import Hands
from tests.services.journey import approve, written
from tests.test_architecture import ROOT

_US = PushedTo("x", "42", answers=True)
_FORMULA = frozenset("=+-@")


@dataclass
class Scene:
    """A desk on which every text leaves its traces."""

    folder: Path
    number: int = 0

    def __post_init__(self) -> None:
        self.templates = ReplyTemplates.load(ROOT / "templates" / "replies")

    def desk(self) -> Desk:
        """Return a new desk: a text is judged by what it does alone."""
        self.number += 1
        return a_desk(store_in(self.folder / str(self.number)))


def cards_and_forms(_: Scene, text: str) -> Iterator[str]:
    """Draw every message and form of a case with the text in each field of other people's words."""
    judge(text, STATES[sum(map(ord, text[:50])) % len(STATES)])
    yield from ()


def digests(_: Scene, text: str) -> Iterator[str]:
    """Draw the messages about several cases, and those about posts that could not be read."""
    told = (*unreadable_messages(text), *light_messages(text), *joint_messages(view(), text))
    for message in (*told, *aside_messages(text), *holding_messages(text), *storm_messages(text)):
        if calls(message):
            yield "A message calls somebody."


def home_tab(_: Scene, text: str) -> Iterator[str]:
    """Draw the home tab."""
    assert_inert(drawn(full(filled_with(text, DraftState.IN_REVIEW)))["blocks"])
    yield from ()


def pushed_shown_found_and_exported(scene: Scene, text: str) -> Iterator[str]:
    """Take it in by a webhook as words, name and handle; draw it, look for it, answer it, and hand out the tables."""
    event = {"id": "100", "author": {"id": "u7", "name": text, "handle": text}, "text": text, "language": text}
    desk = scene.desk()
    try:
        batch = read_pushed(json.dumps(event).encode(), _US, NOON)
    except NotRead:
        batch = read_pushed(
            json.dumps({**event, "text": f"late {text[:9_000]}", "language": "en", "author": {"id": "u7"}}).encode(),
            _US,
            NOON,
        )
    intake.receive(desk, FakeNetwork(), "mentions", batch, NOON)
    for telling in desk.store.to_tell(NOON, 100):
        if (told := draw(desk, telling, NOON)) is not None:
            calls(told[0])
    hands = Hands(desk)
    for words in (text, f"find {text}", f"case {text}", f"add {text}"):
        if not hands.command(words)["text"]:
            yield f"/care {words[:4]} answers nothing."
    yield from _exported(desk)
    desk.store.close()


def _exported(desk: Desk) -> Iterator[str]:
    lines = "".join(table_lines(desk.store.exported(Table.MENTIONS, NOON), TableFormat.CSV))
    for cell in (cell for row in csv.reader(io.StringIO(lines, newline="")) for cell in row):
        if (cell.lstrip()[:1] in _FORMULA and cell.strip()) or any(
            ord(sign) < 32 and sign not in "\t\r\n" for sign in cell
        ):
            yield f"A cell is a formula, or a command to a terminal: {cell[:20]!r}."
    for form in (TableFormat.JSON, TableFormat.NL):
        whole = "".join(table_lines(desk.store.exported(Table.MENTIONS, NOON), form))
        json.loads(whole) if form == TableFormat.JSON else [json.loads(one) for one in whole.split("\n") if one]
        if any((ord(sign) < 32 and sign != "\n") or 0x7F <= ord(sign) < 0xA0 for sign in whole):
            yield "JSON has a control character that is not escaped."


def drafted_and_sent(scene: Scene, text: str) -> Iterator[str]:
    """Type it as a reply: it is refused in a sentence, or goes out exactly as it was approved."""
    desk, network = scene.desk(), FakeNetwork(limit=100_000)
    desk.networks["x", "42"] = network  # type: ignore[index]
    intake.receive(
        desk,
        network,
        "mentions",
        read_pushed(b'{"id": "1", "author": {"id": "u7"}, "text": "charged twice"}', _US, NOON),
        NOON,
    )
    try:
        written(desk, 1, text=text)
        shown = desk.store.case(1).draft
        approve(desk)
    except Refusal as refused:
        if not refused.sentence.strip():
            yield "It is refused without a sentence."
        return
    finally:
        told = [draw(desk, one, NOON) for one in desk.store.to_tell(NOON, 100)]
        [calls(one[0]) for one in told if one]
    from bot.services.replies import sending

    sending.send_due(desk, NOON)
    if [said for _, _, said in network.published] not in ([], [shown.text if shown else ""]):
        yield "Other words are public than were approved."
    desk.store.close()


def template_fact(scene: Scene, text: str) -> Iterator[str]:
    """Fill it into a template as a fact: it stands there unchanged, or is refused in a sentence."""
    for template in scene.templates.all()[:3]:
        facts = dict.fromkeys(("first_name", "initials", "handle", "case", *template.asks), text)
        try:
            filled = scene.templates.fill(template.name, facts)
        except Refusal as refused:
            if not refused.sentence.strip():
                yield "It is refused without a sentence."
            continue
        if "49" in filled.text and "49" not in text:
            yield "It was run as a template."


def logged(_: Scene, text: str) -> Iterator[str]:
    """Give it to a line of our log: it stays one line without signs that a terminal obeys."""
    for as_json in (False, True):
        record = logging.makeLogRecord(
            {"name": "bot.x", "msg": "odd name=%s", "args": (text,), "levelno": 30, "of": text}
        )
        line = event_lines((), as_json=as_json).format(record)
        if len(line.splitlines()) != 1 or any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 for sign in line):
            yield f"The log ({'JSON' if as_json else 'text'}) has more than one line, or a control character."
        line.encode()


def printed(_: Scene, text: str) -> Iterator[str]:
    """Print it by a command: no sign that a terminal obeys is left."""
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        say(clean(text))
    if any((ord(sign) < 32 and sign not in "\t\r\n") or 0x7F <= ord(sign) < 0xA0 for sign in written.getvalue()):
        yield "A terminal would obey it."


WAYS: Mapping[str, Callable[[Scene, str], Iterator[str]]] = {
    "cards and forms": cards_and_forms,
    "digests": digests,
    "home tab": home_tab,
    "pushed, shown, found, exported": pushed_shown_found_and_exported,
    "drafted and sent": drafted_and_sent,
    "template fact": template_fact,
    "logged": logged,
    "printed": printed,
}


def wrong(way: str, scene: Scene, text: str) -> list[str]:
    """Return what is wrong with a text on one of the ways."""
    try:
        return list(WAYS[way](scene, text))
    except Exception as trouble:
        return [f"{type(trouble).__name__}: {str(trouble)[:100]!r}"]
