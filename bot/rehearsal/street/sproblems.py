"""The refusals of the street network's API: a code for programs and a sentence for people."""

from typing import Any


class Problem(Exception):
    """A refusal with its status."""

    def __init__(self, status: int, code: str, says: str, **more: object) -> None:
        super().__init__(code)
        self.status = status
        self.body: dict[str, Any] = {"code": code, "says": says, **more}
        self.headers: dict[str, str] = {}


def unknown_token() -> Problem:
    """Refuse a call without our token."""
    return Problem(401, "unknown_token", "Show the token of the account: Authorization: Bearer ...")


def malformed(what: str) -> Problem:
    """Refuse a request that does not follow the protocol."""
    return Problem(400, "malformed", what)


def forbidden(code: str, says: str) -> Problem:
    """Refuse what the account may not do."""
    return Problem(403, code, says)


def not_there(what: str) -> Problem:
    """Refuse a call about something that does not exist or is deleted."""
    return Problem(404, "not_there", what)


def too_long(count: int, limit: int) -> Problem:
    """Refuse a text that is too long."""
    return Problem(422, "too_long", f"This has {count} characters; {limit} fit.", count=count, limit=limit)


def key_taken() -> Problem:
    """Refuse a key that was used for another request."""
    return Problem(409, "key_taken", "This key was used for other words or another place.")


def slow_down(seconds: int) -> Problem:
    """Refuse a call because the rate limit is reached."""
    problem = Problem(429, "slow_down", f"Come back in {seconds} s.")
    problem.headers = {"retry-after": str(seconds)}
    return problem


def broken(status: int) -> Problem:
    """Fail as a server with an internal fault does."""
    return Problem(status, "broken", "Something is not right here. Come back later.")
