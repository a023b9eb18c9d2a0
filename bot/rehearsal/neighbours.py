"""The networks of a rehearsal beside X and the street: each has its own stand-in, and the page shows them alike."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.rehearsal.backstage import Side
from bot.rehearsal.clock import StageClock
from bot.rehearsal.front import Front, before
from bot.rehearsal.on_the_page import Act, CanBeShown, Written
from bot.rehearsal.receiver import Receiver
from bot.rehearsal.street.answers import Json, read_json

LONGEST = 25_000  # signs of what is written


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One network: its name and label, its stand-in, and what stands before that."""

    name: str
    label: str
    stand_in: CanBeShown
    front: Front
    url: str  # of its API, as the desk calls it

    def shown(self) -> dict[str, Any]:
        """Return what the page shows of it."""
        posts = [{**asdict(one), "at": one.at.isoformat()} for one in self.stand_in.page.on_page()]
        return {
            "name": self.name,
            "label": self.label,
            "note": self.stand_in.page.note,
            "beginnings": [asdict(one) for one in self.stand_in.page.beginnings],
            "posts": posts,
        }

    def for_the_desk(self) -> dict[str, Any]:
        """Return what a desk has to be told to use it. None of it is a secret outside of this rehearsal."""
        one = self.stand_in
        return {
            "network": self.name,
            "handle": one.handle,
            "id": one.account,
            "options": dict(one.options),
            "secrets": dict(one.secrets),
            "url": self.url,
        }

    def side(self) -> Side:
        """Return what the backstage needs of it."""
        return Side(
            ledger=lambda: {"posts": self.shown()["posts"], "calls": self.front.calls},
            version=lambda: hashlib.sha256(json.dumps(self.shown()).encode()).hexdigest(),
            numbers=lambda: {
                "posts": len(self.stand_in.page.on_page()),
                "answers from the desk": sum(one.by_app for one in self.stand_in.page.on_page()),
                "calls to it": len(self.front.calls),
                "faults waiting": len(self.front.faults.waiting()),
            },
            traffic=lambda: list(self.front.calls),
            plan_fault=self.front.faults.plan,
            clear_faults=self.front.faults.clear,
        )


class Neighbours:
    """All of them, opened; `also_own`: whether the page shows X and the street, too."""

    def __init__(self, wanted: Sequence[str], clock: StageClock, *, also_own: bool = True, bell: str = "") -> None:
        """Open the stand-ins; `wanted`: "name|label|module:callable". Raises ValueError for one that cannot be shown.

        `bell`: the address of the desk's own door for webhooks.
        """
        self._opened, self.also_own = ExitStack(), also_own
        self.all = {one.name: one for one in (self._open(text, clock, bell) for text in wanted)}

    def _open(self, text: str, clock: StageClock, bell: str) -> Neighbour:
        name, label, place = text.split("|")
        module, _, opens = place.partition(":")
        stand_in = self._opened.enter_context(getattr(import_module(module), opens)())
        if not isinstance(stand_in, CanBeShown):
            raise ValueError(f"The stand-in of {label} cannot be shown on the page: {place}.")  # noqa: TRY004 - a wrong choice
        stand_in.clock = clock.now
        if isinstance(stand_in, Receiver):
            stand_in.bell = f"{bell}/webhooks/{name}/{stand_in.account}"
        front, url = self._opened.enter_context(before(label, stand_in.api_url, clock.now))
        return Neighbour(name, label, stand_in, front, url)

    def close(self) -> None:
        """Close all stand-ins."""
        self._opened.close()


def routes(neighbours: Neighbours) -> list[Route]:
    """List the routes of the page for these networks, to be mounted under /networks."""

    async def shown(_request: Request) -> object:
        return {"own": neighbours.also_own, "others": [one.shown() for one in neighbours.all.values()]}

    async def for_the_desk(_request: Request) -> object:
        return [one.for_the_desk() for one in neighbours.all.values()]

    async def written(request: Request) -> object:
        page = neighbours.all[request.path_params["name"]].stand_in.page
        act, said = (
            str(request.path_params["act"]),
            _written(await read_json(request), act=request.path_params["act"]),
        )
        known = {one.name for one in page.beginnings}
        # In a thread of its own: the forum tells the desk, which may call back before it answers.
        deed: Callable[[], None] = (
            (lambda: page.begins(act, said)) if act in known else lambda: page.acts(Act(act), said)
        )
        await run_in_threadpool(deed)
        return {"ok": True}

    return [
        Route("/", _door(shown)),
        Route("/desk", _door(for_the_desk)),
        Route("/{name}/{act}", _door(written), methods=["POST"]),
    ]


def _written(body: Mapping[str, Any], act: str) -> Written:
    text = body.get("text", "")
    if not isinstance(text, str) or not (text.strip() or act == Act.DELETE) or len(text) > LONGEST:
        raise ValueError("A post needs words, and not too many.")
    return Written(text=text, choice=str(body.get("choice") or ""), post=str(body.get("post") or ""))


def _door(deed: Callable[[Request], Awaitable[object]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return Json(await deed(request))
        except KeyError:
            return Json({"ok": False, "error": "There is no such post or network here."}, 404)
        except ValueError as fault:
            return Json({"ok": False, "error": str(fault)}, 400)

    return answer
