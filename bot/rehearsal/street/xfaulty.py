"""Applies planned faults of the X API: before the call is carried out, or in place of its answer."""

from typing import Any

from starlette.responses import Response

from bot.rehearsal.street.answers import Json
from bot.rehearsal.street.faults import Fault
from bot.rehearsal.street.faulty import cut_off, cut_short
from bot.rehearsal.street.xlimits import Limits
from bot.rehearsal.street.xproblems import Problem, broken, forbidden, no_credits, too_many


async def before(fault: Fault | None, method: str, limits: Limits) -> Response | None:
    """Return the answer of a fault that stops the call before it is carried out; None without one. Raises Problem."""
    silent = await cut_off(fault)
    problem = _problem(fault, method, limits) if fault and silent is None else None
    if problem:
        raise problem
    return silent


def after(fault: Fault | None, answer: Json) -> Response:
    """Return the faulty answer of a call that was carried out, else `answer`."""
    problem = broken(500)
    return cut_short(fault, answer, lambda: Json(problem.body, status_code=problem.status))


def doubled(fault: Fault | None, shape: dict[str, Any]) -> dict[str, Any]:
    """Return the list with every post twice when that fault is planned."""
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
