"""The calls to Slack: each method of the Chat port and of its gateway, and what a desk makes of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from bot.gateways.drawing import draw
from bot.gateways.manifest import SCOPES
from bot.gateways.networks.certify.check import unspoiled
from bot.gateways.networks.certify.interference import Interference
from bot.gateways.pacing import Limiter
from bot.gateways.slack import SlackChat
from bot.ports import Batch, ChatTrouble, Desk, Message, NotPosted, Paced, Posted, Unsure
from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.model import Message as Shown
from bot.rehearsal.workspace.serve import ServedWorkspace
from bot.rehearsal.workspace.workspace import Workspace
from bot.services.mentions import intake
from bot.services.slack.publishing import Publisher
from tests.engines import store_in
from tests.fakes import POLICY, FakeClock, FakeNetwork, a_desk, a_post
from tests.faults.cell import Cell, ended, judge_sentence

CANARY = "canary-of-a-customer"
CAME = timedelta(minutes=10)
HELLO = Message(text=f"Hello {CANARY}")
_MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Case"}, "blocks": [{"type": "divider"}]}
_HOME = {"type": "home", "blocks": [{"type": "divider"}]}


@dataclass
class Slack:
    """A make-believe Slack, and what stands between it and the desk."""

    served: ServedWorkspace
    between: Interference
    numbers: Iterator[int] = field(default_factory=lambda: count(1_000))

    secrets = (cast.BOT_TOKEN, cast.APP_TOKEN, cast.SIGNING_SECRET)

    @property
    def team(self) -> Any:
        """Return the workspace's own memory, which is the truth."""
        return self.served.workspace.team

    def rest(self) -> None:
        """Do nothing: it has no limits here."""

    def chat(self, cell: Cell | None = None) -> SlackChat:
        """Return a new client; with a cell, one whose calls go wrong as the cell wants."""
        url = cell.address(self.between.url) if cell else self.between.url
        return SlackChat(
            cast.BOT_TOKEN, now=lambda: datetime.now(UTC), base_url=url, timeout=cell.within if cell else 10
        )

    def told(self, telling: int) -> list[Shown]:
        """Return the messages in which a telling stands."""
        return [
            one
            for room in self.team.channels.values()
            for one in room.messages.values()
            if (one.metadata or {}).get("event_payload", {}).get("telling") == telling
        ]


@contextmanager
def opened() -> Iterator[Slack]:
    """Open the make-believe Slack."""
    with ServedWorkspace(Workspace(scopes=SCOPES, limits=False)) as served, Interference(served.api_url) as between:
        yield Slack(served, between)


Fits = Callable[[str], bool]


def _goes_wrong(slack: Slack, cell: Cell, call: Callable[[], object], fits: Fits, *errors: type[Exception]) -> object:
    """Make a call while those to the methods that fit go wrong; note what is said of it."""
    slack.between.spoil(cell.spoiling(lambda _method, path: fits(path.rpartition("/")[2])))
    try:
        outcome = ended(cell, call, *errors)
    finally:
        slack.between.spoil(unspoiled)
    cell.finds(*judge_sentence(outcome, CANARY, *slack.secrets))
    cell.said = cell.said or _short(outcome)
    return outcome


def _short(outcome: object) -> str:
    match outcome:
        case NotPosted(code):
            return f"not posted: {code}"
        case Paced(seconds):
            return f"again in {seconds:.0f} s"
        case Unsure():
            return "unknown"
        case ChatTrouble():
            return str(getattr(outcome, "code", type(outcome).__name__))
    return type(outcome).__name__


def _any(_: str) -> bool:
    return True


def _posts(where: str, *, in_thread: bool = False) -> "Run":
    def run(slack: Slack, cell: Cell) -> None:
        telling, chat = next(slack.numbers), slack.chat(cell)
        head = slack.chat().post(where, Message(text="Head")) if in_thread else None
        thread = head.ts if isinstance(head, Posted) else ""
        outcome = _goes_wrong(slack, cell, lambda: chat.post(where, HELLO, thread_ts=thread, telling=telling), _any)
        made = slack.told(telling)
        if len(made) > 1:
            cell.finds(f"One message was posted {len(made)} times.")
        if isinstance(outcome, Posted) and [one.ts for one in made] != [outcome.ts]:
            cell.finds("It says that the message was posted, and it was not.")
        if isinstance(outcome, NotPosted | Paced) and (made or not cell.way.tells):
            cell.finds("It says that nothing was posted, and nobody can know that.")
        found = slack.chat().find(where, telling, datetime.now(UTC) - CAME, thread)
        if bool(found) != bool(made):
            cell.finds("Reading does not find what was posted.")

    return run


