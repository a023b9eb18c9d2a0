"""Slack's refusals: an error code of Slack's and the further fields of the answer."""

from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """One of Slack's refusals, with its code and the further fields of the answer."""

    def __init__(self, code: str, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def answer(self) -> Json:
        """Return the refusal as a Web API answer."""
        return {"ok": False, "error": self.code, **self.extra}


def malformed(code: str, problems: list[str]) -> SlackError:
    """Return a refusal with JSON pointers to the problems, as Slack does for blocks and views."""
    return SlackError(code, response_metadata={"messages": problems})
