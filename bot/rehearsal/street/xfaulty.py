"""How each planned fault shows at the X face: before the deed, or instead of its answer."""

import asyncio
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from bot.rehearsal.street.answers import Json, Silence
from bot.rehearsal.street.faults import Fault
from bot.rehearsal.street.xlimits import Limits
from bot.rehearsal.street.xproblems import Problem, broken, forbidden, no_credits, too_many

_PAGE = "<html><body><h1>Something is not right here</h1><p>Please come back later.</p></body></html>"


async def before(fault: Fault | None, method: str, limits: Limits) -> Response | None:
    """Show a fault that keeps the deed from being done; None when there is none. Raises Problem."""
    if fault is None:
        return None
    if fault.kind in {"lost_before", "hang"}:
        await asyncio.sleep(_number(fault, 0) if fault.kind == "hang" else 0)
        return Silence()
    if fault.kind == "html":
        return Response(_PAGE, status_code=int(_number(fault, 502)), media_type="text/html")
    problem = _problem(fault, method, limits)
    if problem:
        raise problem
    return None


def after(fault: Fault | None, answer: Json) -> Response:
    """Show a fault once the deed is done; without one the answer stands."""
    kind = fault.kind if fault else ""
    if kind == "lost_after":
        return Silence()
    if kind == "500_after":
        problem = broken(500)
        return Json(problem.body, status_code=problem.status)
    if kind == "bad_json":
        return Response(bytes(answer.body)[:-7], media_type="application/json")
    return answer


def lateness(fault: Fault | None) -> timedelta:
    """Tell for how long a new post stays unseen."""
    late = fault is not None and fault.kind == "late"
    return timedelta(seconds=_number(fault, 30)) if late and fault else timedelta(0)


def doubled(fault: Fault | None, shape: dict[str, Any]) -> dict[str, Any]:
    """Show every post of a list twice when the fault asks it."""
    if fault and fault.kind == "twice" and isinstance(shape.get("data"), list):
        return {**shape, "data": [post for post in shape["data"] for _ in range(2)]}
    return shape


def _problem(fault: Fault, method: str, limits: Limits) -> Problem | None:
    kind = str(fault.value) if fault.kind == "refuse" else fault.kind
    if kind == "402":
        return no_credits()
    if kind == "403":
        detail = fault.value if fault.kind == "403" and fault.value else "You are not permitted to do this."
        return forbidden(str(detail))
    if kind == "429":
        return too_many(limits.used_up(method))
    return broken(int(kind)) if kind in {"500", "502", "503"} else None


def _number(fault: Fault, default: float) -> float:
    return float(str(fault.value)) if fault.value else default
