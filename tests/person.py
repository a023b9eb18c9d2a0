"""A person's actions on the stage's page, as calls: press, write, submit, type, post on the street."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

import requests

PROMISE = "promise_select"
PATIENCE = 120.0  # real seconds after which a test fails; a busy machine needs many, and nobody else waits for them


def until(question: Callable[[], Any], what: str = "", patience: float = PATIENCE) -> Any:
    """Call `question` until its answer is true, and return it; fail with `what` after the time."""
    give_up = monotonic() + patience
    while monotonic() < give_up:
        answer = question()
        if answer:
            return answer
        sleep(0.05)
    raise AssertionError(f"this did not come to pass: {what or question}")


@dataclass(frozen=True)
class Person:
    """A person in the make-believe workspace."""

    url: str
    id: str

    def messages(self, channel: str, thread: str = "") -> list[dict[str, Any]]:
        asked = {"as": self.id, "channel": channel, **({"thread": thread} if thread else {})}
        return self._get("/people/messages", asked)

    def press(self, message: dict[str, Any], action: str, option: str = "") -> dict[str, Any]:
        element = next(one for one in elements(message["blocks"]) if one.get("action_id") == action)
        said: dict[str, Any] = {
            "as": self.id,
            "channel": message["channel"],
            "ts": message["ts"],
            "action_id": action,
        }
        if option:
            said["selected_option"] = next(one for one in element["options"] if one["value"].startswith(option))
        elif "value" in element:
            said["value"] = element["value"]
        return self._post("/people/press", said)

    def view(self) -> dict[str, Any]:
        return until(lambda: self._get("/people/views", {"as": self.id}), "a form opened")[-1]

    def views(self) -> list[dict[str, Any]]:
        return self._get("/people/views", {"as": self.id})

    def submit(self, values: dict[str, str]) -> dict[str, Any]:
        """Send the open form with `values` by action id."""
        view = self.view()
        state: dict[str, Any] = {}
        for block in view["view"]["blocks"]:
            element = block.get("element", {})
            action = element.get("action_id")
            if not action:
                continue
            state[block["block_id"]] = {action: entered(element, values.get(action))}
        asked = PROMISE in str(view)
        answer = self._post("/people/submit", {"as": self.id, "view_id": view["id"], "state": state})
        if not asked and any(PROMISE in str(one) for one in self.views()):
            return self.submit(values)  # the words promise a moment: confirm the promise
        return answer

    def choose(self, action: str, value: str) -> dict[str, Any]:
        """Choose from a select in the open form."""
        view = self.view()
        for block in view["view"]["blocks"]:
            for element in elements([block]):
                if element.get("action_id") == action:
                    option = next(one for one in options(element) if one["value"] == value)
                    said = {"as": self.id, "view_id": view["id"], "action_id": action, "block_id": block["block_id"]}
                    return self._post("/people/view_action", {**said, "selected_option": option, "state": {}})
        raise AssertionError(f"the form has no {action}")

    def command(self, text: str) -> dict[str, Any]:
        return self._post(
            "/people/command", {"as": self.id, "channel": "C0CARE0001", "command": "/care", "text": text}
        )

    def type(self, channel: str, text: str, thread: str = "") -> dict[str, Any]:
        return self._post(
            "/people/messages", {"as": self.id, "channel": channel, "text": text, "thread_ts": thread or None}
        )

    def direct_messages(self) -> list[dict[str, Any]]:
        rooms = [one for one in self._get("/people/channels", {"as": self.id}) if one["is_im"]]
        return [message for room in rooms for message in self.messages(room["id"])]

    def _get(self, path: str, asked: dict[str, Any]) -> Any:
        answer = requests.get(self.url + path, params=asked, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def _post(self, path: str, said: dict[str, Any]) -> dict[str, Any]:
        return requests.post(self.url + path, json=said, timeout=20).json()


def entered(element: dict[str, Any], value: str | None) -> dict[str, Any]:
    """Return the state of an input: what was typed or chosen, else its initial value."""
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": element.get("initial_value") if value is None else value}
    if kind == "users_select":
        return {"type": kind, "selected_user": value or element.get("initial_user")}
    chosen = next((one for one in options(element) if one["value"] == value), element.get("initial_option"))
    return {"type": kind, "selected_option": chosen}


def options(element: dict[str, Any]) -> list[dict[str, Any]]:
    grouped = [one for group in element.get("option_groups", []) for one in group["options"]]
    return [*element.get("options", []), *grouped]


def elements(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield every interactive element of a message or form."""
    for block in blocks:
        yield from block.get("elements", [])
        yield from (block[name] for name in ("accessory", "element") if name in block)


@dataclass(frozen=True)
class Street:
    """The make-believe network, as customers and the brand's phone use it."""

    url: str

    def post(self, text: str, *, handle: str = "priya_n", to: str = "", **facts: Any) -> str:
        said = {"handle": handle, "name": "Priya N", "text": text, "in_reply_to": to or None, **facts}
        answer = requests.post(f"{self.url}/street/posts", json=said, timeout=20).json()
        assert answer["ok"], answer
        return str(answer["id"])

    def conversation(self, root: str) -> list[dict[str, Any]]:
        found = requests.get(f"{self.url}/street/posts", params={"conversation": root}, timeout=20).json()
        return found if isinstance(found, list) else found["posts"]

    def by_the_brand(self, root: str) -> list[dict[str, Any]]:
        return [one for one in self.conversation(root) if one["brand"]]

    def rename(self, handle: str, to: str, name: str) -> None:
        answer = requests.post(f"{self.url}/street/accounts/{handle}", json={"handle": to, "name": name}, timeout=20)
        assert answer.ok, answer.text

    def delete(self, post: str) -> None:
        requests.delete(f"{self.url}/street/posts/{post}", timeout=20)

    def fault(self, **fault: Any) -> None:
        answer = requests.post(f"{self.url}/stage/faults", json=fault, timeout=20)
        assert answer.ok, answer.text

    def ledger(self) -> dict[str, Any]:
        return requests.get(f"{self.url}/stage/ledger", timeout=20).json()
