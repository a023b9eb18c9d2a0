import pytest

from bot.rehearsal.workspace.cast import CARE
from bot.rehearsal.workspace.notify import links, notifications


def section(text, **more):
    return {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text, **more}}]}


def rich(*pieces):
    return {"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": list(pieces)}]}]}


def called(message):
    return [(each["kind"], each["name"]) for each in notifications(message)]


@pytest.mark.parametrize(
    ("message", "who"),
    [
        ({"text": "<!channel>"}, [("broadcast", "channel")]),
        ({"text": "<!here|now>"}, [("broadcast", "here")]),
        ({"text": "<!everyone>"}, [("broadcast", "everyone")]),
        ({"text": "<@U0ANA00001>"}, [("user", "U0ANA00001")]),
        ({"text": "<@U0ANA00001|ana>"}, [("user", "U0ANA00001")]),
        ({"text": "<!subteam^S0APPROVE1>"}, [("group", "S0APPROVE1")]),
        ({"text": "@here", "link_names": True}, [("broadcast", "here")]),
        ({"text": "@here", "parse": "full"}, [("broadcast", "here")]),
        (section("come @channel now"), [("broadcast", "channel")]),
        (section("come @EVERYONE"), [("broadcast", "everyone")]),
        (section("<!here>", verbatim=True), [("broadcast", "here")]),
        (rich({"type": "broadcast", "range": "here"}), [("broadcast", "here")]),
        (rich({"type": "user", "user_id": "U1"}), [("user", "U1")]),
        (rich({"type": "usergroup", "usergroup_id": "S1"}), [("group", "S1")]),
        ({"text": "x", "attachments": [{"text": "@here"}]}, [("broadcast", "here")]),
        ({"blocks": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "<!channel>"}]}]}, [("broadcast", "channel")]),
        ({"blocks": [{"type": "markdown", "text": "@here"}]}, [("broadcast", "here")]),
    ],
)  # fmt: skip
def test_what_would_notify_is_found(message, who):
    assert called(message) == who


@pytest.mark.parametrize(
    "message",
    [
        {"text": "&lt;!channel&gt; &lt;@U0ANA00001&gt;"},
        {"text": "@here @channel @everyone", "parse": "none"},
        {"text": "mail me at somebody@here.example"},
        section("@here <at>", verbatim=True),
        section("someone@channel.example"),
        section("@\u200bhere"),
        {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "<!channel> @here"}}]},
        rich({"type": "text", "text": "<!channel> @here <@U0ANA00001>"}),
    ],
)
def test_what_is_inert_notifies_nobody(message):
    assert notifications(message) == []


def test_links_tell_where_they_lead_and_whether_they_say_so():
    message = {"text": "<https://bad.example|https://good.example> and https://plain.example/x"}
    assert [(each["url"], each["disguised"]) for each in links(message)] == [
        ("https://bad.example", True),
        ("https://plain.example/x", False),
    ]
    assert links({"text": "&lt;https://bad.example|good&gt;"})[0]["label"] == ""
    assert links(rich({"type": "text", "text": "<https://bad.example|good>"})) == []


def test_the_ledger_remembers_who_was_notified_even_after_the_message_changed(client, unlimited):
    ts = client.chat_postMessage(channel=CARE, text="oh <!channel>")["ts"]
    client.chat_update(channel=CARE, ts=ts, text="never mind")
    (noted,) = unlimited.ledger()["notified"]
    assert (noted["name"], noted["where"], noted["ts"]) == ("channel", "/text", ts)
