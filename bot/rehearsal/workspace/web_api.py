"""The Web API's entry: checks token, rate, scope and arguments, then runs the method."""

from dataclasses import dataclass

from bot.rehearsal.workspace import methods_app, methods_chat, methods_people, methods_rooms, methods_views
from bot.rehearsal.workspace.asked import Asked, Method
from bot.rehearsal.workspace.cast import OTHER_BOT_TOKEN
from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.limits import Limiter
from bot.rehearsal.workspace.team import Team

METHODS: dict[str, Method] = {
    **methods_app.METHODS,
    **methods_chat.METHODS,
    **methods_people.METHODS,
    **methods_rooms.METHODS,
    **methods_views.METHODS,
}
# Error codes that any method may return; each method declares its own in addition.
COMMON_ERRORS = frozenset(
    {"not_authed", "invalid_auth", "not_allowed_token_type", "missing_scope", "ratelimited", "invalid_arguments"}
)
_POSTS = "chat.postMessage"
_EVERYWHERE = {"token", "team_id"}  # the SDK adds the team to every call of a client that Bolt made


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one call."""

    body: Json
    status: int = 200
    retry_after: int | None = None


class WebApi:
    """Answers Web API calls as Slack does, with the checks in Slack's order."""

    def __init__(self, team: Team, limiter: Limiter, *, bot_token: str, app_token: str) -> None:
        self._team = team
        self._limiter = limiter
        self._tokens = {bot_token: "bot", app_token: "app"}

    def call(self, name: str, token: str, given: Json, base_url: str = "") -> Answer:
        """Answer one call and record it in the book."""
        with self._team.lock:
            answer = self._answer(name, token, given, base_url)
        self._team.book.call(name, "ok" if answer.body["ok"] else answer.body["error"])
        return answer

    def _answer(self, name: str, token: str, given: Json, base_url: str) -> Answer:
        try:
            asked_for = self._method(name)
            if token == OTHER_BOT_TOKEN:
                return Answer(methods_app.of_other_app(name))
            self._admit(asked_for, token)
            wait = self._wait(name, asked_for, given)
            if wait:
                return Answer({"ok": False, "error": "ratelimited"}, 429, wait)
            self._know(name, asked_for, given)
            return Answer(self._done(name, asked_for, Asked(self._team, given, base_url)))
        except SlackError as refused:
            return Answer(refused.answer())

    def _done(self, name: str, asked_for: Method, asked: Asked) -> Json:
        """Run the method; an error code that it does not declare is a defect of the stage, and recorded as one."""
        try:
            return asked_for.deed(asked)
        except SlackError as refused:
            if refused.code not in asked_for.errors | COMMON_ERRORS and name != "api.test":
                self._team.book.stranger("refusal", method=name, error=refused.code)
            raise

    def _method(self, name: str) -> Method:
        if name not in METHODS:
            self._team.book.stranger("method", method=name)
            raise SlackError("unknown_method", req_method=name)
        return METHODS[name]

    def _admit(self, asked_for: Method, token: str) -> None:
        if asked_for.caller == "none":
            return
        if not token:
            raise SlackError("not_authed")
        if token not in self._tokens:
            raise SlackError("invalid_auth")
        if self._tokens[token] != asked_for.caller:
            raise SlackError("not_allowed_token_type")
        scopes = self._team.rights.scopes
        if asked_for.caller == "bot" and asked_for.needs and not scopes & set(asked_for.needs):
            raise SlackError("missing_scope", needed=",".join(asked_for.needs), provided=",".join(sorted(scopes)))

    def _wait(self, name: str, asked_for: Method, given: Json) -> int:
        channel = self._team.room(str(given.get("channel"))) if name == _POSTS else None
        return self._limiter.wait_for(name, asked_for.per_minute, channel.id if channel else "")

    def _know(self, name: str, asked_for: Method, given: Json) -> None:
        unknown = sorted(set(given) - asked_for.takes - _EVERYWHERE)
        if unknown and name != "api.test":
            self._team.book.stranger("argument", method=name, arguments=unknown)
            told = [f"[ERROR] unknown argument: {each}" for each in unknown]
            raise SlackError("invalid_arguments", response_metadata={"messages": told})