def _update(slack: Slack, cell: Cell) -> None:
    telling, chat = next(slack.numbers), slack.chat(cell)
    made = slack.chat().post(cast.CARE, HELLO, telling=telling)
    assert isinstance(made, Posted)
    outcome = _goes_wrong(slack, cell, lambda: chat.update(cast.CARE, made.ts, Message(text="Changed")), _any)
    [now] = slack.told(telling)
    if isinstance(outcome, Posted) and now.text != "Changed":
        cell.finds("It says that the message was changed, and it was not.")
    if isinstance(outcome, NotPosted | Paced) and not cell.way.tells:
        cell.finds("It says that nothing was changed, and nobody can know that.")


def _read(call: Callable[[Slack, SlackChat], object], true: Callable[[Slack, Any], bool], fits: Fits = _any) -> "Run":
    """Return how a reading is judged: it tells what is so, or raises ChatTrouble with a sentence."""

    def run(slack: Slack, cell: Cell) -> None:
        chat = slack.chat(cell)
        outcome = _goes_wrong(slack, cell, lambda: call(slack, chat), fits, ChatTrouble)
        if not isinstance(outcome, ChatTrouble) and not cell.wrong and not true(slack, outcome):
            cell.finds(f"A reading that went wrong says what is not so: {outcome!r}.")

    return run


def _known(slack: Slack) -> int:
    """Post a message that can be looked for, once; return its telling."""
    if not slack.told(7_000_000):
        slack.chat().post(cast.CARE, HELLO, telling=7_000_000)
        slack.chat().post(cast.BEN, HELLO, telling=7_000_001)
    return 7_000_000


def _marks(slack: Slack, chat: SlackChat) -> object:
    _known(slack)
    return chat.marks(cast.CARE, datetime.now(UTC) - CAME)


def _find(slack: Slack, chat: SlackChat) -> object:
    return chat.find(cast.CARE, _known(slack), datetime.now(UTC) - CAME)


def _find_direct(slack: Slack, chat: SlackChat) -> object:
    return chat.find(cast.BEN, _known(slack) + 1, datetime.now(UTC) - CAME)


def _view(call: Callable[[SlackChat, str], object]) -> "Run":
    """Return how a call that shows a window is judged: it returns, or raises ChatTrouble with a sentence."""

    def run(slack: Slack, cell: Cell) -> None:
        chat, trigger = slack.chat(cell), slack.team.tickets.trigger(cast.ANA)
        _goes_wrong(slack, cell, lambda: call(chat, trigger.id), _any, ChatTrouble)

    return run


def _update_view(slack: Slack, cell: Cell) -> None:
    chat, trigger = slack.chat(cell), slack.team.tickets.trigger(cast.ANA)
    view = slack.chat().open_view(trigger.id, _MODAL)
    _goes_wrong(slack, cell, lambda: chat.update_view(view, _MODAL), _any, ChatTrouble)


def _push_view(slack: Slack, cell: Cell) -> None:
    first = slack.chat().open_view(slack.team.tickets.trigger(cast.ANA).id, _MODAL)
    chat, trigger = slack.chat(cell), slack.team.tickets.trigger(cast.ANA, first)
    _goes_wrong(slack, cell, lambda: chat.push_view(trigger.id, _MODAL), _any, ChatTrouble)


def _respond(slack: Slack, cell: Cell) -> None:
    given = slack.team.tickets.response(cast.ANA, cast.CARE)
    parts = urlsplit(cell.address(slack.between.url))
    chat = slack.chat(cell)
    _goes_wrong(slack, cell, lambda: chat.respond(f"{parts.scheme}://{parts.netloc}/respond/{given.id}", HELLO), _any)


def _whisper(slack: Slack, cell: Cell) -> None:
    chat = slack.chat(cell)
    _goes_wrong(slack, cell, lambda: chat.whisper(cast.CARE, cast.ANA, HELLO), _any)


def _send_file(step: str) -> "Run":
    def run(slack: Slack, cell: Cell) -> None:
        name, chat = f"promises-{next(slack.numbers)}.csv", slack.chat(cell)
        call = lambda: chat.send_file(cast.CARO, name, CANARY.encode(), "Promises")  # noqa: E731
        outcome = _goes_wrong(slack, cell, call, lambda method: step in method, ChatTrouble)
        there = [
            one for room in slack.team.channels.values() for one in room.messages.values() if name in str(one.files)
        ]
        if len(there) > 1:
            cell.finds("The file was sent twice.")
        if outcome is None and not there and not cell.wrong:
            cell.finds("It says that the file was sent, and it was not.")

    return run


# --- on a desk ----------------------------------------------------------------------------------------------------------


def _desk(slack: Slack, folder: Path, cell: Cell) -> Desk:
    policy = replace(POLICY, channel=cast.CARE, leads_channel=cast.LEADS, routes=())
    clock = FakeClock(datetime.now(UTC).replace(microsecond=0))
    return a_desk(store_in(folder), chat=slack.chat(cell), policy=policy, clock=clock)


