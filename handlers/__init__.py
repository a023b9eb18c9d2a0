"""Every door by which the world comes in."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_bolt import App

    from handlers.door import Door


def register(
    app: "App", door: "Door", *, directory_changed: Callable[[], None], people_changed: Callable[[], None]
) -> None:
    """Open every door of Slack's: what people press and type, then Slack's own events."""
    # Imported here, so that a command that needs no Slack does not wait for its client.
    from handlers import events, listeners  # noqa: PLC0415

    listeners.register(app, door)
    events.register(app, door, directory_changed=directory_changed, people_changed=people_changed)
