"""Applies planned faults of both APIs: before the call is carried out, or in place of its answer."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from starlette.responses import Response

from bot.rehearsal.street.answers import Json, Silence
from bot.rehearsal.street.faults import Fault

_PAGE = "<html><body><h1>Something is not right here</h1><p>Please come back later.</p></body></html>"


async def cut_off(fault: Fault | None) -> Response | None:
    """Return an unreadable answer, or a closed connection, in place of the call; None without such a fault."""
    if fault is None:
        return None
    if fault.kind in {"lost_before", "hang"}:
        await asyncio.sleep(number(fault, 0) if fault.kind == "hang" else 0)
        return Silence()
    if fault.kind == "html":
        return Response(_PAGE, status_code=int(number(fault, 502)), media_type="text/html")
    return None


def cut_short(fault: Fault | None, answer: Json, broken: Callable[[], Response]) -> Response:
    """Return the faulty answer of a call that was carried out, else `answer`. `broken` makes the API's own 500."""
    kind = fault.kind if fault else ""
    if kind == "lost_after":
        return Silence()
    if kind == "500_after":
        return broken()
    if kind == "bad_json":
        return Response(bytes(answer.body)[:-7], media_type="application/json", status_code=answer.status_code)
    return answer


def lateness(fault: Fault | None) -> timedelta:
    """Return how much later readers see the change."""
    late = fault is not None and fault.kind == "late"
    return timedelta(seconds=number(fault, 30)) if late and fault else timedelta(0)


def number(fault: Fault, default: float) -> float:
    """Read a fault's value as a number."""
    return float(str(fault.value)) if fault.value else default
