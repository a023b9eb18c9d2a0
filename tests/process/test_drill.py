"""`heard drill`, unchanged, on the make-believe Slack: worked in, killed, taken up again, and scored."""

import signal
import sys
from pathlib import Path

import pytest
import requests

from bot.rehearsal.workspace import cast
from tests.person import elements, until
from tests.process.conftest import Theatre

pytestmark = [pytest.mark.process, pytest.mark.long]
ROOM = "C0DRILL001"
WORDS = "Amy, payments are down and we know the cause. We write here again within the hour. ^AL"
SCRIPT = """\
title = "Payments are down"
brand = "Lumen Pay"
handle = "lumenpay"
situation = "No card is accepted."
length = "40m"
ask = ["Legal"]
[[moments]]
at = "0s"
count = 3
words = ["@brand my card machine does nothing", "@brand where is my refund", "@brand the app shows a white screen"]
[[moments]]
at = "1s"
news = "The cause is found."
"""


def drill(theatre: Theatre, *more: str) -> list[str]:
    heard, config = str(Path(sys.executable).with_name("heard")), str(theatre.config)
    script, folder = theatre.directory / "own.toml", theatre.directory.parent / "drills"
    script.write_text(SCRIPT)
    return [heard, "drill", str(script), "--config", config, "--channel", ROOM, "--folder", str(folder), *more]


def with_an_app_of_its_own(theatre: Theatre) -> None:
    theatre.env["DRILL_SLACK_BOT_TOKEN"] = theatre.env["SLACK_BOT_TOKEN"]
    theatre.env["DRILL_SLACK_APP_TOKEN"] = theatre.env.pop("SLACK_APP_TOKEN")
    theatre.env["SLACK_BOT_TOKEN"] = cast.OTHER_BOT_TOKEN
    members = [cast.ANA, cast.BEN, cast.CARO, cast.DEE, cast.BOT_USER]
    room = {"name": "care-drill", "members": members}
    requests.post(f"{theatre.stage.url}/people/channels/{ROOM}", json=room, timeout=20).raise_for_status()


def network_calls(theatre: Theatre) -> list[object]:
    ledger = theatre.street.ledger()
    return [one for network in ("x", "street") for one in ledger[network]["calls"]]


def cards(person) -> list[str]:
    return [one["text"] for one in person.messages(ROOM) if "Drill mention" in one["text"]]


def showing(person, action: str, thread: str = ""):
    found = [
        {**one, "channel": ROOM}
        for one in person.messages(ROOM, thread)
        if any(element.get("action_id") == action for element in elements(one.get("blocks") or []))
    ]
    return found[-1] if found else None


def test_a_drill_is_worked_in_killed_taken_up_again_and_scored_and_calls_no_network(in_real_time: Theatre) -> None:
    theatre, ana, ben = in_real_time, in_real_time.ana, in_real_time.ben
    with_an_app_of_its_own(theatre)
    before = network_calls(theatre)  # the stage's own one, by which it was set up
    begun = theatre.start(drill(theatre))
    card = until(lambda: showing(ana, "case_reply"), "a card in the drill's channel")
    until(lambda: len(cards(ana)) == 3, "each post has its card")
    until(lambda: ana.press(card, "case_reply")["acked"], "the drill answers the click")
    assert ana.view()["view"]["title"]["text"].startswith("DRILL ")
    assert ana.submit({"words_input": WORDS})["closed"]
    draft = until(lambda: showing(ben, "draft_approve", card["ts"]), "the draft in the thread")
    assert ben.press(draft, "draft_approve")["acked"]
    until(lambda: "Answered" in str(ana.messages(ROOM)), "the reply is out, in the drill")
    begun.kill()
    begun.wait(20)
    again = theatre.start(drill(theatre))
    until(lambda: "taken up again" in theatre.said() and theatre.said().count("DRILL: Payments") == 2, "it goes on")
    until(lambda: "The cause is found" in str(ana.messages(ROOM)), "the news")
    again.send_signal(signal.SIGINT)
    assert again.wait(60) == 0
    said = [one["text"] for one in ana.messages(ROOM)]
    assert [one for one in said if not one.startswith("DRILL · ")] == []
    assert len(cards(ana)) == 3, "no post came twice"
    assert len([one for one in said if "A drill begins" in one]) == 1
    [score] = [one for one in said if "The drill is over" in one]
    assert "Customers: 1 of 3 were answered." in score
    assert "Teams that were never asked: Legal." in score
    [page] = (theatre.directory.parent / "drills").glob("*/drill.html")
    assert WORDS in page.read_text()
    assert theatre.street.ledger()["slack"]["strangers"] == []
    assert network_calls(theatre) == before


def test_the_desks_own_app_and_channel_are_refused_before_anything_connects(in_real_time: Theatre) -> None:
    theatre = in_real_time
    theatre.env["DRILL_SLACK_BOT_TOKEN"] = theatre.env["SLACK_BOT_TOKEN"]
    theatre.env["DRILL_SLACK_APP_TOKEN"] = "xapp-rehearsal-drill"
    assert theatre.start(drill(theatre)).wait(60) == 1
    assert "belong to the Slack app of the desk" in theatre.said()
    assert theatre.street.ledger()["slack"]["connections"]["open"] == 0
    assert "Traceback" not in theatre.said()