def _published(slack: Slack, desk: Desk, publisher: Publisher) -> None:
    """Publish all that may be published now."""
    for _ in range(20):
        if publisher.one_round(desk.clock.now()) != 0.0:
            return


def _on_a_desk(*, redraw: bool) -> "Run":
    def run(slack: Slack, cell: Cell) -> None:
        with slack.team.lock:  # the messages of another desk have the same numbers
            for room in slack.team.channels.values():
                room.messages.clear()
        with TemporaryDirectory() as folder:
            desk = _desk(slack, Path(folder), cell)
            calm = replace(desk, chat=slack.chat())
            publisher = Publisher(calm if redraw else desk, Limiter(desk.clock.pace), draw)
            words = f"charged twice {CANARY} {next(slack.numbers)}"
            network = FakeNetwork()
            intake.receive(
                desk, network, "mentions", Batch(posts=[a_post("100", words, at=desk.clock.now())]), desk.clock.now()
            )
            if redraw:
                _published(slack, calm, publisher)
                publisher.desk = publisher.read_back.desk = desk
                desk.clock.move(minutes=1)
                intake.receive(
                    desk,
                    network,
                    "mentions",
                    Batch(posts=[a_post("101", words, root="100", at=desk.clock.now())]),
                    desk.clock.now(),
                )
                desk.clock.move(seconds=5)
            _goes_wrong(
                slack, cell, lambda: _published(slack, desk, publisher), lambda method: method.startswith("chat.")
            )
            publisher.desk = publisher.read_back.desk = calm
            for _ in range(8):
                desk.clock.move(minutes=3)
                publisher.reconcile(desk.clock.now())
                _published(slack, calm, publisher)
            _judge_cards(slack, cell, calm, words)
            desk.store.close()

    return run


def _judge_cards(slack: Slack, cell: Cell, desk: Desk, words: str) -> None:
    cards = [
        one
        for room in slack.team.channels.values()
        for one in room.messages.values()
        if words in str(one.blocks) and not one.thread_ts
    ]
    if len(cards) != 1:
        cell.finds(f"The case has {len(cards)} cards.")
    waiting = [one for one in desk.store.to_tell(desk.clock.now(), 100) if one.case_id]
    cell.said = "shown once" if len(cards) == 1 else f"{len(cards)} cards"
    if waiting:
        cell.finds(f"After half an hour {len(waiting)} messages still wait.")


Run = Callable[[Slack, Cell], object]
SITES: Mapping[str, Run] = {
    "auth": _read(lambda _slack, chat: chat.auth(), lambda _slack, said: said.team == cast.TEAM),
    "post": _posts(cast.CARE),
    "post, in a thread": _posts(cast.CARE, in_thread=True),
    "post, to a person": _posts(cast.BEN),
    "update": _update,
    "marks": _read(_marks, lambda slack, said: 7_000_000 in said, lambda method: "history" in method),
    "find": _read(_find, lambda _slack, said: isinstance(said, Posted), lambda method: "history" in method),
    "find, to a person": _read(
        _find_direct, lambda _slack, said: isinstance(said, Posted), lambda method: method.startswith("conversations")
    ),
    "open_view": _view(lambda chat, trigger: chat.open_view(trigger, _MODAL)),
    "push_view": _push_view,
    "update_view": _update_view,
    "publish_home": _view(lambda chat, _trigger: chat.publish_home(cast.ANA, _HOME)),
    "respond": _respond,
    "whisper": _whisper,
    "send_file, the room": _send_file("conversations.open"),
    "send_file, its place": _send_file("files.getUploadURLExternal"),
    "send_file, its bytes": _send_file("F"),
    "send_file, its end": _send_file("files.completeUploadExternal"),
    "person": _read(
        lambda _slack, chat: chat.person(cast.BEN), lambda _slack, said: said is not None and said.id == cast.BEN
    ),
    "group": _read(
        lambda _slack, chat: chat.group(cast.APPROVERS),
        lambda _slack, said: said is not None and said.members == {cast.BEN, cast.CARO},
    ),
    "members": _read(
        lambda _slack, chat: chat.members(cast.LEADS),
        lambda _slack, said: said is not None and cast.CARO in said.members,
    ),
    "do_not_disturb": _read(lambda _slack, chat: chat.do_not_disturb([cast.ANA]), lambda _slack, said: said == {}),
    "channel": _read(lambda _slack, chat: chat.channel(cast.CARE), lambda _slack, said: bool(said)),
    "shared": _read(lambda _slack, chat: chat.shared(cast.CARE), lambda _slack, said: said in {False, None}),
    "may_connect": _read(lambda _slack, chat: chat.may_connect(cast.APP_TOKEN), lambda _slack, _said: True),
    "a card, on a desk": _on_a_desk(redraw=False),
    "a redraw, on a desk": _on_a_desk(redraw=True),
}
