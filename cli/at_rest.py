"""DeskAnswers the running desk; where none runs, does what was asked in its place, in the database itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.opening import BUSY, read, refuse_no_file
from cli.options import config_of, door_of
from cli.output import leave, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ports import Desk
    from bot.settings import Settings
    from handlers.control import Answers, DeskAnswers
    from storage import SqlStore

_DONE_HERE = "No desk is running here, so this was done in its database: {}"
_THEN = " `heard run --paused` starts one that sends nothing."


def asks(config: Path, state: Path | None, answers: "Callable[[Desk], Answers]", then: str) -> "DeskAnswers":
    """Return what asks the desk. `then`: what follows where it was done in the place of one that does not run."""
    from handlers.control import ANSWERS_WITHIN, NoAnswer, NobodyThere, ask_desk

    door, doubt = door_of(config, state)
    told: list[str] = []

    def ask(do: str, within: float = ANSWERS_WITHIN, **facts: object) -> dict[str, Any]:
        try:
            return ask_desk(door, do, within, **facts)
        except NobodyThere as nobody:
            if doubt:
                raise NoAnswer(doubt) from nobody
        with at_rest(read(config_of(config, state), speaks=False)) as desk:
            answer = {"ok": True, **answers(desk)[do](facts)}
        if not told and answer.get("done"):
            told.append(then)
            say(_DONE_HERE.format(then))
        return answer

    return ask


@contextmanager
def at_rest(settings: "Settings") -> "Iterator[Desk]":
    """Open the database of a desk that does not run, and close it again; where that cannot be, say why and exit."""
    from app import lists_of_erasures
    from bot.domain.base.refusals import Refusal
    from bot.ports import OutOfService
    from bot.services.erasure.erased_list import keep_list
    from cli.output import what_now
    from storage import AlreadyOpen, open_store

    refuse_no_file(settings, _THEN)
    try:
        store = open_store(settings.database_address, key_file=settings.state_dir / "trail.key")
    except AlreadyOpen as busy:
        leave(busy.sentence, BUSY)
    except Refusal as refusal:
        leave(refusal.sentence)
    except OutOfService as trouble:
        leave(f"{trouble} {what_now(trouble)}")
    try:
        yield desk_at_rest(settings, store)
        keep_list(store, lists_of_erasures(settings))
    finally:
        store.close()


def desk_at_rest(settings: "Settings", store: "SqlStore") -> "Desk":
    """Return a desk that does not run, for what the command line does in its place.

    It needs no secret, and calls neither Slack nor a network. Its messages in Slack are changed once it runs.
    """
    from app import backups
    from bot.gateways.clock import WallClock
    from bot.gateways.living_templates import living_templates
    from bot.gateways.networks.named_only import named_only
    from bot.gateways.networks.x_chat_sent import forget_sealed
    from bot.gateways.slack import SlackChat
    from bot.ports import Desk
    from bot.services.base.button_key import signing_key

    clock = WallClock()
    return Desk(
        store=store,
        chat=SlackChat("", now=clock.now, base_url=settings.slack_api_url),
        networks=named_only(settings),
        templates=living_templates(store),
        clock=clock,
        policy=settings.policy(),
        secret=signing_key(store),
        epochs=store.epochs(),
        backups=backups(settings, store),
        forget_sealed=partial(forget_sealed, settings.state_dir),
    )
