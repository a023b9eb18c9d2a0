"""Slack's limits for several desks on one database: each counts the calls of all."""

from bot.gateways.pacing import Limiter
from bot.ports import Desk


class SharedLimiter(Limiter):
    """The limits of a workspace; whoever wants to call counts itself in first, one after another."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.clock.pace)
        self._desk = desk
        self._newest = 0

    def refresh(self) -> None:
        """Count the calls that came since the last look, in pace time."""
        now, a_second = self._pace(), self._desk.clock.real_seconds(1.0)
        for call in self._desk.store.slack_calls(self._newest):
            self._newest = call.id
            at = now - call.ago / a_second
            if call.wait:
                self._keep_off(call.kind, call.room, at + call.wait / a_second)
            else:
                self._count(call.kind, call.room, at)

    def reserve(self, kind: str, channel: str, *, click: bool = False) -> bool:
        """Count a call that is allowed now, before any other desk looks."""
        with self._desk.store.transaction():
            self._desk.store.alone_with_slack_calls()
            self.refresh()
            if self.ready_in(kind, channel, click=click) > 0:
                return False
            self.took(kind, channel)
        return True

    def took(self, kind: str, channel: str) -> None:
        """Count a call that is made now."""
        self._desk.store.note_slack_call(kind, channel)
        self.refresh()

    def back_off(self, kind: str, channel: str, seconds: float) -> None:
        """Wait as long as Slack asked, together with the other desks."""
        self._desk.store.note_slack_call(kind, channel, self._desk.clock.real_seconds(seconds))
