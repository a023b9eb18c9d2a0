"""The meaning of Slack's answers: posted, wait, refused or unknown; and the sentence for each refusal."""

import errno
import re
import socket
import ssl
from collections.abc import Callable
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.gateways.slack_wire import SHUT_OUT
from bot.ports.chat import ChatOutcome, ChatTrouble, NotPosted, Overtaken, Paced, StrangeAnswer, Unsure

CONFLICT = "hash_conflict"
STRANGE = "strange_answer"  # our own code: Slack's answer is ok, but does not follow its documentation
USUAL_WAIT = 30.0  # seconds, when Slack does not say how long to wait; the SDK's own default
LONGEST_WAIT = 600.0

_PACED = {"ratelimited", "rate_limited", "message_limit_exceeded"}
# With these codes, Slack says itself that part of the work may have been done.
_UNSURE = {"fatal_error", "internal_error", "service_unavailable"}
_NOT_REACHED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
_NO_WAY = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}

# The exceptions that a call may raise.
CALLING = (SlackClientError, OSError, HTTPException, ValueError, AttributeError, TypeError, RecursionError)

_TOKEN = "Slack does not accept the bot token any more. Whoever runs Heard can check SLACK_BOT_TOKEN."  # noqa: S105
_SENTENCES = dict.fromkeys(SHUT_OUT, _TOKEN) | {
    "missing_scope": "The Slack app lacks a permission. Whoever runs Heard can see which with `heard check`.",
    "channel_not_found": "Slack does not know that channel, or Heard is not in it.",
    "not_in_channel": "Heard is not in that channel yet. Someone there can type /invite @Heard.",
    "is_archived": "That channel is archived.",
    "plan_upgrade_required": "This Slack plan has no user groups. Whoever runs Heard can name people by id.",
    "expired_trigger_id": "Slack stopped waiting for this window. Please press the button again.",
    "exchanged_trigger_id": "This click was used already. Please press the button again.",
    "trigger_exchanged": "This click was used already. Please press the button again.",
    "push_limit_reached": "There are too many windows open. Please close one and try again.",
    CONFLICT: "This window has changed meanwhile. Please look again.",
    "view_not_found": "This window is closed already.",
    "not_found": "This window is closed already.",
}


class SlackTrouble(ChatTrouble):
    """A call to Slack failed. `code`: Slack's error code; `retry_after`: seconds, when Slack asks to wait."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(_sentence(code))
        self.code, self.retry_after = code, retry_after


class StrangeSlack(SlackTrouble, StrangeAnswer):
    """Slack's answer does not follow its documentation."""

    def __init__(self) -> None:
        super().__init__(STRANGE)


class OvertakenView(SlackTrouble, Overtaken):
    """Slack shows another view by now than the one that was to be replaced."""

    def __init__(self) -> None:
        super().__init__(CONFLICT)


def try_slack(call: Callable[[], SlackResponse]) -> SlackResponse | ChatOutcome:
    """Make a call and return Slack's answer, or the outcome when there is no usable answer."""
    try:
        return call()
    except CALLING as trouble:
        return _classified(trouble)


def ask_slack(call: Callable[[], SlackResponse]) -> SlackResponse:
    """Make a call and return Slack's answer; raise SlackTrouble."""
    found = try_slack(call)
    match found:
        case SlackResponse():
            return found
        case NotPosted(code):
            raise OvertakenView if code == CONFLICT else SlackTrouble(code)
        case Paced(seconds):
            raise SlackTrouble("ratelimited", seconds)
        case _:
            raise SlackTrouble("no_answer")


def wait_of(value: str | None) -> float:
    """Return a Retry-After header in seconds, with a default and limits for odd values."""
    try:
        seconds = float(value or "")
    except ValueError:
        return USUAL_WAIT
    return min(max(seconds, 1.0), LONGEST_WAIT) if seconds == seconds else USUAL_WAIT  # noqa: PLR0124 - NaN


def _classified(trouble: Exception) -> ChatOutcome:
    if isinstance(trouble, SlackApiError) and isinstance(trouble.response, SlackResponse):
        return _refused(trouble.response)
    if _never_left(trouble):
        return NotPosted("unreachable")
    return Unsure(type(_cause(trouble)).__name__)


def _refused(response: SlackResponse) -> ChatOutcome:
    status = response.status_code
    word = response.get("error") if isinstance(response.data, dict) else None
    code = word if isinstance(word, str) and re.fullmatch(r"[a-z][a-z0-9_]{1,60}", word) else ""
    if status == 429 or code in _PACED:
        return Paced(wait_of(response.headers.get("retry-after")))
    if status >= 500 or code in _UNSURE or (status < 400 and not code):
        return Unsure(code or f"http_{status}")
    return NotPosted(code or f"http_{status}")


def _never_left(trouble: Exception) -> bool:
    cause = _cause(trouble)
    if not isinstance(trouble, URLError):  # urllib wraps only errors from before the wait for an answer
        return False
    return isinstance(cause, _NOT_REACHED) or (isinstance(cause, OSError) and cause.errno in _NO_WAY)


def _cause(trouble: Exception) -> BaseException:
    reason = getattr(trouble, "reason", None)
    return reason if isinstance(trouble, URLError) and isinstance(reason, BaseException) else trouble


def _sentence(code: str) -> str:
    if code == STRANGE:
        return "Slack sent an answer that Heard does not understand. Whoever runs Heard finds it in the log."
    if code in {"ratelimited", "no_answer", "unreachable"}:
        return "Slack is not answering just now. Please try again in a minute."
    return _SENTENCES.get(code, f"Slack did not take that ({code}).")
