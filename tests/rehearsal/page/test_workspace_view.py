"""The workspace part of the page, driven in a browser against a small desk on the real Bolt."""

import pytest
import requests
from playwright.sync_api import expect

from bot.rehearsal.workspace import cast
from tests.person import until
from tests.rehearsal.page.sample_desk import card, mrkdwn, plain

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]  # one browser


@pytest.fixture
def on_card(desk, page):
    desk.post(card())
    expect(page.locator(".room .message")).to_have_count(1)
    return page.locator(".room .message").first


def act_as(page, user):
    page.select_option("#actor", user)


def test_the_word_rehearsal_is_in_sight_also_behind_a_modal(on_card, page):
    expect(page.locator(".band-word")).to_have_text("REHEARSAL")
    on_card.get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator("dialog[open]")).to_be_visible()
    expect(page.locator(".band-word")).to_be_in_viewport()


def test_a_card_is_drawn_as_slack_draws_it(on_card):
    expect(on_card.locator("h3")).to_have_text("Case 412 · billing")
    expect(on_card.locator("blockquote")).to_have_text("Charged twice AGAIN @northwind")
    expect(on_card.locator(".mention")).to_have_text("@Ben Okafor")
    assert on_card.locator("time").last.inner_text().count(":") == 1
    expect(on_card.locator(".bk-button.primary")).to_have_text("Reply")


def test_a_reply_is_drafted_refused_beside_its_field_and_submitted(on_card, page, desk):
    on_card.get_by_role("button", name="Reply", exact=True).click()
    modal = page.locator("dialog[open]")
    modal.get_by_label("Template").select_option("wrong charge")
    words = modal.get_by_label("Reply", exact=True)
    expect(words).to_have_value("I'm sorry, that's on us.")
    modal.get_by_role("button", name="Send to review").click()
    expect(modal.locator(".bk-error")).to_have_text("Say what happens to the refund, please.")
    words.press("End")
    words.press_sequentially(" Your refund comes today.")
    modal.get_by_label("Approver").select_option(cast.BEN)
    modal.get_by_label("photo").check()
    modal.get_by_role("button", name="Send to review").click()
    expect(modal).to_have_count(0)
    values = dict(desk.heard)["submitted"]
    assert values["words.24"]["words_input"]["value"] == "I'm sorry, that's on us. Your refund comes today."
    assert values["who"]["who"]["selected_user"] == cast.BEN
    assert [one["value"] for one in values["also"]["also"]["selected_options"]] == ["photo"]
    assert values["tone"]["tone"]["selected_option"]["value"] == "warm"
    expect(page.locator(".hint li.done")).to_have_count(2)


@pytest.mark.long
def test_the_desk_hears_what_is_typed_but_not_every_key(on_card, page, desk):
    on_card.get_by_role("button", name="Reply", exact=True).click()
    typed = "twenty-four keys pressed"
    whole = lambda answer: typed in (answer.request.post_data or "")  # noqa: E731
    with page.expect_response(whole):
        page.locator("dialog textarea").press_sequentially(typed)
    heard = [action["value"] for name, action in desk.heard if name == "words_input"]
    assert heard[-1] == f"Hi{typed}"
    assert len(heard) < len(typed) / 2


def test_what_was_typed_just_before_a_submission_that_is_refused_is_told_too(on_card, page, desk):
    """Else a form whose fields follow the words could never be sent."""
    on_card.get_by_role("button", name="Reply", exact=True).click()
    modal, held = page.locator("dialog[open]"), []
    page.route("**/people/submit", lambda route: held.append(route))  # noqa: PLW0108 - the library marks its handlers
    page.clock.install()
    modal.get_by_label("Reply", exact=True).fill("It will be fine.")
    with page.expect_request("**/people/submit"):
        modal.get_by_role("button", name="Send to review").click()
    page.clock.fast_forward(1_000)  # so the words have settled while the submission is on its way
    held[0].continue_()
    expect(modal.locator(".bk-error")).to_have_text("Say what happens to the refund, please.")
    expect(page.locator("[aria-busy]")).to_have_count(0)
    until(lambda: "It will be fine." in str([one for name, one in desk.heard if name == "words_input"]))


