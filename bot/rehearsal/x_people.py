"""The two people on the make-believe X of private messages, and the secrets that it accepts."""

from collections.abc import Mapping
from typing import Any

from bot.rehearsal.door import CallIn, GivenAnswer

US: Mapping[str, Any] = {"id": "900", "username": "northwind", "name": "Northwind"}
PRIYA: Mapping[str, Any] = {
    "id": "901",
    "username": "priya_k",
    "name": "Priya K.",
    "public_metrics": {"followers_count": 42},
}


class XSecrets(dict[str, str]):
    """The secrets that it accepts."""

    def __init__(self) -> None:
        super().__init__(
            X_CONSUMER_KEY="rehearsal-app",
            X_CONSUMER_SECRET="rehearsal",  # noqa: S106 - of the make-believe X
            X_ACCESS_TOKEN="900-rehearsal",  # noqa: S106 - the same
            X_ACCESS_TOKEN_SECRET="rehearsal",  # noqa: S106 - the same
        )


def signed_by_us(call: CallIn) -> bool:
    """Return whether a call shows our keys; the signature itself is not checked."""
    shown, ours = call.headers.get("authorization", ""), XSecrets()
    parts = (f'oauth_consumer_key="{ours["X_CONSUMER_KEY"]}"', f'oauth_token="{ours["X_ACCESS_TOKEN"]}"')
    return shown.startswith("OAuth ") and all(one in shown for one in parts)


def refused(status: int, title: str, **more: Any) -> GivenAnswer:  # noqa: ANN401 - of X's problems
    """Return a refusal as X writes it."""
    return GivenAnswer(status, {"title": title, "detail": title, "type": "about:blank", "status": status, **more})
