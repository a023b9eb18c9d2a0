"""Daily work in the browser with the real desk: one rehearsal, each test with its own customer."""

import re

import pytest
from playwright.sync_api import expect

from tests.person import until
from tests.rehearsal.desk.conftest import ANA, BEN, CARO, DEE
from tests.rehearsal.desk.playing import button, card_of, complain, in_review, send_off, thread_of, words_for

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.xdist_group("rehearsal")]


def act_as(tab, who):
    tab.select_option("#actor", who)


def test_the_newcomers_path(house, pages):
    tab = pages.of(house, ANA, "care-billing")
    tab.locator("#post-handle").fill("zoe_p")
    tab.locator("#post-name").fill("Zoe P")
    tab.locator("#post-words").fill("@northwind you charged me twice AGAIN")
    tab.locator(".post-box button[type=submit]").click()
    card = card_of(tab, "Zoe")
    expect(card).to_contain_text("you charged me twice AGAIN")
    expect(card).to_contain_text("First reply due")
    pages.shot(tab, "1 card")
    button(card, "Reply").click()
    form = tab.locator("dialog[open]")
    form.get_by_label("Prepared words").select_option(label="I have seen it")
    words = form.get_by_label("The reply to Zoe")
    expect(words).to_have_value(re.compile("Zoe"))
    pages.shot(tab, "2 form")
    words.fill(words_for("Zoe"))
    send_off(form)
    act_as(tab, BEN)
    thread = thread_of(tab, "Zoe")
    pages.shot(tab, "3 review")
    button(thread, "Approve & send").click()
    reply = tab.locator(".street .post.brand", has_text="Zoe")
    expect(reply).to_contain_text(words_for("Zoe"))
    expect(reply).to_contain_text("from the desk")
    expect(card_of(tab, "Zoe")).to_contain_text("written by Ana, approved by Ben")
    expect(tab.locator(".hint li.done")).to_have_count(3)
    pages.shot(tab, "4 sent")
    tab.get_by_role("button", name="Backstage").click()
    expect(tab.locator(".traffic")).to_contain_text("POST /2/tweets")
    pages.shot(tab, "5 backstage")


@pytest.mark.long
def test_a_draft_is_decided_on_the_home_tab_and_it_is_drawn_for_whoever_opens_it(house, pages):
    _, tab = in_review(house, pages, "Hal", words_for("Hal"))
    if "With Caro" in tab.locator(".thread").inner_text():
        act_as(tab, CARO)
    tab.get_by_role("button", name="Heard: home").click()
    home = tab.locator(".home")
    expect(home).to_contain_text("Ana asks you to approve a reply to Hal")
    expect(home).to_contain_text(words_for("Hal"))
    pages.shot(tab, "home")
    home.get_by_role("button", name=re.compile("Approve & send.*Hal")).click()
    expect(home).not_to_contain_text("approve a reply to Hal")
    expect(tab.locator(".street .post.brand", has_text="Hal")).to_contain_text(words_for("Hal"))
    act_as(tab, ANA)
    expect(home).not_to_contain_text("Waiting for your decision")
    expect(home).to_contain_text("Your promises today")


@pytest.mark.long
def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told(house, pages):
    complain(house, "Rae")
    tabs = [pages.of(house, who) for who in (ANA, DEE)]
    for tab in tabs:
        expect(button(card_of(tab, "Rae"), "Claim")).to_be_visible()
    # The card is redrawn late, so both still see the button.
    house.street.fault(side="slack", method="chat.update", kind="late", value=2, times=3)
    for tab in tabs:
        button(card_of(tab, "Rae"), "Claim").click()
    for tab in tabs:
        expect(card_of(tab, "Rae")).to_contain_text("Held by")
    said = lambda: [tab.locator(".message.ephemeral", has_text="before you").count() for tab in tabs]  # noqa: E731
    until(lambda: sum(said()) == 1, "the one who came second is told, and nobody else")
    house.no_more_trouble()
    held = card_of(tabs[0], "Rae").inner_text()
    assert ("Held by Ana" in held, "Held by Dee" in held) == (said()[1] == 1, said()[0] == 1)
    pages.shot(tabs[0], "ana")
    pages.shot(tabs[1], "dee")