def test_escape_keeps_a_draft_for_later_and_the_desk_is_told(on_card, page, desk):
    on_card.get_by_role("button", name="Reply", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    until(lambda: ("closed", None) in desk.heard, "the desk is told")


def test_a_question_is_asked_before_a_button_that_wants_it(on_card, page, desk):
    on_card.get_by_role("button", name="Claim").click()
    page.get_by_role("button", name="No", exact=True).click()
    assert desk.heard == []
    on_card.get_by_role("button", name="Claim").click()
    page.locator("dialog.small").get_by_role("button", name="Claim").click()
    expect(page.locator("dialog.small")).to_have_count(0)
    expect(page.locator("[aria-busy]")).to_have_count(0)
    assert [name for name, _ in desk.heard] == ["case_claim"]


@pytest.mark.long
def test_the_overflow_menu_is_used_by_keyboard(on_card, page, desk):
    on_card.get_by_label("More actions").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_response("**/people/press"):
        page.keyboard.press("Enter")
    assert desk.heard[0][1]["selected_option"]["value"] == "Set aside"


def test_what_is_typed_in_a_thread_stays_in_slack(on_card, page, stage):
    on_card.hover()
    on_card.get_by_label("Reply in thread").click()
    page.locator(".thread textarea").fill("I think <b>billing</b> is wrong & slow")
    page.keyboard.press("Enter")
    expect(page.locator(".thread .message").last).to_contain_text("I think <b>billing</b> is wrong & slow")
    expect(page.locator(".room .replies")).to_contain_text("1 reply")
    assert stage.ledger()["x"]["posts"] == []


@pytest.mark.long
def test_a_command_is_answered_to_the_asker_alone(page, desk):
    page.get_by_label("Message # care").fill("/care status")
    page.keyboard.press("Enter")
    answer = page.locator(".message.ephemeral")
    expect(answer).to_contain_text("You asked: status")
    expect(answer).to_contain_text("Only visible to you")
    act_as(page, cast.BEN)
    expect(page.locator(".pane-head h1")).to_be_visible()
    expect(answer).to_have_count(0)


@pytest.mark.long
def test_a_message_is_sent_to_care(page, desk):
    page.get_by_label("Message # care").fill("somebody wrote to the shop")
    page.keyboard.press("Enter")
    message = page.locator(".room .message").last
    message.hover()
    message.get_by_label("Send to care").click()
    expect(page.locator("dialog h2")).to_have_text("Send to care")
    assert ("added", "somebody wrote to the shop") in desk.heard


@pytest.mark.long
def test_an_app_without_a_home_tab_shows_none(page, stage):
    manifest = {
        "features": {"app_home": {"home_tab_enabled": False}},
        "oauth_config": {"scopes": {"bot": ["users:read"]}},
    }
    requests.post(f"{stage.url}/people/manifest", json=manifest, timeout=10).raise_for_status()
    page.reload()
    page.wait_for_selector("body[data-ready=yes]")
    expect(page.get_by_role("button", name="care", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Heard: home")).to_have_count(0)


@pytest.mark.long
def test_the_home_tab_shows_what_the_desk_published(page, desk):
    page.get_by_role("button", name="Heard: home").click()
    expect(page.locator(".home")).to_contain_text("Your cases: none")


@pytest.mark.long
def test_unread_rooms_are_marked_until_they_are_opened(page, desk):
    desk.post(card(1))
    expect(page.locator(".room .message")).to_have_count(1)
    desk.post(card(), channel=cast.BILLING)
    room = page.locator(".room-link", has_text="care-billing")
    expect(room.locator(".count")).to_have_text("1")
    room.click()
    expect(room.locator(".count")).to_have_count(0)
    expect(page.locator(".room .message")).to_have_count(1)


@pytest.mark.long
def test_a_newcomer_is_led_to_the_room_where_the_first_card_waits(page, desk):
    expect(page.locator(".pane-head h1")).to_have_text("# care")
    desk.post(card(), channel=cast.BILLING)
    expect(page.locator(".pane-head h1")).to_have_text("# care-billing")
    desk.post(card(2))
    expect(page.locator(".room-link", has_text="care").first.locator(".count")).to_have_text("1")
    expect(page.locator(".pane-head h1")).to_have_text("# care-billing")


def test_a_guest_sees_only_their_rooms(page, desk):
    expect(page.locator(".room-link", has_text="care-billing")).to_have_count(1)
    act_as(page, cast.GUS)
    expect(page.locator(".room-link", has_text="care-billing")).to_have_count(0)


@pytest.mark.long
def test_without_a_desk_a_press_says_what_to_do(page, stage):
    stage.workspace.call("chat.postMessage", {"channel": cast.CARE, "text": "A case", "blocks": card()})
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("No desk is connected")


@pytest.mark.long
def test_trouble_is_told_above_an_open_modal(on_card, page, desk, stage):
    on_card.get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator("dialog[open]")).to_be_visible()
    stage.workspace.add_fault("interactive", "lost_before")
    page.get_by_role("button", name="Send to review").click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text("did not answer within 3 seconds")
    expect(toast).to_be_in_viewport()
    assert page.locator("#toasts").evaluate("(node) => node.matches(':popover-open')")


@pytest.mark.long
def test_the_newest_200_of_2000_cards_are_drawn_and_older_ones_on_request(page, stage):
    for number in range(2_000):
        stage.workspace.call("chat.postMessage", {"channel": cast.CARE, "text": "A case", "blocks": card(number)})
    messages = page.locator(".room .message")
    expect(messages).to_have_count(200)
    expect(messages.last).to_contain_text("Case 1999")
    page.get_by_role("button", name="Show older messages").click()
    expect(messages).to_have_count(400)
    expect(messages.first).to_contain_text("Case 1600")


@pytest.mark.long
def test_the_page_follows_without_server_sent_events(browser, stage, desk):
    tab = browser.new_page()
    tab.route("**/stage/events", lambda route: route.abort())
    tab.goto(stage.url)
    tab.wait_for_selector("body[data-ready=yes]")
    desk.post(card())
    expect(tab.locator(".room .message")).to_have_count(1, timeout=15_000)
    tab.close()


def test_every_block_the_desk_may_use_is_drawn(page, desk):
    rich = [
        {"type": "rich_text_section", "elements": [
            {"type": "text", "text": "bold", "style": {"bold": True}}, {"type": "emoji", "name": "eyes"},
            {"type": "user", "user_id": cast.ANA}, {"type": "link", "url": "https://example.com", "text": "a link"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a  b"}]},
        {"type": "rich_text_list", "style": "bullet", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]}]},
    ]  # fmt: skip
    desk.post([
        {"type": "rich_text", "elements": rich},
        {"type": "divider"},
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a broken kettle"},
        {"type": "section", "fields": [mrkdwn("*one*"), plain("two")],
         "accessory": {"type": "image", "image_url": "https://example.com/b.png", "alt_text": "her photo"}},
        {"type": "section", "text": mrkdwn("*bold* _it_ ~no~ `code` <https://example.com|label> :eyes:\n&gt; quoted", verbatim=False)},
        {"type": "actions", "elements": [{"type": "users_select", "action_id": "pick"}]},
    ])  # fmt: skip
    message = page.locator(".room .message")
    expect(message.locator(".unknown")).to_have_count(0)
    expect(message.locator("pre")).to_have_text("a  b")
    expect(message.locator("li")).to_have_text("first")
    expect(message.locator("[role=img]")).to_have_count(2)
    expect(message.locator("img")).to_have_count(0)
    assert message.locator("strong").all_inner_texts()[1:] == ["bold", "one", "bold"]
    expect(message.locator("blockquote")).to_have_text("quoted")
    with page.expect_response("**/people/press"):
        message.locator("select").select_option(cast.DEE)
    assert desk.heard[0][1]["selected_user"] == cast.DEE


@pytest.mark.long
def test_backstage_shows_what_the_desk_has_on_its_way_out(page, stage):
    page.get_by_role("button", name="Backstage").click()
    outbox = page.locator(".outbox")
    expect(outbox).to_contain_text("No desk has told what waits in it")
    lines = [
        {"what": "card, case 7", "to": cast.CARE, "state": "begun"},
        {"what": "draft", "to": cast.BEN, "state": "later"},
    ]
    told = {"waiting": 5, "messages": lines, "replies": [{"what": "reply, case 7", "state": "being sent"}]}
    requests.post(f"{stage.url}/stage/outbox", json=told, timeout=10).raise_for_status()
    expect(outbox).to_contain_text("1 reply and 5 messages on their way")
    expect(outbox.locator("tr")).to_have_text(
        ["reply, case 7being sent", "card, case 7#carebegun", "draftBen Okaforlater"]
    )
    expect(outbox).to_contain_text("and 3 more")


@pytest.mark.long
def test_the_newest_message_stays_in_sight_when_backstage_opens(page, desk):
    for number in range(12):
        desk.post(card(number))
    newest = page.locator(".room .message").nth(11)
    expect(newest).to_be_in_viewport(ratio=0.9)
    page.get_by_role("button", name="Backstage").click()
    expect(newest).to_be_in_viewport(ratio=0.9)


@pytest.mark.long
def test_the_clock_can_run_and_jump(page, stage):
    page.get_by_role("button", name="Backstage").click()
    before = stage.clock.now()
    with page.expect_response("**/stage/clock"):
        page.get_by_role("button", name="+1 h").click()
    assert (stage.clock.now() - before).total_seconds() >= 3600
    page.get_by_role("button", name="60×").click()
    expect(page.locator("#clock")).to_contain_text("60×")
    expect(page.locator(".numbers")).to_contain_text("calls to Slack")
    assert requests.get(f"{stage.url}/stage/clock", timeout=10).json()["speed"] == 60
