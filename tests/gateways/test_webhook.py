"""The webhook/JSON network: what was approved is told to the receiver once, and its answers are taken at their word."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.base.moments import EPOCH
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.outcome_checks import ALWAYS_SAFE, NEVER_SAFE
from bot.gateways.networks.webhook import WebhookNetwork
from bot.gateways.networks.webhook_format import SIGNATURE, TIMESTAMP, signing_headers
from bot.gateways.networks.webhook_inbox import WebhookInbox
from bot.gateways.networks.webhook_kind import KIND
from bot.ports import Delivery, Hook, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, Sent, SignedWith, Unusable
from bot.ports.network_kind import AccountGiven
from bot.rehearsal.door import CallIn, GivenAnswer, served
from bot.rehearsal.receiver import SECRET, Receiver, receiver

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TARGET = PostRef("webhook", "forum", "forum:4711")
GIVEN = AccountGiven(id="forum", handle="@northwind", secrets={"WEBHOOK_SECRET": SECRET})


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as opened:
        yield opened


def told(there: Receiver, **options: str) -> WebhookNetwork:
    return WebhookNetwork(replace(GIVEN, api_url=there.api_url, options=options), timeout=5.0)


def answering(status: int, said: object) -> Any:
    return served(lambda call: GivenAnswer(status, said))


def outcome_of(status: int, said: object) -> object:
    with answering(status, said) as url:
        return WebhookNetwork(replace(GIVEN, api_url=url), timeout=5.0).reply(TARGET, "That is on us.", "k1")


# --- telling ----------------------------------------------------------------------------------------------------------


def test_an_approved_reply_is_told_signed_and_is_where_the_receiver_says(there: Receiver) -> None:
    target = replace(TARGET, post_id=there.say("charged twice"))
    sent = told(there).reply(target, "Größe & 👩‍👩‍👧‍👦\n<b>", "k1")
    assert sent == Sent("forum:r1", "https://forum.example/posts/r1")
    assert [(one.text, one.answers) for one in there.public()] == [("Größe & 👩‍👩‍👧‍👦\n<b>", "forum:p1")]


def test_what_is_told_is_one_object_that_the_docs_describe() -> None:
    calls: list[CallIn] = []

    def answer(call: CallIn) -> GivenAnswer:
        calls.append(call)
        return GivenAnswer(200, {"id": "r1"})

    with served(answer) as url:
        WebhookNetwork(replace(GIVEN, api_url=f"{url}/heard")).reply(TARGET, "That is on us.", "k1")
    [call] = calls
    assert (call.method, call.path) == ("POST", "/heard")
    assert json.loads(call.raw) == {
        "event": "reply.send",
        "key": "k1",
        "account": "forum",
        "answers": "4711",
        "text": "That is on us.",
    }


@pytest.mark.parametrize(
    ("status", "said", "outcome"),
    [
        (200, {"id": "r1"}, Sent("forum:r1", "")),
        (200, {"id": "r1", "url": "javascript:alert(1)"}, Sent("forum:r1", "")),
        (
            403,
            {"key": "k1", "why": "The thread\nis locked."},
            NotSent("The receiver does not post it: The thread is locked."),
        ),
        (
            429,
            {"key": "k1", "why": "Slow down.", "retry_after": 60},
            NotSent("The receiver does not post it: Slow down.", retry_after=timedelta(minutes=1)),
        ),
        (
            422,
            {"key": "k1", "why": "Too long.", "by_hand": True, "retry_after": 10**30},
            NotSent("The receiver does not post it: Too long.", by_hand=True),
        ),
    ],
)
def test_an_answer_that_says_what_it_is_about_is_taken_at_its_word(
    status: int, said: object, outcome: object
) -> None:
    assert outcome_of(status, said) == outcome


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, {}),
        (200, {"id": 7}),
        (200, {"id": "a b"}),
        (200, [{"id": "r1"}]),
        (404, {"why": "Not found."}),  # a proxy in between could say so
        (404, {"key": "k2", "why": "Another one."}),
        (400, {"key": "k1"}),
        (401, {"key": "k1", "why": "  "}),
        (500, {"key": "k1", "why": "Broken."}),
        (302, {"key": "k1", "why": "Elsewhere."}),
    ],
)
def test_any_other_answer_leaves_the_outcome_unknown(status: int, said: object) -> None:
    assert isinstance(outcome_of(status, said), OutcomeLost)


def test_a_reply_is_taken_back_where_the_receiver_says_so(there: Receiver) -> None:
    target = replace(TARGET, post_id=there.say("charged twice"))
    network = told(there)
    network.reply(target, "That is on us.", "k1")
    assert network.take_back("forum:r1") == Sent("forum:r1", "")
    assert there.public() == []
    assert network.take_back("forum:r9") == NotSent("The receiver does not post it: There is no such post.")
    with answering(200, {"ok": True}) as url:
        assert isinstance(WebhookNetwork(replace(GIVEN, api_url=url)).take_back("forum:r1"), OutcomeLost)


def test_without_a_receiver_everything_goes_out_by_hand() -> None:
    network = WebhookNetwork(GIVEN)
    for outcome in (network.reply(TARGET, "That is on us.", "k1"), network.take_back("forum:r1")):
        assert isinstance(outcome, NotSent)
        assert outcome.by_hand


# --- after an unknown outcome -----------------------------------------------------------------------------------------


def test_a_key_is_found_or_proven_absent_where_the_receiver_can_be_asked(there: Receiver) -> None:
    target = replace(TARGET, post_id=there.say("charged twice"))
    network = told(there, finds_by_key="yes")
    assert network.find_reply(target, "", EPOCH, "k&1=ü") == ProvenAbsent()
    sent = network.reply(target, "That is on us.", "k&1=ü")
    assert network.find_reply(target, "", EPOCH, "k&1=ü") == sent


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, {}),
        (404, {"key": "k2", "absent": True}),
        (404, {"key": "k1", "absent": "yes"}),
        (410, {"key": "k1", "absent": True}),
        (200, {"id": "r1"}),
        (200, {"key": "k1"}),
        (500, {}),
    ],
)
def test_another_answer_proves_nothing(status: int, said: object) -> None:
    with answering(status, said) as url:
        network = WebhookNetwork(replace(GIVEN, api_url=url, options={"finds_by_key": "yes"}))
        with pytest.raises(NetworkTrouble):
            network.find_reply(TARGET, "", EPOCH, "k1")


def test_a_receiver_that_cannot_be_asked_is_told_again_only_if_the_configuration_says_so(there: Receiver) -> None:
    once, unknown = told(there, one_post_per_key="yes"), told(there)
    assert (once.safe_repeat, once.find_reply(TARGET, "", EPOCH, "k1")) == (ALWAYS_SAFE, None)
    assert unknown.safe_repeat == NEVER_SAFE
    with pytest.raises(NetworkTrouble, match="cannot be asked"):
        unknown.find_reply(TARGET, "", EPOCH, "k1")


# --- coming in --------------------------------------------------------------------------------------------------------

BODY = b'{"id": "4711", "author": {"id": "u7"}, "text": "charged twice"}'


def hook(body: bytes = BODY, secret: str = SECRET, at: datetime = NOW, **headers: str) -> Hook:
    signed = {name.lower(): value for name, value in signing_headers(secret, body, at).items()}
    return Hook(headers=signed | headers, body=body)


@pytest.mark.parametrize(
    ("request_", "signed"),
    [
        (hook(), SignedWith.OUR_SECRET),
        (hook(at=NOW - timedelta(minutes=5)), SignedWith.OUR_SECRET),
        (hook(at=NOW + timedelta(minutes=5)), SignedWith.OUR_SECRET),
        (hook(at=NOW - timedelta(minutes=5, seconds=1)), SignedWith.ANOTHER_SECRET),
        (hook(at=NOW + timedelta(minutes=5, seconds=1)), SignedWith.ANOTHER_SECRET),
        (hook(secret="of another tool, which is as long"), SignedWith.ANOTHER_SECRET),
        (replace(hook(), body=BODY + b" "), SignedWith.ANOTHER_SECRET),
        (hook(**{TIMESTAMP.lower(): str(int(NOW.timestamp()) + 1)}), SignedWith.ANOTHER_SECRET),
        (hook(**{TIMESTAMP.lower(): "soon"}), SignedWith.NOTHING),
        (hook(**{TIMESTAMP.lower(): "9" * 12}), SignedWith.NOTHING),
        (hook(**{TIMESTAMP.lower(): "9" * 5_000}), SignedWith.NOTHING),
        (hook(**{TIMESTAMP.lower(): "²³"}), SignedWith.NOTHING),
        (hook(**{SIGNATURE.lower(): "v1=\xfc"}), SignedWith.NOTHING),
        (hook(**{SIGNATURE.lower(): ""}), SignedWith.NOTHING),
        (Hook(headers={}, body=BODY), SignedWith.NOTHING),
    ],
)
def test_only_the_secret_and_the_present_count(request_: Hook, signed: SignedWith) -> None:
    assert WebhookInbox(GIVEN).signed_with(request_, NOW) is signed


def test_a_signed_request_hands_over_its_posts_or_is_told_what_is_wrong() -> None:
    inbox = WebhookInbox(GIVEN)
    news = inbox.news(hook(), NOW)
    assert isinstance(news, Delivery)
    assert ([one.text for one in news.batch.posts], news.at) == (["charged twice"], NOW)
    assert inbox.news(hook(b"{}"), NOW) == Unusable(
        "Nothing was taken. id has to be a text of 1 to 200 ASCII signs without blanks, in quotation marks."
    )
    assert inbox.greeting(hook()) is None


def test_what_the_desk_tells_a_receiver_means_nothing_when_it_is_sent_back() -> None:
    for event in ({"event": "reply.send", "key": "k", "text": "x"}, {"event": "reply.delete", "id": "r1"}):
        assert isinstance(WebhookInbox(GIVEN).news(hook(json.dumps(event).encode()), NOW), Unusable)


# --- the account ------------------------------------------------------------------------------------------------------


def test_a_secret_that_could_be_guessed_is_not_used() -> None:
    short = replace(GIVEN, secrets={"WEBHOOK_SECRET": "hunter2"})
    with pytest.raises(NetworkTrouble, match="fewer than 32 signs"):
        WebhookNetwork(short).verify()
    assert WebhookInbox(short).signed_with(hook(secret="hunter2"), NOW) is SignedWith.ANOTHER_SECRET
    none = replace(GIVEN, secrets={"WEBHOOK_SECRET": ""})
    assert WebhookInbox(none).signed_with(hook(secret=""), NOW) is SignedWith.NOTHING
    assert WebhookNetwork(GIVEN).verify().handle == "northwind"


@pytest.mark.parametrize(
    ("option", "good", "wrong"),
    [
        (
            "receiver",
            ["", "https://forum.example/heard", "http://127.0.0.1:9/x", "http://[::1]:9"],
            [
                "forum.example",
                "http://forum.example",
                "ftp://forum.example",
                "https://",
                "https://a@b.example",
                "https://a.example/?x=1",
                "https://a.example/#x",
                "https://a.example/a b",
                "http://[",
                "https://a.example:0",
            ],
        ),
        ("one_post_per_key", ["yes", "no"], ["", "true", "Yes"]),
        ("posts_at", ["", "https://forum.example/posts/{id}"], ["https://forum.example", "{id}", "https://a/{id}/x"]),
        ("longest", ["1", "20000"], ["0", "20001", "-1", "many", "9" * 5_000, "²"]),
    ],
)
def test_the_options_are_checked(option: str, good: list[str], wrong: list[str]) -> None:
    known = {one.name: one for one in KIND.options}
    assert [one for one in good if known[option].why_not(one)] == []
    assert [one for one in wrong if not known[option].why_not(one)] == []
