"""The signed requests that were accepted recently, so that none is accepted twice."""

from datetime import datetime, timedelta

from storage.engine import rows
from storage.engine.base import Engine

# A signature is refused after five minutes, and the clocks may differ by five minutes more.
KEPT_FOR = timedelta(minutes=10)

_LET_IN = rows.insert("requests", "digest signed_at", "ON CONFLICT DO NOTHING RETURNING digest")
_OLD = "DELETE FROM requests WHERE signed_at < :before"
_IS_IN = "SELECT 1 FROM requests WHERE digest = :digest"
_LET_GO = "DELETE FROM requests WHERE digest = :digest"


class Requests:
    """One short-lived row per request. Its age comes from the request, so no clock is read."""

    engine: Engine

    def let_in(self, digest: str, signed_at: datetime) -> bool:
        with self.engine.transaction():
            self.engine.run(_OLD, {"before": rows.stored(signed_at - KEPT_FOR)})
            return bool(self.engine.rows(_LET_IN, {"digest": digest, "signed_at": rows.stored(signed_at)}))

    def was_let_in(self, digest: str) -> bool:
        return self.engine.row(_IS_IN, {"digest": digest}) is not None

    def let_go(self, digest: str) -> None:
        with self.engine.transaction():
            self.engine.run(_LET_GO, {"digest": digest})
