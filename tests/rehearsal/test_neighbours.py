"""Any network can be rehearsed: the desk's own client reads and writes, and the page shows it in that network's words."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

import cli
from bot.domain.mentions.mention import PostRef
from bot.gateways.networks.configured import on_network
from bot.ports import KnowsItself, OutcomeLost, Sent
from bot.ports.network_kind import network_kind
from bot.rehearsal.launch import OnStage, furnish, own_networks
from bot.rehearsal.stage import Stage
from bot.settings import load
from cli.rehearsed import can_be_rehearsed, for_the_stage, on_stage, port_for_webhooks

OTHERS = [one for one in can_be_rehearsed() if one not in {"x", "street"}]
READ = [one for one in OTHERS if one != "webhook"]  # those that are polled
SAID, REPLY = "my parcel 4711 is late again", "That is on us. I will tell you here by 17:00."


class Opened:
    """A stage with all of them, as the command line sees it."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.url = stage, stage.url

    def account(self) -> str:
        return str(self.stage.street.brand.id)

    def others(self) -> list[dict]:
        return requests.get(f"{self.url}/networks/desk", timeout=10).json()

    def shown(self, name: str) -> dict:
        told = requests.get(f"{self.url}/networks/", timeout=10).json()
        return next(one for one in told["others"] if one["name"] == name)

    def posts(self, name: str) -> list[dict]:
        return self.shown(name)["posts"]

    def do(self, name: str, act: str, text: str = "", **more: str) -> requests.Response:
        return requests.post(f"{self.url}/networks/{name}/{act}", json={"text": text, **more}, timeout=10)


@pytest.fixture(scope="module")
def opened() -> Iterator[Opened]:
    named = [one.split("=", 1)[1] for one in for_the_stage(OTHERS, 0) if one.startswith("--network")]
    with Stage(networks=named, also_own=False) as stage:
        yield Opened(stage)


@pytest.fixture(scope="module")
def clients(opened: Opened, tmp_path_factory: pytest.TempPathFactory) -> dict[str, KnowsItself]:
    path, env = furnish(tmp_path_factory.mktemp("state"), opened.url, "1", on_stage(opened, OTHERS), 8099)  # type: ignore[arg-type]
    settings = load(path, env)
    return {one.network: on_network(settings, one) for one in settings.config.accounts}


def said_on(opened: Opened, name: str, text: str) -> dict:
    """Let a customer write, and return the post as the page shows it."""
    first = opened.shown(name)["beginnings"][0]
    choice = first["choices"][0] if first["choices"] else ""
    assert opened.do(name, first["name"], text, choice=choice).status_code == 200
    return next(one for one in opened.posts(name) if one["text"] == text)


@pytest.mark.parametrize("name", READ)
def test_what_a_customer_writes_is_read_and_the_reply_stands_under_it(
    name: str, opened: Opened, clients: dict[str, KnowsItself]
) -> None:
    client, text = clients[name], f"{SAID} on {name}"
    post = said_on(opened, name, text)
    found = [one for batch in client.fetch("mentions", "") for one in batch.posts if one.text.endswith(text)]
    assert [one.ref.post_id for one in found] == [post["id"]]
    assert abs(found[0].posted_at - opened.stage.clock.now()) < timedelta(minutes=1)
    assert isinstance(client.reply(found[0].ref, REPLY, "key-1"), Sent)
    [reply] = [one for one in opened.posts(name) if one["by_app"] and one["text"].endswith(REPLY)]
    assert (reply["ours"], reply["under"]) == (True, post["id"])


@pytest.mark.parametrize("name", READ)
def test_a_lost_answer_leaves_one_reply_on_the_street(
    name: str, opened: Opened, clients: dict[str, KnowsItself]
) -> None:
    post, words = said_on(opened, name, f"nobody answers on {name}"), f"We look into it on {name} now."
    clients[name].verify()  # so that the next call that changes something is the reply
    fault = {"side": name, "method": "POST", "kind": "lost_after"}
    requests.post(f"{opened.url}/stage/faults", json=fault, timeout=10).raise_for_status()
    kind = network_kind(name)
    assert kind is not None
    outcome = clients[name].reply(PostRef(name, clients[name].account, post["id"]), words, "key-2")
    assert isinstance(outcome, OutcomeLost)
    assert len([one for one in opened.posts(name) if one["text"].endswith(words)]) == 1
    assert f"{name}" in requests.get(f"{opened.url}/stage/numbers", timeout=10).json()


