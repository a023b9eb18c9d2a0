"""One draft for several customers in the browser: offered in the form, read whole, approved with one press."""

import pytest
from playwright.sync_api import expect

from tests.person import until
from tests.rehearsal.desk.conftest import ANA, BEN
from tests.rehearsal.desk.playing import button, card_of, complain, send_off

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.xdist_group("rehearsal")]

WORDS = "Jo, the app is down for everybody. We are on it, and it comes back without doing anything. ^AN"


@pytest.mark.long
def test_customers_under_one_post_are_answered_with_one_draft(house, pages):
    root = complain(house, "Jo", "the app is down")
    for name in ("Kit", "Gus"):
        house.street.post(f"@northwind same here, {name}", handle=f"{name.lower()}_x", name=f"{name} X", to=root)
    ana = pages.of(house, ANA)
    expect(card_of(ana, "Gus")).to_be_visible()
    expect(card_of(ana, "Jo")).to_contain_text("2 others wrote under the same post")
    button(card_of(ana, "Jo"), "Reply").click()
    form = ana.locator("dialog[open]")
    form.get_by_label("The reply to Jo").fill(WORDS)
    for name in ("Kit X", "Gus X"):
        form.get_by_text(name).click()
    pages.shot(ana, "1 form")
    send_off(form)

    ben = pages.of(house, BEN)
    review = ben.locator(".room .message", has_text="words for 3 customers").first
    for name in ("Jo", "Kit", "Gus"):
        expect(review).to_contain_text(f"{name}, the app is down for everybody")
    review.hover()
    pages.shot(ben, "2 review")
    button(review, "Approve all 3").click()
    until(lambda: len(house.street.by_the_brand(root)) == 3, "three replies on the network")
    expect(review).to_contain_text("Nothing waits for approval here")
    pages.shot(ben, "3 approved")
    said = sorted(one["text"].split(",")[0].removeprefix("@").split()[-1] for one in house.street.by_the_brand(root))
    assert said == ["Gus", "Jo", "Kit"]
