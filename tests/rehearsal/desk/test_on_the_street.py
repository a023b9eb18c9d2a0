"""The street network in the browser with the real desk: features that X lacks."""

import re

import pytest
import requests
from playwright.sync_api import expect

from tests.person import until
from tests.rehearsal.desk.conftest import ANA, BEN
from tests.rehearsal.desk.playing import button, card_of, in_review, open_thread, send_off, thread_of, words_for

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.xdist_group("rehearsal")]


def private_card(tab, name):
    return tab.locator(".room .message", has_text=f"{name} ").filter(has_text="private message").first


def public_posts(house, handle):
    """Return all public posts on both networks by this customer, or in answer to them."""
    posts = requests.get(f"{house.url}/street/timeline", timeout=20).json()
    return [one for one in posts if handle in (one["handle"], *one["leading"])]


@pytest.mark.long
def test_a_private_message_is_answered_in_private_and_nothing_public_appears(house, pages):
    ana = pages.of(house, ANA)
    ana.locator(".letters summary").click()
    ana.get_by_role("button", name="Write to the brand privately").click()
    ana.locator("#post-handle").fill("pia_x")
    ana.locator("#post-name").fill("Pia X")
    ana.locator("#post-words").fill("My order is 4471 and the parcel never came.")
    ana.locator(".post-box button[type=submit]").click()
    card = private_card(ana, "Pia")
    expect(card).to_contain_text("\N{LOCK} Street private message")
    expect(card).to_contain_text("in private messages: a reply reaches Pia and nobody else")
    pages.shot(ana, "1 card")

    button(card, "Reply").click()
    form = ana.locator("dialog[open]")
    expect(form).to_contain_text("Only Pia reads it. At most 500 characters")
    words = form.get_by_label("The private reply to Pia")
    words.fill("x" * 501)
    form.locator("button[type=submit]").click()
    expect(form).to_contain_text("This is 1 over the 500 that Street allows.")
    pages.shot(ana, "2 too long")
    answer = "Pia, please tell me your postcode: then I can see where the parcel is. ^AN"
    words.fill(answer)
    send_off(form)

    ben = pages.of(house, BEN)
    open_thread(private_card(ben, "Pia"))
    thread = ben.locator(".thread")
    expect(thread).to_contain_text("privately on Street")
    expect(thread).to_contain_text(f"{len(answer)} of 500")
    pages.shot(ben, "3 review")
    button(thread, "Approve & send").click()
    expect(private_card(ben, "Pia")).to_contain_text("written by Ana, approved by Ben")

    talk = ana.get_by_role("region", name="Private messages with Pia X")
    expect(talk.locator(".letter.brand")).to_contain_text(answer)
    expect(talk.locator(".letter.brand")).to_contain_text("from the desk")
    pages.shot(ana, "4 answered")
    assert public_posts(house, "pia_x") == []
    private_card(ana, "Pia").get_by_role("link", name="see the reply").click()
    expect(talk.locator(".letter.brand")).to_be_focused()


@pytest.mark.long
def test_a_private_answer_from_the_phone_ends_the_wait(house, pages):
    ana = pages.of(house, ANA)
    said = {"handle": "quin_x", "name": "Quin X", "text": "Where is my parcel?"}
    requests.post(f"{house.url}/street/messages", json=said, timeout=20).raise_for_status()
    expect(private_card(ana, "Quin")).to_contain_text("First reply due")
    requests.post(f"{house.url}/street/messages", json={"to": "quin_x", "text": "On its way."}, timeout=20)
    expect(private_card(ana, "Quin")).to_contain_text("Answered from the Street app")


@pytest.mark.long
def test_a_public_post_that_is_deleted_while_its_answer_is_in_review_is_not_answered_by_itself(house, pages):
    root, ben = in_review(house, pages, "Una", words_for("Una"), network="street")
    house.street.delete(root)
    thread = ben.locator(".thread")
    expect(thread).to_contain_text("Una deleted the post")
    expect(thread).to_contain_text("Nothing goes out unless somebody decides so.")
    pages.shot(ben, "deleted")
    expect(button(thread, "Approve & send")).to_have_count(0)
    button(thread, "Withdraw").click()
    ben.locator("dialog.small[open]").get_by_role("button", name="Withdraw").click()
    expect(thread).to_contain_text("Withdrawn. It did not go out.")
    assert house.street.by_the_brand(root) == []


