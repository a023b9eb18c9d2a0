"""The baseline for clicks: Bolt that only acknowledges. `python -m tests.bench.noop API_URL APP_TOKEN`."""

import sys
import threading
from collections.abc import Callable

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient


def main() -> None:
    """Acknowledge claims and do nothing else, in the last of ten listeners, as when the goal was set."""
    url, token = sys.argv[1:3]
    app = App(client=WebClient("xoxb-noop", base_url=url), process_before_response=True)

    for other in range(9):
        app.action(f"another_{other}")(lambda ack: ack())

    @app.action("case_claim")
    def _(ack: Callable[[], object]) -> None:
        ack()

    SocketModeHandler(app, token).connect()
    threading.Event().wait()


if __name__ == "__main__":
    main()
