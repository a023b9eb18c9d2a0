"""What can be pressed, chosen, typed and sent: each as a function of a desk's hands and of the person."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from bot.blocks.base import ids
from handlers.listeners import SEND_TO_CARE
from tests.fakes import ANA, CARE, DEE
from tests.handlers.pressing import Hands

ROUTES = {ids.REST_CHOICE}  # inputs whose every answer leads somewhere else
TYPED = {
    ids.WORDS_INPUT: "Thank you for telling us, we are on it. ^AN",
    ids.LINK_INPUT: "https://x.example/northwind/status/991",
    ids.SAME_PERSON_INPUT: "@rita",
    ids.ASSIGNEE_SELECT: DEE,
    ids.PARTS_CHOICE: "1",
    ids.ORDER_INPUT: "NW-48213",
    ids.TEMPLATE_SELECT: "acknowledgement",
}
ALONE = {"type": "message", "channel_id": CARE, "message_ts": "9.000100", "is_ephemeral": True}

Element = Mapping[str, Any]


@dataclass
class Presser(Hands):
    """A person's hands, and what the last form that was sent was answered."""

    answered: Mapping[str, Any] = field(default_factory=dict)


Do = Callable[[Presser, str], bool]  # whether it was done; False: it was refused


@dataclass(frozen=True)
class Step:
    """One press: what is pressed, as the table names it, and how."""

    name: str
    do: Do


def pressable(blocks: Any) -> Iterator[tuple[str, Element]]:
    """Yield each button and each choice of each menu as its name in the table and as Slack sends it."""
    for element in every_element(blocks):
        if element["type"] in {"overflow", "static_select"}:
            for option in _options(element):
                chosen = {"type": element["type"], "action_id": element["action_id"], "selected_option": option}
                routes = element["action_id"] == ids.CASE_MORE
                kind = option["value"].partition(":")[0] if routes else ""
                yield f"{element['action_id']} {kind}".strip(), chosen
        elif element["type"] == "button":
            yield element["action_id"], element


def every_element(blocks: Any) -> Iterator[Element]:
    """Yield the elements of messages and tabs that can be pressed."""
    for block in blocks:
        yield from (one for one in block.get("elements", []) if "action_id" in one)
        if "action_id" in block.get("accessory", {}):
            yield block["accessory"]


def pressing(element: Element, place: Mapping[str, Any]) -> Do:
    """Return the press of a button of a message."""

    def do(hands: Presser, by: str) -> bool:
        return bool(hands.dispatch(hands.click({**element, "block_id": "b"}, by, **place)).status == 200)

    return do


def pressing_home(element: Element) -> Do:
    """Return the press of a button of the home tab."""

    def do(hands: Presser, by: str) -> bool:
        return bool(hands.dispatch(hands.on_home({**element, "block_id": "b"}, by)).status == 200)

    return do


def opening_home(hands: Presser, by: str) -> bool:
    """Open the home tab."""
    return bool(hands.open_home(by))


EVENTS: Mapping[str, Mapping[str, Any]] = {
    "channel_shared": {"channel": CARE},
    "channel_unshared": {"channel": CARE},
    "user_change": {"user": {"id": DEE}},
    "subteam_updated": {"subteam": {"id": "S0APPROVERS"}},
    "subteam_members_changed": {"subteam_id": "S0APPROVERS"},
    "message": {"channel": CARE, "text": "typed in a thread", "user": ANA},
}


def happening(kind: str, facts: Mapping[str, Any]) -> Do:
    """Return the telling of an event."""
    return lambda hands, _: bool(hands.event(kind, **facts).status == 200)


def shortcut(hands: Presser, by: str) -> bool:
    """Send a message with a link to the desk."""
    message = {"text": "https://x.example/someone/status/5552 They say it is late", "ts": "8.000100"}
    body = hands.click({}, by, type="message_action", callback_id=SEND_TO_CARE, message=message)
    return bool(hands.dispatch(body).status == 200)


def typing(words: str) -> Do:
    """Return the typing of a command; numbers of cases in braces are filled in."""

    def do(hands: Presser, by: str) -> bool:
        answer = hands.command(words, by)
        hands.chat.whispers.append(_as_message(answer))
        return True

    return do


def _as_message(answer: Mapping[str, Any]) -> Any:
    from bot.ports import Message

    return Message(text=answer["text"], blocks=answer.get("blocks", []))


