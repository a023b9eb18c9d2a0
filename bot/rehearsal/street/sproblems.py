"""What the street's own face refuses, and how it says so: a code for programs, a sentence for people."""

from typing import Any


class Problem(Exception):
    """A refusal with its status."""

    def __init__(self, status: int, code: str, says: str, **more: object) -> None:
        super().__init__(code)
        self.status = status
        self.body: dict[str, Any] = {"code": code, "says": says, **more}
        self.headers: dict[str, str] = {}


def unknown_token() -> Problem:
    """The caller shows no token, or not ours."""
    return Problem(401, "unknown_token", "Show the token of the account: Authorization: Bearer ...")


def malformed(what: str) -> Problem:
    """The request is not what the protocol asks for."""
    return Problem(400, "malformed", what)


def forbidden(code: str, says: str) -> Problem:
    """The account may not do this."""
    return Problem(403, code, says)


def not_there(what: str) -> Problem:
    """What the request is about is not there, or not any more."""
    return Problem(404, "not_there", what)


def too_long(count: int, limit: int) -> Problem:
    """The words are more than fit."""
    return Problem(422, "too_long", f"This has {count} characters; {limit} fit.", count=count, limit=limit)


def key_taken() -> Problem:
    """The key was used for something else."""
    return Problem(409, "key_taken", "This key was used for other words or another place.")


def slow_down(seconds: int) -> Problem:
    """The caller asks too often."""
    problem = Problem(429, "slow_down", f"Come back in {seconds} s.")
    problem.headers = {"retry-after": str(seconds)}
    return problem


def broken(status: int) -> Problem:
    """The street has trouble of its own."""
    return Problem(status, "broken", "Something is not right here. Come back later.")
