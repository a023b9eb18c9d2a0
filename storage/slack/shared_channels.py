"""Channels shared with another company: messages there are redrawn without their words, and later with them again."""

from collections.abc import Sequence

from bot.domain.slack.telling import NEWEST, Urgency
from storage.engine.base import Engine

# A message that only says that its channel is shared has `shown` = NEWEST. The number is written into
# the SQL, since the partial index over these few messages is used only then.
_STANDING = "channel = :channel AND ts <> '' AND shown < :emptied"
_COUNT = f"SELECT count(*) FROM tellings WHERE {_STANDING}"
_TAKE_OFF = f"""UPDATE tellings SET behind = :urgency, tries = 0, retry_at = NULL
WHERE {_STANDING} AND started_at IS NULL AND behind IS NULL AND (tries = 0 OR :anew = 1)"""
_PUT_BACK = f"""UPDATE tellings SET shown = wanted - 1, behind = urgency, tries = 0, retry_at = NULL
WHERE channel = :channel AND shown = {NEWEST}"""
# One of these may be on its way without its words: it is redrawn once more after that.
_UNDER_WAY = """UPDATE tellings SET anew = anew + 1
WHERE room = :channel AND ts <> '' AND behind IS NOT NULL AND retry_at IS NULL"""
_IN_USE = "SELECT DISTINCT channel FROM cases WHERE due_at IS NOT NULL ORDER BY channel"


class SharedChannels:
    """The stored state of channels."""

    engine: Engine

    def rooms_in_use(self) -> Sequence[str]:
        return [channel for (channel,) in self.engine.rows(_IN_USE)]

    def hide_words_in(self, channel: str, *, anew: bool) -> int:
        params: dict[str, object] = {"channel": channel, "emptied": NEWEST}
        with self.engine.transaction():
            [(standing,)] = self.engine.rows(_COUNT, params)
            if standing:
                self.engine.run(_TAKE_OFF, params | {"urgency": int(Urgency.URGENT), "anew": int(anew)})
                self.engine.announce()
        return int(standing)

    def show_words_in(self, channel: str, *, was_hidden: bool) -> None:
        with self.engine.transaction():
            for sql in (_PUT_BACK, _UNDER_WAY) if was_hidden else (_PUT_BACK,):
                self.engine.run(sql, {"channel": channel})
            self.engine.announce()
