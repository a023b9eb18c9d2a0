"""The page on a phone: everything fits the width, and every part can be reached."""

import pytest
from playwright.sync_api import expect

from bot.rehearsal.workspace import cast
from tests.rehearsal.page.sample_desk import card

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]  # one browser

PHONE = {"width": 375, "height": 667}


@pytest.fixture
def phone(desk, page, street):
    page.set_viewport_size(PHONE)
    desk.post(card())
    street("@northwind is anybody there")
    expect(page.locator(".room .message")).to_have_count(1)
    return page


def too_wide(page) -> list[str]:
    """Return the visible elements that are wider than the screen, except in strips that scroll sideways."""
    return page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((one) => {
            const place = one.getBoundingClientRect();
            return one.checkVisibility({ contentVisibilityAuto: true }) && place.right > innerWidth + 1 && !one.closest(".side, .traffic, .numbers, .outbox");
        }).map((one) => one.className || one.tagName)"""
    )


def test_a_thread_is_read_and_decided_on_a_phone(phone):
    assert too_wide(phone) == []
    first = phone.locator(".room .message").first
    first.get_by_label("More actions").click()
    expect(first.locator(".menu-list button").first).to_be_in_viewport(ratio=1)
    assert too_wide(phone) == []
    first.get_by_label("More actions").click()
    first.hover()
    first.get_by_role("button", name="Reply in thread").click()
    expect(phone.locator(".thread")).to_be_visible()
    expect(phone.locator(".band-word")).to_be_in_viewport(ratio=1)
    assert too_wide(phone) == []
    phone.locator(".thread").get_by_role("button", name="Close").click()
    first.get_by_role("button", name="Reply", exact=True).click()
    expect(phone.locator("dialog[open] button[type=submit]")).to_be_in_viewport(ratio=1)
    assert too_wide(phone) == []


@pytest.mark.long
def test_street_and_backstage_are_a_press_away(phone):
    phone.get_by_role("button", name="Street", exact=True).click()
    expect(phone.locator(".street .post")).to_be_in_viewport()
    assert too_wide(phone) == []
    phone.get_by_role("button", name="Backstage").click()
    expect(phone.get_by_role("button", name="To the next due moment")).to_be_in_viewport(ratio=1)
    assert too_wide(phone) == []
    phone.get_by_role("button", name="Backstage").click()
    phone.get_by_role("button", name="Workspace").click()
    phone.select_option("#actor", cast.CARO)
    phone.locator(".room-link", has_text="care-leads").click()
    expect(phone.locator(".room h1")).to_contain_text("care-leads")
