"""Hard days in the browser with the real desk: jumps of time, storms, outages, and a desk that is killed."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from playwright.sync_api import expect

from tests.person import until
from tests.process.conftest import Theatre, theatre  # noqa: F401 - the fixture
from tests.rehearsal.desk.conftest import ANA, BEN, House, rehearsal
from tests.rehearsal.desk.playing import button, card_of, complain, open_thread, thread_of, words_for, write_draft

pytestmark = [pytest.mark.browser, pytest.mark.process]
CARE = "C0CARE0001"
STORM = 200
PATIENT = 150.0  # real seconds: a busy machine runs behind the stage's fast clock


def cards(house: House) -> set[str]:
    """Return the handles of the customers with a card in #care."""
    return {str(one["blocks"]) for one in house.ana.messages(CARE) if "mention" in one["text"]}


def posted(house: House) -> int:
    return requests.get(f"{house.url}/stage/numbers", timeout=20).json()["slack"]["messages"]


@pytest.mark.long
def test_a_nag_is_seen_without_waiting(tmp_path, pages):
    with rehearsal(tmp_path) as house:
        complain(house, "Ivy")
        tab = pages.of(house, ANA)
        write_draft(tab, "Ivy", words_for("Ivy"))
        tab.get_by_role("button", name="Backstage").click()
        tab.get_by_role("button", name="To the next due moment").click()
        expect(tab.locator("#toasts")).to_contain_text("a first reply is due")
        expect(card_of(tab, "Ivy")).to_contain_text("has waited")
        nag = thread_of(tab, "Ivy").locator(".message").last
        expect(nag).to_contain_text("past our promise")
        expect(nag.locator("button.bk-button").first).to_be_visible()
        pages.shot(tab, "past the promise")
        tab.get_by_role("button", name="Backstage").click()
        tab.select_option("#actor", BEN)
        tab.locator(".room-link", has=tab.get_by_text("Heard", exact=True)).click()
        expect(tab.locator(".room h1")).to_have_text("Heard")
        expect(tab.locator(".room")).to_contain_text("Ivy")
        pages.shot(tab, "nag to Ben")


@pytest.mark.long
def test_after_a_jump_of_the_clock_people_are_known_again_at_once(tmp_path, pages):
    with rehearsal(tmp_path) as house:
        complain(house, "Ola")
        until(lambda: cards(house), "the card")
        until(lambda: "Now" in str(house.caro.command("status")), "the desk knows Caro")
        house.clock(jump=7200)
        until(lambda: "has waited" in str(cards(house)), "the desk has taken the new time over")
        until(
            lambda: "could not check" not in str(house.caro.command("status")),
            "and again, long before the next round",
        )


def nonsense(number: int) -> str:
    """Return three words that no other post says: what many say is folded into one storm."""
    spelled = "".join("bcdfghjklm"[int(digit)] + "aeiou"[int(digit) % 5] for digit in f"{number:03}")
    return f"{spelled}nox {spelled}ret {spelled}vum"


@pytest.mark.long
def test_hundreds_of_posts_in_a_minute_each_have_their_card_and_no_429(tmp_path, pages):
    with rehearsal(tmp_path, speed=25.0) as house:
        with ThreadPoolExecutor(4) as crowd, requests.Session() as session:

            def post(number: int) -> None:
                said = {"handle": f"storm_{number}", "text": f"@northwind {nonsense(number)}"}
                session.post(f"{house.url}/street/posts", json=said, timeout=20).raise_for_status()

            list(crowd.map(post, range(STORM)))
        until(lambda: posted(house) > STORM / 5, "a fifth of them have their card", PATIENT)
        tab = pages.of(house, ANA)
        expect(tab.locator(".room .message").first).to_be_visible()
        tab.locator(".room .scroller").evaluate("node => { node.scrollTop = 0; }")
        expect(tab.locator(".room .fresh")).to_contain_text("new message")
        pages.shot(tab, "in the middle")
        tab.locator(".room .fresh").click()
        expect(tab.locator(".room .fresh")).to_be_hidden()
        until(lambda: posted(house) >= STORM, "every post has its card", PATIENT)
        until(lambda: len(cards(house)) >= STORM, "and not only a reminder or a notice more", PATIENT)
        assert len(cards(house)) == STORM, "each its own"
        ledger = house.street.ledger()
        assert (ledger["slack"]["ratelimited"], ledger["strangers"]) == ({}, [])
        pages.shot(tab, "all there")


@pytest.mark.long
def test_an_hour_without_slack_loses_nothing(tmp_path, pages):
    with rehearsal(tmp_path) as house:
        complain(house, "Abe")
        tab = pages.of(house, ANA)
        expect(card_of(tab, "Abe")).to_be_visible()
        house.street.fault(side="slack", method="*", kind="503", times=1_000_000)
        house.street.fault(side="slack", method="*", kind="disconnect", value="cut")
        complain(house, "Bea")
        until(lambda: refused(house), "the desk meets the outage")
        house.clock(jump=3600)
        assert len(cards(house)) == 1
        house.no_more_trouble()
        expect(card_of(tab, "Bea")).to_be_visible()
        assert len(cards(house)) == 2, "each once"
        until(lambda: house.street.ledger()["slack"]["connections"]["open"], "the desk listens again")
        button(card_of(tab, "Bea"), "Claim").click()
        expect(card_of(tab, "Bea")).to_contain_text("Held by Ana")
        pages.shot(tab, "after it")


def refused(house: House) -> int:
    return sum("fault" in outcome for calls in house.street.ledger()["slack"]["calls"].values() for outcome in calls)


def test_a_desk_killed_in_the_middle_goes_on_where_it_was(theatre: Theatre, pages):  # noqa: F811 - the fixture
    house = House(theatre.stage.url)
    desk = theatre.open_desk()
    root = complain(house, "Eve")
    tab = pages.of(house, ANA)
    write_draft(tab, "Eve", words_for("Eve"))
    desk.send_signal(signal.SIGKILL)
    desk.wait(10)
    complain(house, "Fay")
    card_of(tab, "Eve").locator("summary").click()
    card_of(tab, "Eve").locator(".menu-list button", has_text="More…").click()
    expect(tab.locator("#toasts")).to_contain_text("No desk is connected")
    pages.shot(tab, "nobody there")
    theatre.open_desk()
    expect(card_of(tab, "Fay")).to_be_visible()
    tab.select_option("#actor", BEN)
    open_thread(card_of(tab, "Eve"))
    button(tab.locator(".thread"), "Approve & send").click()
    [reply] = house.answered(root)
    assert reply["text"] == words_for("Eve")
    assert len(cards(house)) == 2, "each once"
    pages.shot(tab, "goes on")