@pytest.mark.long
def test_a_changed_post_is_shown_as_it_reads_now_before_its_answer_goes_out(house, pages):
    root, ben = in_review(house, pages, "Vic", words_for("Vic"), network="street")
    changed = {"text": "@northwind it came, but the lid is cracked"}
    requests.post(f"{house.url}/street/posts/{root}/edit", json=changed, timeout=20).raise_for_status()
    thread = ben.locator(".thread")
    expect(thread).to_contain_text("Vic changed the post. It now says:")
    expect(thread).to_contain_text("the lid is cracked")
    pages.shot(ben, "changed")
    button(thread, "Still right: send").click()
    [reply] = until(lambda: house.street.by_the_brand(root), "the reply on the street")
    assert (reply["network"], reply["by"], reply["text"]) == ("street", "app", words_for("Vic"))


def test_a_lost_answer_is_settled_by_its_key_and_the_reply_stands_once(house, pages):
    root, ben = in_review(house, pages, "Wes", words_for("Wes"), network="street")
    house.street.fault(side="street", method="POST /s/posts", kind="lost_after")
    button(ben.locator(".thread"), "Approve & send").click()
    expect(ben.locator(".thread")).to_contain_text("see the reply")
    [reply] = house.street.by_the_brand(root)
    assert reply["text"] == words_for("Wes")
    expect(thread_of(ben, "Wes")).to_contain_text(re.compile("sent \\d"))


ASKS = "Yara, that's on us. Please send us your order number by private message. ^AN"


@pytest.mark.long
def test_who_was_asked_to_write_privately_stays_on_the_public_case(house, pages):
    _, ben = in_review(house, pages, "Yara", ASKS, network="street")
    button(ben.locator(".thread"), "Approve & send").click()
    ana = pages.of(house, ANA)
    expect(card_of(ana, "Yara")).to_contain_text("see the reply")
    said = {"handle": "yara_x", "name": "Yara X", "text": "It is 4471, of last Tuesday."}
    requests.post(f"{house.url}/street/messages", json=said, timeout=20).raise_for_status()
    expect(card_of(ana, "Yara")).to_contain_text("went on in private messages at")
    expect(ana.locator(".room .message", has_text="Yara ").filter(has_text="private message ·")).to_have_count(0)
    thread = thread_of(ana, "Yara")
    expect(thread).to_contain_text("It is 4471, of last Tuesday.")
    expect(button(thread, "This is another matter")).to_be_visible()
    pages.shot(ana, "1 joined")

    button(card_of(ana, "Yara"), "Reply").click()
    form = ana.locator("dialog[open]")
    expect(form).to_contain_text("Only Yara reads it.")
    pages.shot(ana, "2 form")
    answer = "Yara, thank you: I see the parcel, and it comes to you. ^AN"
    form.get_by_label("The private reply to Yara").fill(answer)
    send_off(form)
    expect(ben.locator(".thread")).to_contain_text("privately on Street")
    button(ben.locator(".thread"), "Approve & send").click()
    talk = ana.get_by_role("region", name="Private messages with Yara X")
    ana.locator(".letters summary").click()
    expect(talk.locator(".letter.brand")).to_contain_text(answer)
    expect(card_of(ana, "Yara")).to_contain_text("Answered ")
    expect(button(thread, "This is another matter")).to_have_count(0)
    pages.shot(ana, "3 answered")


@pytest.mark.long
def test_a_private_message_about_something_else_is_made_a_case_of_its_own(house, pages):
    _, ben = in_review(house, pages, "Zoe", ASKS.replace("Yara", "Zoe"), network="street")
    button(ben.locator(".thread"), "Approve & send").click()
    ana = pages.of(house, ANA)
    expect(card_of(ana, "Zoe")).to_contain_text("see the reply")
    said = {"handle": "zoe_x", "name": "Zoe X", "text": "And do you sell gift cards?"}
    requests.post(f"{house.url}/street/messages", json=said, timeout=20).raise_for_status()
    thread = thread_of(ana, "Zoe")
    button(thread, "This is another matter").click()
    ana.locator("dialog.small[open]").get_by_role("button", name="Another matter").click()
    expect(private_card(ana, "Zoe")).to_contain_text("And do you sell gift cards?")
    expect(card_of(ana, "Zoe")).to_contain_text("Answered in")
    pages.shot(ana, "another matter")
