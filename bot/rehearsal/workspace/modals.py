"""A person's actions in a modal or the home tab (choose, type, submit, close), and the effect of the app's answer."""

from bot.rehearsal.workspace import payloads
from bot.rehearsal.workspace.acting import told
from bot.rehearsal.workspace.blockkit import elements_of
from bot.rehearsal.workspace.delivery import Delivery
from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.methods_views import body_of
from bot.rehearsal.workspace.model import Person
from bot.rehearsal.workspace.team import Team
from bot.rehearsal.workspace.values import chosen, is_missing
from bot.rehearsal.workspace.views import View

MISSING = "Please complete this required field."
_SILENT = frozenset({"input"})


class Modals:
    """Carries out a person's actions in a view by Slack's rules."""

    def __init__(self, team: Team, delivery: Delivery) -> None:
        self._team = team
        self._delivery = delivery

    def choose(
        self, who: str, view_id: str, action_id: str, block_id: str = "", state: Json | None = None, **given: object
    ) -> Json:
        """Press or choose in a view; a plain input only stores what was typed."""
        with self._team.lock:
            person, view = self._seen(who, view_id)
            self._remember(view, state or {})
            block, element = self._element(view, action_id, block_id)
            value = chosen(element, given)
            self._remember(
                view, {block["block_id"]: {action_id: value}} if "value" in value or len(value) > 1 else {}
            )
            if block["type"] in _SILENT and not block.get("dispatch_action"):
                return {"ok": True, "acked": False}
            action = payloads.action(element, block["block_id"], value, self._team.stamps.next())
            trigger = self._team.tickets.trigger(who, view.id)
            payload = {
                **payloads.common("block_actions", person, trigger.id),
                **payloads.in_view(view),
                "actions": [action],
            }
        return told(self._delivery.send("interactive", action_id, payload))

    def submit(self, who: str, view_id: str, state: Json | None = None) -> Json:
        """Submit a modal; return errors by block, or whether it closed."""
        with self._team.lock:
            person, view = self._on_top(who, view_id)
            self._remember(view, state or {})
            errors = _unfinished(view)
            if errors:
                return {"ok": False, "acked": False, "errors": errors, "closed": False}
            payload = payloads.submission(view, person, self._team.tickets.trigger(who, view.id).id)
        outcome = self._delivery.send("interactive", view.body.get("callback_id", ""), payload)
        if not outcome.acked:
            return told(outcome, closed=False)
        with self._team.lock:
            return self._answered(view, outcome.body)

    def _answered(self, view: View, body: Json) -> Json:
        """Apply the app's answer to the modal; one that Slack would refuse is recorded as a stranger."""
        try:
            errors = self._respond(view, body)
        except SlackError as refused:
            self._team.book.stranger("view response", **refused.answer())
            return {"ok": False, "acked": True, "closed": False, "error": refused.code, **refused.extra}
        self._team.changed("view", user=view.user, view_id=view.id)
        closed = view not in self._team.views.stack(view.user)
        answer: Json = {"ok": not errors, "acked": True, "closed": closed}
        return {**answer, "errors": errors} if errors else answer

    def _respond(self, view: View, body: Json) -> Json:
        views = self._team.views
        match body.get("response_action"):
            case "errors":
                return _errors(view, body.get("errors"))
            case "update":
                views.update(view, body_of(self._team, body.get("view"), "modal"))
            case "push":
                views.push(view.user, body_of(self._team, body.get("view"), "modal"))
            case "clear":
                views.clear(view.user)
            case None:
                views.close(view)
            case other:
                raise SlackError("unknown_response_action", response_action=other)
        return {}

    def close(self, who: str, view_id: str, *, clear: bool = False) -> Json:
        """Close a modal, or all of them with `clear`; the app gets view_closed when it asked for that."""
        with self._team.lock:
            person, view = self._on_top(who, view_id)
            closed = self._team.views.stack(who) if clear or view.body.get("clear_on_close") else [view]
            self._team.views.close(closed[0])
            told_of = [payloads.closing(v, person, cleared=clear) for v in closed if v.body.get("notify_on_close")]
        self._team.changed("view", user=who, view_id=view_id)
        for payload in told_of:
            outcome = self._delivery.send("interactive", payload["view"]["callback_id"], payload)
            if not outcome.acked:
                return told(outcome, closed=True)
        return {"ok": True, "closed": True}

    def _seen(self, who: str, view_id: str) -> tuple[Person, View]:
        person, view = self._team.person(who), self._team.views.find(view_id)
        if person is None:
            raise SlackError("user_not_found")
        if view is None or view.user != who:
            raise SlackError("view_not_found")
        return person, view

    def _on_top(self, who: str, view_id: str) -> tuple[Person, View]:
        person, view = self._seen(who, view_id)
        if self._team.views.stack(who)[-1:] != [view]:
            raise SlackError("view_not_on_top")
        return person, view

    def _element(self, view: View, action_id: str, block_id: str) -> tuple[Json, Json]:
        for block, element in elements_of(view.body["blocks"]):
            if element["action_id"] == action_id and block_id in ("", block["block_id"]):
                return block, element
        raise SlackError("no_such_element", offered=[e["action_id"] for _, e in elements_of(view.body["blocks"])])

    def _remember(self, view: View, state: Json) -> None:
        for block_id, actions in state.items():
            for action_id, given in actions.items():
                block, element = self._element(view, action_id, block_id)
                view.state.setdefault(block["block_id"], {})[action_id] = chosen(element, given)


def _unfinished(view: View) -> Json:
    """Return what Slack's own client refuses before the app gets the submission."""
    values = view.values()
    errors: Json = {}
    for block, element in elements_of(view.body["blocks"]):
        if block["type"] != "input":
            continue
        value = values.get(block["block_id"], {}).get(element["action_id"])
        if value is None or (is_missing(value) and not block.get("optional")):
            errors[block["block_id"]] = MISSING
        elif (wrong := _length(element, value)) is not None:
            errors[block["block_id"]] = wrong
    return errors


def _length(element: Json, value: Json) -> str | None:
    length = len(value.get("value") or "") if element["type"] == "plain_text_input" else 0
    if length > element.get("max_length", 3000):
        return f"Please shorten this to {element.get('max_length', 3000)} characters or fewer."
    if 0 < length < element.get("min_length", 0):
        return f"Please lengthen this to {element['min_length']} characters or more."
    return None


def _errors(view: View, errors: object) -> Json:
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("errors_not_on_inputs", errors=errors)
    return errors