# --- forms --------------------------------------------------------------------------------------------------


def in_form(view: Mapping[str, Any]) -> list[Step]:
    """Return what can be done with an open form: its buttons, the inputs that report, sending and closing it."""
    found: list[Step] = []
    for block in view["blocks"]:
        if block["type"] == "input" and block.get("dispatch_action"):
            found.append(Step(block["element"]["action_id"], changing(block["element"]["action_id"])))
    found += [Step(name, in_view(one)) for name, one in pressable(view["blocks"])]
    form = view["callback_id"]
    if form == ids.REPLY_MODAL:  # of a form that was opened under an older version
        found.append(Step(ids.FILL_IN, in_view({"type": "button", "action_id": ids.FILL_IN, "value": ""})))
    if "submit" in view:
        found += [Step(f"{form} {route}".strip(), sending(given)) for route, given in ways(view)]
    if view.get("notify_on_close"):
        found.append(Step(f"{form} closed", closing))
    return found


def ways(view: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the ways to fill in a form, each with the name of where it leads."""
    given: dict[str, str] = {}
    routes: list[tuple[str, str]] = []
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        given |= _given(block["block_id"], element)
        if element["action_id"] in ROUTES:
            routes = [(element["action_id"], one["value"]) for one in element["options"]]
    for action, value in routes:
        yield value, {**given, action: value}
    if not routes:
        yield "", given
        yield "", {**given, **_otherwise(view)}


def _given(block: str, element: Element) -> dict[str, str]:
    action = element["action_id"]
    if element["type"] in {"static_select", "radio_buttons"}:
        first = element.get("initial_option") or _first(element)
        offered = {one["value"] for one in _options(element)}
        return {action: TYPED[action] if TYPED.get(action) in offered else first["value"]} if first else {}
    if element["type"] == "checkboxes":
        return {}
    if element["type"] == "users_select":
        return {action: DEE}
    if element.get("initial_value"):
        return {}
    return {block: TYPED.get(action, "Because it is so")}


def _first(element: Element) -> Element | None:
    return next(iter(_options(element)), None)


def _options(element: Element) -> Sequence[Element]:
    return element.get("options") or [one for group in element.get("option_groups", []) for one in group["options"]]


def _otherwise(view: Mapping[str, Any]) -> dict[str, str]:
    """Return the second option of each choice and more words, for a form that was refused as it stood."""
    found = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        if element.get("initial_value"):
            found[block["block_id"]] = f"{element['initial_value']} Sorry."
        if block["type"] == "input" and element.get("type") in {"static_select", "radio_buttons"}:
            options = _options(element)
            found |= {element["action_id"]: options[1]["value"]} if len(options) > 1 else {}
    return found


def sending(given: Mapping[str, str]) -> Do:
    """Return the sending of the open form; a form that comes back with more to answer is the next one."""

    def do(hands: Presser, by: str) -> bool:
        answer = hands.send_view(hands.filled(hands.form(), given), by)
        hands.answered = answer
        if "view" in answer:
            hands.chat.views.append(answer["view"])
        return answer.get("response_action") != "errors"

    return do


def closing(hands: Presser, by: str) -> bool:
    """Close the open form."""
    hands.close(by)
    return True


def changing(action: str) -> Do:
    """Return the change of a reporting input of the open form."""

    def do(hands: Presser, by: str) -> bool:
        [element] = [
            one["element"] for one in hands.form()["blocks"] if one.get("element", {}).get("action_id") == action
        ][:1]
        if element["type"] in {"static_select", "radio_buttons"}:
            offered = {one["value"]: one for one in _options(element)}
            chosen = offered.get(TYPED.get(action, ""), _first(element))
            given = {action: chosen["value"]} if chosen else {}
            return in_view({"type": element["type"], "action_id": action, "selected_option": chosen}, given)(
                hands, by
            )
        hands.change(action, by, **{action: TYPED.get(action, "Because it is so")})
        return True

    return do


def in_view(element: Element, given: Mapping[str, str] = MappingProxyType({})) -> Do:
    """Return the press of a button of the open form."""

    def do(hands: Presser, by: str) -> bool:
        view = hands.filled(hands.form(), given)
        body = hands.click({**element, "block_id": "b"}, by, view=view, container={"type": "view", "view_id": "V1"})
        del body["response_url"], body["channel"]
        return bool(hands.dispatch(body).status == 200)

    return do
