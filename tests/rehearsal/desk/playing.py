"""Actions in the browser that several tests use."""

import contextlib
import re

from playwright.sync_api import Error, Locator, Page, expect

from tests.person import until
from tests.rehearsal.desk.conftest import ANA, BEN, House, Pages

WORDS = "{name}, that is on us, and so is the wait. I'm on it and will tell you here by 17:00. ^AN"


def words_for(name: str) -> str:
    return WORDS.format(name=name)


def card_of(tab: Page, name: str) -> Locator:
    """Return the card of this customer; each test has its own customer."""
    named = re.compile(f"{name} [PX]")  # in full, as each post names its author: "newest" holds "wes"
    return tab.locator(".room .message", has_text=named).filter(has_text="mention").first


def thread_of(tab: Page, name: str) -> Locator:
    open_thread(card_of(tab, name))
    expect(tab.locator(".thread .message").first).to_contain_text(name)
    return tab.locator(".thread")


def open_thread(card: Locator) -> None:
    """Press on the thread of a card, once more where the card was drawn anew between the two halves of the press."""
    shown = card.page.locator(".thread .message").first

    def pressed() -> bool:
        card.locator(".replies").click()
        with contextlib.suppress(AssertionError):
            expect(shown).to_be_visible(timeout=5_000)
        return shown.is_visible()

    until(pressed, "the thread opens")


def button(place: Locator | Page, label: str) -> Locator:
    return place.locator("button.bk-button", has_text=re.compile(f"^{re.escape(label)}$"))


LATE = "the parcel is late again and nobody answers"


def complain(house: House, name: str, text: str = LATE, network: str = "x") -> str:
    return house.street.post(f"@northwind {text}", handle=f"{name.lower()}_x", name=f"{name} X", network=network)


def write_draft(tab: Page, name: str, words: str) -> None:
    """Press Reply on the card, write, submit."""
    button(card_of(tab, name), "Reply").click()
    form = tab.locator("dialog[open]")
    form.get_by_label(f"The reply to {name}").fill(words)
    send_off(form)


def send_off(form: Locator) -> None:
    """Submit a reply; confirm the promise when the form asks about one.

    Presses once more where the form was drawn anew between the two halves of a press.
    """
    asked = form.and_(form.page.locator(":not([aria-busy])")).get_by_text("Your words promise")
    submit(form, until_seen=asked)
    if asked.count():
        submit(form)
    expect(form).to_have_count(0)


def submit(form: Locator, until_seen: Locator | None = None) -> None:
    """Press the form's button until the form is closed, or `until_seen` stands in it."""
    idle = form.and_(form.page.locator(":not([aria-busy])"))

    def answered() -> bool:
        return form.count() == 0 or bool(until_seen and until_seen.count())

    def pressed() -> bool:
        if not answered() and idle.count():
            with contextlib.suppress(Error):  # it was closed meanwhile
                idle.locator("button[type=submit]").click(timeout=5_000)
        with contextlib.suppress(AssertionError):
            until(answered, patience=5)
        return answered()

    until(pressed, "the desk answers")


def in_review(house: House, pages: Pages, name: str, words: str, network: str = "x") -> tuple[str, Page]:
    """Make a complaint with Ana's draft in review; return the post and Ben's tab with the thread open."""
    root = complain(house, name, network=network)
    ana = pages.of(house, ANA)
    expect(card_of(ana, name)).to_be_visible()
    write_draft(ana, name, words)
    ben = pages.of(house, BEN)
    thread = thread_of(ben, name)
    expect(button(thread, "Approve & send")).to_be_visible()
    return root, ben
