"""A tool pushes a complaint in, signed; the approved answer is told to its receiver, signed, and once."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.base.tables import CaseState, DraftState
from bot.gateways.networks.own_account_only import ourselves
from bot.gateways.networks.webhook import WebhookNetwork
from bot.gateways.networks.webhook_format import signing_headers
from bot.gateways.networks.webhook_guide import EXAMPLE, guide, send_trial
from bot.gateways.networks.webhook_inbox import WebhookInbox
from bot.ports import Desk
from bot.ports.network_kind import AccountGiven
from bot.rehearsal.door import CallIn, GivenAnswer, served
from bot.rehearsal.receiver import SECRET, Receiver, receiver
from bot.services.replies import sending
from handlers.webhooks import WebhookDoor, Webhooks, webhook_path, webhook_url
from storage import SqlStore
from tests.fakes import ANA, BEN, a_desk
from tests.services.journey import approve, draft_of, written

PAGE = (Path(__file__).parents[2] / "docs" / "webhook-network.md").read_text(encoding="utf-8")
KEY = ("webhook", "forum")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class Scene:
    """A desk with its door for webhooks, and the receiver."""

    desk: Desk
    app: Webhooks
    there: Receiver

    def push(self, *events: Any, at: datetime = NOW, to: tuple[str, str] = KEY) -> tuple[int, str]:
        """Send a signed request through the door's application, as a tool does."""
        body, answered = json.dumps(list(events)).encode(), list[int]()
        headers = {
            f"HTTP_{name.upper().replace('-', '_')}": v for name, v in signing_headers(SECRET, body, at).items()
        }
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": webhook_path(*to),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            **headers,
        }
        said = self.app(environ, lambda status, _: answered.append(int(status.split()[0])))
        return answered[0], b"".join(said).decode()

    def texts(self) -> list[str]:
        return [one.text for case in self.desk.store.queue() for one in self.desk.store.mentions(case.id)]


@pytest.fixture
def scene(store: SqlStore) -> Iterator[Scene]:
    with receiver() as there:
        given = AccountGiven(
            id="forum", handle="northwind", secrets=there.secrets, api_url=there.api_url, options=there.options
        )
        desk = a_desk(store, networks={KEY: ourselves(WebhookNetwork(given, timeout=5.0))})
        yield Scene(desk, Webhooks(desk, {KEY: WebhookInbox(given)}, lambda *_: None, lambda: NOW), there)


def complaint(post_id: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": post_id, "author": {"id": "u7", "handle": "priya_n"}, "text": text, **more}


def test_a_pushed_complaint_is_answered_at_the_receiver_once(scene: Scene) -> None:
    post_id = scene.there.say("charged twice and nobody answers").removeprefix("forum:")
    assert scene.push(complaint(post_id, "charged twice and nobody answers")) == (200, "")
    written(scene.desk, 1, by=ANA, text="Priya, charged twice is on us. I will tell you here by 17:00.")
    approve(scene.desk, by=BEN)
    for _ in range(2):
        sending.send_due(scene.desk, scene.desk.clock.now())
    assert [(one.text, one.answers) for one in scene.there.public()] == [
        ("Priya, charged twice is on us. I will tell you here by 17:00.", "forum:p1")
    ]
    assert draft_of(scene.desk).state == DraftState.SENT
    assert draft_of(scene.desk).attempt.url == "https://forum.example/posts/r1"  # type: ignore[union-attr]


def test_edits_and_deletions_reach_the_case_and_a_request_with_a_fault_does_nothing(scene: Scene) -> None:
    first = complaint("1", "charged twice")
    assert scene.push(first, complaint("2", "and late", parent_id="1"))[0] == 200
    status, said = scene.push({**first, "event": "edit", "text": "charged three times"}, {"event": "delete"})
    assert (status, said.partition(".")[0], scene.texts()) == (
        400,
        "Nothing was taken",
        ["charged twice", "and late"],
    )
    scene.push({**first, "event": "edit", "text": "charged three times"}, {"event": "delete", "id": "2"})
    assert scene.texts() == ["charged three times", ""]


def test_a_private_message_opens_a_private_case(scene: Scene) -> None:
    scene.push(complaint("1", "my card number is on your page", private=True))
    [case] = scene.desk.store.queue()
    assert (case.private, case.state) == (True, CaseState.NEW)


def test_the_same_post_in_another_request_is_one_post(scene: Scene) -> None:
    for second in range(3):
        assert scene.push(complaint("1", "charged twice"), at=NOW.replace(second=second))[0] == 200
    assert scene.texts() == ["charged twice"]


# --- how somebody connects --------------------------------------------------------------------------------------------


@pytest.fixture
def door(scene: Scene) -> Iterator[WebhookDoor]:
    scene.app._now = lambda: datetime.now(UTC)
    opened = WebhookDoor(scene.app, "127.0.0.1", 0)
    opened.start()
    yield opened
    opened.stop()


def test_the_example_of_the_page_brings_a_post_in(scene: Scene, door: WebhookDoor) -> None:
    [example] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert example == EXAMPLE
    code = example.replace("ADDRESS", webhook_url("127.0.0.1", door.port, *KEY))
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "WEBHOOK_SECRET": SECRET},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert (ran.stdout, scene.texts()) == ("200\n", ["charged twice, and nobody answers"])


