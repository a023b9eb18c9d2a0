"""The calls to Slack of all desks, so that its limits are kept by all together."""

from collections.abc import Sequence

from bot.domain.slack.calls import SlackCall
from storage.engine.base import Engine

_NOTE = "INSERT INTO slack_calls (kind, room, at, wait) VALUES (:kind, :room, {now}, :wait)"
_SINCE = "SELECT id, kind, room, {now} - at, wait FROM slack_calls WHERE id > :after ORDER BY id"
_FORGET = "DELETE FROM slack_calls WHERE at < {now} - :old AND at + wait < {now}"
_OLD = 120_000_000  # microseconds


class SlackCalls:
    """The counted calls to Slack."""

    engine: Engine

    def alone_with_slack_calls(self) -> None:
        self.engine.exclusive("calls to Slack")

    def note_slack_call(self, kind: str, room: str, wait: float = 0.0) -> None:
        with self.engine.transaction():
            self.alone_with_slack_calls()  # so that they are numbered in the order of their commits
            params = {"kind": kind, "room": room, "wait": round(wait * 1_000_000)}
            self.engine.run(_NOTE.format(now=self.engine.clock), params)
            self.engine.run(_FORGET.format(now=self.engine.clock), {"old": _OLD})

    def slack_calls(self, after: int) -> Sequence[SlackCall]:
        found = self.engine.rows(_SINCE.format(now=self.engine.clock), {"after": after})
        return [SlackCall(row, kind, room, age / 1_000_000, wait / 1_000_000) for row, kind, room, age, wait in found]
