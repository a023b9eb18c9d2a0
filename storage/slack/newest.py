"""The newest message of the desk in Slack, by Slack's own number, also where somebody has deleted it there."""

from storage.engine.base import Engine

_GONE_KEY = "slack.newest_gone"
# Only when it is still the same message: one that was posted again meanwhile is another.
_GONE = """UPDATE tellings SET ts = '', shown = 0, tries = 0, retry_at = NULL, behind = urgency
WHERE id = :id AND ts = :ts AND started_at IS NULL"""
_KEEP_GONE = f"""INSERT INTO settings (key, value) VALUES ('{_GONE_KEY}', :ts)
ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE settings.value < excluded.value"""
_POSTED = (
    "SELECT ts FROM tellings WHERE ts <> '' ORDER BY ts DESC LIMIT 1",
    f"SELECT value FROM settings WHERE key = '{_GONE_KEY}'",
)


def is_gone(engine: Engine, telling_id: int, ts: str) -> None:
    """Note that a message is not in Slack any more, so that it is posted again; its number still counts as known."""
    if engine.run(_GONE, {"id": telling_id, "ts": ts}):
        engine.run(_KEEP_GONE, {"ts": ts})


def newest_posted(engine: Engine) -> str:
    """Return the highest number of a message that was ever posted; "" without one. It never becomes lower."""
    return max((ts for sql in _POSTED for (ts,) in engine.rows(sql)), default="")
