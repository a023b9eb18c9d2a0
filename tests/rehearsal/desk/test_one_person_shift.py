"""A one-person shift in the browser: the choice in Reply, Stop it, and a lead's list in the morning."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from tests.person import until
from tests.rehearsal.desk.conftest import ANA, BEN, CARO, DEE, House, Pages, rehearsal
from tests.rehearsal.desk.playing import button, card_of, complain, send_off, thread_of

pytestmark = [pytest.mark.browser, pytest.mark.process]
PATIENT = 90.0  # real seconds: the auditor looks once a minute of the stage's time
FIRST_WORD = "A first word"


def reply_form(tab: Page, name: str, press: str = "Reply") -> Locator:
    button(card_of(tab, name), press).click()
    form = tab.locator("dialog[open]")
    expect(form).to_contain_text("Nobody else can approve")
    return form


def prepared(form: Locator, name: str) -> str:
    """Choose a template, fill in its facts, and choose to send it unedited; return the words."""
    form.get_by_label("Prepared words", exact=True).select_option(label=FIRST_WORD)
    words = form.get_by_label(f"The reply to {name}")
    expect(words).to_have_value(re.compile(rf"{name}.*\[by when\]"))
    form.get_by_label("By when will you be back?").fill("17:00")
    expect(words).to_have_value(re.compile("17:00"))
    form.get_by_label("Send the prepared words unedited").check()
    return words.input_value()


def the_next_morning(house: House) -> None:
    """Jump to the next day, after six in the desk's zone."""
    now = datetime.fromisoformat(requests.get(f"{house.url}/stage/clock", timeout=20).json()["now"])
    local = now.astimezone(ZoneInfo("Europe/London"))
    morning = (local + timedelta(days=1)).replace(hour=max(local.hour, 7))
    house.clock(jump=(morning - local).total_seconds())


def off(house: House, *people: str) -> None:
    for who in people:
        person = getattr(house, who)
        until(lambda person=person: person.command("off")["acked"], f"{who} goes off")


def one_by_one(tab: Page) -> Locator:
    return tab.locator(".message.ephemeral").last


@pytest.mark.long
def test_a_night_with_one_person_and_the_morning_after(tmp_path, pages: Pages):
    with rehearsal(tmp_path, speed=4.0) as house:
        off(house, "ben", "caro")
        root = complain(house, "Pia")
        ana = pages.of(house, ANA)
        form = reply_form(ana, "Pia")
        expect(form).to_contain_text("2 minutes to stop them")
        expect(form).to_contain_text("our promise lapses at")
        expect(form.get_by_label("Send it on my own")).to_have_count(0)  # Ana may not approve
        words = prepared(form, "Pia")
        pages.shot(ana, "1 what can be done")
        send_off(form)
        card = card_of(ana, "Pia")
        expect(card).to_contain_text("unless somebody stops it")
        expect(button(card, "Stop it")).to_be_visible()
        pages.shot(ana, "2 it may be stopped")
        dee = pages.of(house, DEE)
        button(card_of(dee, "Pia"), "Stop it").click()
        expect(card_of(dee, "Pia")).to_contain_text("somebody stopped it before it went out")
        expect(thread_of(dee, "Pia")).to_contain_text("It was stopped before it went out.")
        pages.shot(dee, "3 stopped")
        assert house.street.by_the_brand(root) == []

        form = reply_form(ana, "Pia", "See draft")
        expect(form.get_by_label("The reply to Pia")).to_have_value(words)
        expect(form.get_by_label("By when will you be back?")).to_have_value("17:00")
        form.get_by_label("Send the prepared words unedited").check()
        send_off(form)
        expect(button(card_of(ana, "Pia"), "Stop it")).to_be_visible()
        house.clock(jump=120)
        [reply] = house.answered(root)
        assert reply["text"] == words
        expect(card_of(ana, "Pia")).to_contain_text("a prepared text, sent by Ana")
        pages.shot(ana, "4 sent after two minutes")

        until(lambda: house.ben.command("on")["acked"], "Ben is on, alone")
        second = complain(house, "Quin")
        ben = pages.of(house, BEN)
        form = reply_form(ben, "Quin")
        form.get_by_label("The reply to Quin").fill("Quin, the driver is outside your door. Please wave. ^BO")
        form.get_by_label("Send it on my own").check()
        send_refused(form)
        expect(form).to_contain_text("Please say why this cannot wait")
        form.get_by_label("Why can this not wait for a second person?").fill("The driver leaves in five minutes")
        pages.shot(ben, "5 solo")
        send_off(form)
        house.answered(second)
        expect(card_of(ben, "Quin")).to_contain_text("sent solo by Ben")
        expect(thread_of(ben, "Quin")).to_contain_text("a lead still has to read it")
        pages.shot(ben, "6 sent")

        the_next_morning(house)
        caro = pages.of(house, CARO, "care-leads")
        told = caro.locator(".room .message", has_text="2 replies").filter(has=button(caro, "Read them"))
        expect(told).to_contain_text("solo", timeout=PATIENT * 1000)
        pages.shot(caro, "7 the morning's message")
        until(lambda: house.caro.command("unpaired")["acked"], "Slack said again who Caro is")
        button(told, "Read them").click()
        listed = one_by_one(caro)
        expect(listed).to_contain_text("The driver leaves in five minutes")
        expect(listed).to_contain_text(words)
        pages.shot(caro, "8 the list")
        for left in (1, 0):
            button(listed, "Read it").first.click()
            expect(button(listed, "Read it")).to_have_count(left)
        expect(listed).to_contain_text("Nothing waits to be read")
        pages.shot(caro, "9 read")
        expect(thread_of(ben, "Quin")).to_contain_text("Caro")
        assert house.street.ledger()["strangers"] == []


def send_refused(form: Locator) -> None:
    form.locator("button[type=submit]").click()
    until(lambda: form.page.locator("[aria-busy]").count() == 0, "the desk answers")