def test_a_trial_post_says_what_became_of_it(scene: Scene, door: WebhookDoor) -> None:
    address = webhook_url("", door.port, *KEY)
    taken, said = send_trial(address, SECRET, datetime.now(UTC))
    assert (taken, said.startswith("The desk has stored the post trial-")) == (True, True)
    assert scene.texts()[0].startswith("This is a trial post")
    for where, secret, sentence in [
        (address, "hunter2", "WEBHOOK_SECRET has fewer than 32 signs"),
        (
            address,
            "of another shell, long enough to be used",
            "The running desk has another WEBHOOK_SECRET than this command",
        ),
        (address + "2", SECRET, "The running desk does not know this account yet."),
        ("http://127.0.0.1:9/", SECRET, "Nobody listens at http://127.0.0.1:9/."),
    ]:
        taken, said = send_trial(where, secret, datetime.now(UTC))
        assert (taken, said.startswith(sentence)) == (False, True), said


def test_the_guide_names_the_address_the_headers_and_the_receiver() -> None:
    text = guide("forum", "@northwind", {"receiver": "https://forum.example/heard"}, webhook_url("::", 3001, *KEY))
    for named in (
        "Posts for @northwind (forum)",
        "http://[::1]:3001/webhooks/webhook/forum",
        "Heard-Timestamp",
        "Heard-Signature",
        "told to https://forum.example/heard",
    ):
        assert named in text
    assert "go out by hand" in guide("forum", "northwind", {}, "http://127.0.0.1:3001/")


def test_two_tools_may_use_the_same_ids(scene: Scene) -> None:
    shop = ("webhook", "shop")
    given = AccountGiven(id="shop", handle="northwind", secrets=scene.there.secrets)
    desk = replace(scene.desk, networks={**scene.desk.networks, shop: ourselves(WebhookNetwork(given))})
    scene.push(complaint("1", "charged twice"))
    scene.app = Webhooks(desk, {shop: WebhookInbox(given)}, lambda *_: None, lambda: NOW)
    assert scene.push(complaint("1", "the lamp is broken"), to=shop)[0] == 200
    assert sorted(scene.texts()) == ["charged twice", "the lamp is broken"]
    scene.push({"event": "delete", "id": "1"}, to=shop)
    assert sorted(scene.texts()) == ["", "charged twice"]


@dataclass
class LosesAnAnswer:
    """A receiver whose first answer to a reply is lost after the post was made."""

    there: Receiver
    calls: list[str] = field(default_factory=list)

    def __call__(self, call: CallIn) -> GivenAnswer:
        self.calls.append(call.method)
        given = self.there.answer(call)
        return given if len(self.calls) > 1 else GivenAnswer(504, {})


@pytest.mark.parametrize(
    ("option", "calls", "state"),
    [
        ("finds_by_key", ["POST", "GET"], DraftState.SENT),
        ("one_post_per_key", ["POST", "POST"], DraftState.SENT),
        ("", ["POST"], DraftState.UNCONFIRMED),
    ],
)
def test_a_reply_whose_answer_was_lost_is_one_post(
    store: SqlStore, option: str, calls: list[str], state: DraftState
) -> None:
    there = Receiver()
    answer = LosesAnAnswer(there)
    with served(answer) as url:
        options = {option: "yes"} if option else {}
        given = AccountGiven(id="forum", handle="northwind", secrets=there.secrets, api_url=url, options=options)
        desk = a_desk(store, networks={KEY: ourselves(WebhookNetwork(given, timeout=5.0))})
        scene = Scene(desk, Webhooks(desk, {KEY: WebhookInbox(given)}, lambda *_: None, lambda: NOW), there)
        scene.push(complaint(there.say("charged twice").removeprefix("forum:"), "charged twice"))
        written(desk, 1, by=ANA, text="Priya, charged twice is on us. I will tell you here by 17:00.")
        approve(desk, by=BEN)
        for _ in range(12):
            sending.send_due(desk, desk.clock.now())
            sending.check_due_outcomes(desk, desk.clock.now())
            desk.clock.move(minutes=1)  # type: ignore[attr-defined]
    assert (answer.calls, draft_of(desk).state, len(there.public())) == (calls, state, 1)
