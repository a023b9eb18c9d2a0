"""`heard run`, unchanged, against the make-believe Slack and X: from a public complaint to an approved public reply."""

import pytest
import requests

from tests.person import elements, until
from tests.process.conftest import Theatre

pytestmark = pytest.mark.process
CARE, BILLING = "C0CARE0001", "C0CAREBIL1"
WORDS = "Priya, charged twice is on us, and so is the wait. I'm on it and will tell you here by 17:00. ^AL"


def showing(person, channel: str, action: str, thread: str = ""):
    """Return the newest message in a channel or thread that has this button."""
    found = [
        {**one, "channel": channel}
        for one in person.messages(channel, thread)
        if any(element.get("action_id") == action for element in elements(one.get("blocks") or []))
    ]
    return found[-1] if found else None


def written(theatre: Theatre, channel: str = BILLING) -> dict:
    """Let Ana claim the case and submit a reply; return the draft's message as Ben sees it."""
    ana, ben = theatre.ana, theatre.ben
    card = until(lambda: showing(ana, channel, "case_reply"), "a card in Slack")
    until(lambda: ana.press(card, "case_reply")["acked"], "the desk answers the click")
    assert ana.submit({"words_input": WORDS})["closed"]
    return until(lambda: showing(ben, channel, "draft_approve", card["ts"]), "the draft in the thread")


def test_a_public_complaint_gets_an_approved_public_reply(in_real_time: Theatre) -> None:
    theatre = in_real_time
    root = theatre.street.post("@northwind charged twice AGAIN and nobody answers")
    theatre.heard_run()
    draft = written(theatre)
    assert WORDS in draft["text"], "the fallback says what the blocks say"
    assert theatre.street.by_the_brand(root) == [], "nothing is public before the approval"
    assert theatre.ben.press(draft, "draft_approve")["acked"]
    [reply] = until(lambda: theatre.street.by_the_brand(root), "the reply on the street")
    assert reply["text"] == WORDS
    assert reply["in_reply_to"] == root
    until(lambda: showing(theatre.ana, BILLING, "correct_reply") or "Answered" in str(theatre.ana.messages(BILLING)))
    ledger = theatre.street.ledger()
    assert (ledger["slack"]["strangers"], ledger["x"]["strangers"]) == ([], [])


def test_what_is_typed_in_the_thread_stays_in_slack(in_real_time: Theatre) -> None:
    theatre = in_real_time
    root = theatre.street.post("@northwind charged twice AGAIN")
    theatre.heard_run()
    card = until(lambda: showing(theatre.ana, BILLING, "case_reply"), "a card in Slack")
    theatre.ana.type(BILLING, "what a fool, do not answer", thread=card["ts"])
    draft = written(theatre)
    theatre.ben.press(draft, "draft_approve")
    replies = until(lambda: theatre.street.by_the_brand(root), "the reply on the street")
    assert [one["text"] for one in replies] == [WORDS]


@pytest.mark.long
def test_a_second_desk_on_the_same_file_is_refused_with_a_sentence(in_real_time: Theatre) -> None:
    first = in_real_time.heard_run()
    until(lambda: "The desk is open" in in_real_time.said(), "the first desk is open")
    second = in_real_time.heard_run()
    assert second.wait(30) == 75
    assert first.poll() is None
    assert "Traceback" not in in_real_time.said()


def test_an_unknown_channel_is_said_at_start_in_a_sentence(in_real_time: Theatre) -> None:
    config = in_real_time.config
    config.write_text(config.read_text().replace("C0CARE0001", "C0NOWHERE1"))
    desk = in_real_time.heard_run()
    until(lambda: "C0NOWHERE1" in in_real_time.said(), "the desk names the channel")
    assert "Slack shows no channel C0NOWHERE1 to the desk." in in_real_time.said()
    assert desk.poll() is None, "the desk goes on: what comes in is kept"


def test_a_wrong_token_is_said_at_start_in_a_sentence(in_real_time: Theatre) -> None:
    in_real_time.env["SLACK_BOT_TOKEN"] = "xoxb-somebody-else"
    assert in_real_time.heard_run().wait(30) == 1
    assert "Slack does not let the desk in" in in_real_time.said()
    assert "Traceback" not in in_real_time.said()
    assert "xoxb-somebody-else" not in in_real_time.said()


def test_a_shared_channel_stops_the_start_with_a_sentence(in_real_time: Theatre) -> None:
    shared = {"is_ext_shared": True}
    requests.post(f"{in_real_time.stage.url}/people/channels/C0CARE0001", json=shared, timeout=20).raise_for_status()
    assert in_real_time.heard_run().wait(30) == 1
    assert "The channel C0CARE0001 is shared with another company" in in_real_time.said()
    assert "Traceback" not in in_real_time.said()