@pytest.mark.parametrize("name", READ)
def test_people_can_write_again_edit_answer_from_the_phone_and_delete(name: str, opened: Opened) -> None:
    post = said_on(opened, name, f"where is it, {name}?")
    for act in post["acts"]:
        assert opened.do(name, act, f"{act} on {name}", post=post["id"]).status_code == 200, act
    texts = [one["text"] for one in opened.posts(name)]
    assert post["id"] not in {one["id"] for one in opened.posts(name)}  # the last act deletes it
    kept = [act for act in ("answer", "phone") if act in post["acts"] and name != "google-play"]
    assert all(any(one.endswith(f"{act} on {name}") for one in texts) for act in kept)


def test_each_network_is_shown_in_its_own_words(opened: Opened) -> None:
    opened.do("google-play", "review", "one star only", choice="1")
    opened.do("mastodon", "post", "for your eyes", choice="private mention")
    opened.do("facebook", "message", "my order is 48213")
    shown = {(name, one["text"]): one for name in OTHERS for one in opened.posts(name)}
    review = shown["google-play", "one star only"]
    named = shown["mastodon", "for your eyes"]
    message = shown["facebook", "my order is 48213"]
    assert (review["called"], review["stars"]) == ("review", 1)
    assert (named["private"], named["visibility"]) == (True, "private mention")
    assert (message["called"], message["private"]) == ("private message", True)


@pytest.mark.parametrize(
    ("name", "act", "said", "status"),
    [
        ("nowhere", "post", {"text": "hello"}, 404),
        ("bluesky", "shout", {"text": "hello"}, 400),
        ("bluesky", "post", {"text": "  "}, 400),
        ("bluesky", "post", {"text": "x" * 30_000}, 400),
        ("bluesky", "answer", {"text": "hello", "post": "at://nobody"}, 404),
        ("google-play", "review", {"text": "hello", "choice": "9"}, 400),
        ("mastodon", "post", {"text": "hello", "choice": "everybody"}, 400),
        ("webhook", "post", {"text": "hello"}, 400),  # no desk listens
    ],
)
def test_what_cannot_be_done_is_said(opened: Opened, name: str, act: str, said: dict, status: int) -> None:
    answer = requests.post(f"{opened.url}/networks/{name}/{act}", json=said, timeout=10)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_the_choice_of_networks_is_checked_and_told_to_the_stage() -> None:
    refused = CliRunner().invoke(cli.main, ["rehearse", "--network", "nowhere"])
    assert (refused.exit_code, "nowhere cannot be rehearsed; there are x, " in refused.output) == (2, True)
    assert for_the_stage([], 0) == []
    assert for_the_stage(["x"], 0) == []
    assert for_the_stage(["x", "mastodon"], 0) == ["--network=mastodon|Mastodon|bot.rehearsal.mastodon:mastodon"]
    assert for_the_stage(["mastodon"], 0)[-1] == "--only-these"
    assert port_for_webhooks(["x", "mastodon"]) == 0
    assert port_for_webhooks(["webhook"]) > 0


def test_a_rehearsal_without_a_choice_is_as_it_was(tmp_path: Path) -> None:
    assert on_stage(None, []) is None  # type: ignore[arg-type]
    path, env = furnish(tmp_path, "http://127.0.0.1:8030", "4711")
    accounts = load(path, env).config.accounts
    assert [(one.network, one.id) for one in accounts] == [("x", "4711"), ("street", "4711")]
    assert own_networks("4711", ["street"]) == [OnStage(network="street", handle="northwind", id="4711")]