@pytest.mark.long
def test_the_approver_edits_and_approves_in_one_go(house, pages):
    root, ben = in_review(house, pages, "Ned", words_for("Ned"))
    button(ben.locator(".thread"), "Edit & approve").click()
    form = ben.locator("dialog[open]")
    box = form.locator("textarea").first
    expect(box).to_have_value(words_for("Ned"))
    pages.shot(ben, "form")
    box.fill(words_for("Ned").replace("17:00", "16:00"))
    form.locator("button[type=submit]").click()
    expect(form).to_have_count(0)
    [reply] = house.answered(root)
    assert "16:00" in reply["text"]
    expect(ben.locator(".thread")).to_contain_text("see the reply")
    pages.shot(ben, "sent")


@pytest.mark.long
def test_changes_are_asked_for_and_the_second_version_goes_out(house, pages):
    root, ben = in_review(house, pages, "Mia", words_for("Mia"))
    button(ben.locator(".thread"), "Request changes").click()
    form = ben.locator("dialog[open]")
    form.locator("textarea").first.fill("Name the day, please.")
    form.locator("button[type=submit]").click()
    expect(form).to_have_count(0)
    ana = pages.of(house, ANA)
    expect(thread_of(ana, "Mia")).to_contain_text("Name the day, please.")
    pages.shot(ana, "asked")
    button(ana.locator(".thread"), "Edit").click()
    form = ana.locator("dialog[open]")
    form.get_by_label("The reply to Mia").fill(words_for("Mia").replace("17:00", "Friday"))
    send_off(form)
    expect(ben.locator(".thread")).to_contain_text("version 2")
    pages.shot(ben, "second")
    button(ben.locator(".thread"), "Approve & send").last.click()
    [reply] = house.answered(root)
    assert "Friday" in reply["text"]


@pytest.mark.long
def test_a_customer_writes_while_the_approver_reads_and_the_draft_is_still_right(house, pages):
    root, ben = in_review(house, pages, "Kim", words_for("Kim"))
    house.street.post("@northwind never mind the chat, just send it", handle="kim_x", name="Kim X", to=root)
    still = button(ben.locator(".thread"), "Still right: send")
    expect(still).to_be_visible()
    expect(ben.locator(".thread")).to_contain_text("never mind the chat, just send it")
    pages.shot(ben, "wrote again")
    assert house.street.by_the_brand(root) == []
    still.click()
    [reply] = house.answered(root)
    assert reply["text"] == words_for("Kim")


@pytest.mark.long
def test_a_reply_from_the_brands_phone_ends_the_wait(house, pages):
    complain(house, "Lou")
    tab = pages.of(house, ANA)
    expect(card_of(tab, "Lou")).to_be_visible()
    tab.locator(".post", has_text="Lou X").get_by_role("button", name="Answer from brand's phone").click()
    tab.locator("#post-words").fill("Lou, it left this morning.")
    tab.locator(".post-box button[type=submit]").click()
    expect(card_of(tab, "Lou")).to_contain_text("Answered from the X app")
    expect(tab.locator(".post.brand", has_text="it left this morning")).to_contain_text("from the phone")
    pages.shot(tab, "answered")


@pytest.mark.long
def test_a_case_is_set_aside_and_opened_again(house, pages):
    complain(house, "Tom", "nothing to see here")
    tab = pages.of(house, ANA)
    card = card_of(tab, "Tom")
    card.locator("summary").click()
    card.locator(".menu-list button", has_text="Set aside").click()
    form = tab.locator("dialog[open]")
    expect(form).to_be_visible()
    pages.shot(tab, "reason")
    if form.locator("input[type=radio]").count():
        form.locator("input[type=radio]").first.check()
    form.locator("button[type=submit]").click()
    expect(form).to_have_count(0)
    expect(card).to_contain_text("Set aside")
    pages.shot(tab, "set aside")
    card.locator("summary").click()
    card.locator(".menu-list button", has_text="Reopen").click()
    expect(button(card, "Claim").or_(button(card, "Reply")).first).to_be_visible()
    expect(card).not_to_contain_text("Set aside at")


def test_a_like_and_a_repost_stay_off_the_desk(house, pages):
    complain(house, "Uma")
    tab = pages.of(house, ANA)
    expect(card_of(tab, "Uma")).to_be_visible()
    post = tab.locator(".post", has_text="Uma X")
    post.get_by_role("button", name="Like").click()
    expect(post).to_contain_text("♥ 1")
    post.get_by_role("button", name="Repost").click()
    expect(post).to_contain_text("↻ 1")
    complain(house, "Wim")
    expect(card_of(tab, "Wim")).to_be_visible()  # later posts were read, so these were read too
    pages.shot(tab, "liked")
    assert sum("Uma" in one["text"] for one in house.ana.messages("C0CARE0001")) == 1
