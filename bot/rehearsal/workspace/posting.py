"""Slack's HTTP deliveries: signed requests to the app's own address."""

import hashlib
import hmac
import http.client
import json
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from bot.rehearsal.workspace.errors import Json

ANSWERS_WITHIN = 3.0  # real seconds


@dataclass(frozen=True, slots=True)
class Poster:
    """Post payloads to one address, signed with the app's secret."""

    url: str
    secret: str

    def post(self, kind: str, payload: Json, headers: dict[str, str] | None = None) -> tuple[int, Json]:
        """Post one payload and return status and answer; raise OSError when the app cannot be reached in time."""
        body, content_type = _written(kind, payload)
        signed = {"Content-Type": content_type, **self._signature(body), **(headers or {})}
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=ANSWERS_WITHIN)
        try:
            connection.request("POST", address.path or "/", body, signed)
            answer = connection.getresponse()
            return answer.status, _read(answer.read(), answer.getheader("Content-Type", ""))
        except http.client.HTTPException as broken:
            raise ConnectionError(str(broken)) from broken
        finally:
            connection.close()

    def _signature(self, body: bytes) -> dict[str, str]:
        # The app checks signatures by the real clock, not by the stage's.
        moment = str(int(time.time()))
        digest = hmac.new(self.secret.encode(), b"v0:" + moment.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}


def _written(kind: str, payload: Json) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _read(body: bytes, content_type: str) -> Json:
    if not body:
        return {}
    if content_type.startswith("application/json"):
        answer = json.loads(body)
        return answer if isinstance(answer, dict) else {}
    return {"text": body.decode("utf-8", "replace")}
