"""X's refusals: status and body, in X's own JSON."""

from typing import Any

_PROBLEMS = "https://api.x.com/2/problems/"


class Problem(Exception):
    """A refusal by X."""

    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        super().__init__(body.get("detail") or body.get("title"))
        self.status = status
        self.body = body
        self.headers = headers or {}


def plain(status: int, title: str, detail: str) -> Problem:
    """Refuse without a problem type of its own."""
    return Problem(status, {"title": title, "detail": detail, "type": "about:blank", "status": status})


def bad_request(message: str, **parameters: str) -> Problem:
    """Refuse a call whose arguments X cannot use."""
    named = {name: [value] for name, value in parameters.items()}
    return Problem(
        400,
        {
            "errors": [{"parameters": named, "message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": f"{_PROBLEMS}invalid-request",
        },
    )


def unauthorized() -> Problem:
    """Refuse unknown keys."""
    return plain(401, "Unauthorized", "Unauthorized")


def forbidden(detail: str) -> Problem:
    """Refuse what the account may not do."""
    return plain(403, "Forbidden", detail)


def no_credits() -> Problem:
    """Refuse because the balance is used up."""
    detail = "The account enrolled for this app has no credits left."
    return Problem(402, {"title": "CreditsDepleted", "detail": detail, "type": f"{_PROBLEMS}credits"})


def too_many(headers: dict[str, str]) -> Problem:
    """Refuse until the rate-limit window ends; X sends no Retry-After."""
    problem = plain(429, "Too Many Requests", "Too Many Requests")
    problem.headers = headers
    return problem


def broken(status: int) -> Problem:
    """Fail as a server with an internal fault does."""
    title = {502: "Bad Gateway", 503: "Service Unavailable"}.get(status, "Internal Server Error")
    return plain(status, title, title)


def missing(kind: str, parameter: str, value: str) -> dict[str, Any]:
    """Return the entry for an answer's `errors` that says that something asked for does not exist."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": f"{_PROBLEMS}resource-not-found",
    }
