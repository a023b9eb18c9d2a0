"""The street part of the page, and foreign text that must stay text everywhere."""

import pytest
from playwright.sync_api import expect

from bot.rehearsal.workspace import cast
from tests.rehearsal.page.sample_desk import card, mrkdwn, option, plain, quote

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]  # one browser

HOSTILE = [
    "<script>pwned()</script>",
    "<img src=x onerror=pwned()>",
    "<svg onload=pwned()><a href='javascript:pwned()'>x</a></svg>",
    "<style>*{display:none}</style><iframe src='https://evil.example'></iframe>",
    "<https://evil.example|https://northwind.example> <!channel> <@U0BEN00001> @here",
    "<javascript:pwned()|press me> <data:text/html,x|or me>",
    "&lt;script&gt;pwned()&lt;/script&gt; &amp;amp;",
    "\u202eesrever\u202c \u200b\u2066x\u2069 \x00 \x07 \ud800 e\u0301\u0301\u0301\u0301",
    "*_~`*_~` ``` > &gt; :eyes: :constructor: :__proto__: {time} <!date^x^{__proto__}|y>",
    "'\"><b onmouseover=pwned()>{{7*7}}${pwned()}</b>",
    "@northwind " + "x" * 10_000,
]


def test_anybody_can_write_and_the_brand_can_answer_from_its_phone(page, stage):
    page.get_by_label("Name").fill("Tom Ashby")
    page.get_by_label("Handle").fill("tom_ashby")
    page.get_by_label("Words of the post").fill("@northwind no parcel again")
    page.get_by_role("button", name="Post", exact=True).click()
    post = page.locator(".conversation .post")
    expect(post).to_contain_text("no parcel again")
    post.get_by_role("button", name="Answer from brand's phone").click()
    page.get_by_label("Words of the post").fill("Sorry Tom, looking.")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator(".conversation .post.brand")).to_contain_text("Sorry Tom, looking.")
    assert [one["by"] for one in stage.ledger()["x"]["posts"]] == ["customer", "phone"]
    expect(page.get_by_label("Handle")).to_have_value("priya_n")


def test_replies_stand_under_their_post_and_the_desks_answer_stands_out(page, stage, street):
    complaint = street("@northwind hello?")
    brand = stage.street.brand
    stage.street.publish(brand, "Hello Priya.", hand="app", reply_to=int(complaint))
    street("another matter", handle="lee_p")
    expect(page.locator(".conversation")).to_have_count(2)
    answered = page.locator(".conversation", has_text="hello?")
    expect(answered.locator(".post.brand.level1")).to_contain_text("from the desk")
    expect(answered.locator(".post.brand.level1")).to_contain_text("Replying to @priya_n")


@pytest.mark.long
def test_a_post_is_edited_and_deleted(page, street):
    street("@northwind teh kettle")
    page.get_by_label("Edit this post").click()
    page.get_by_label("Words of the post").fill("@northwind the kettle")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator(".post")).to_contain_text("the kettle")
    expect(page.locator(".post")).to_contain_text("edited")
    page.get_by_label("Delete this post").click()
    expect(page.locator(".post")).to_have_count(0)


@pytest.mark.long
def test_a_link_to_a_post_leads_to_the_street_and_not_outside(page, desk, street):
    post = street("@northwind charged twice")
    desk.post(card(post_id=post))
    page.get_by_role("link", name="open the post").click()
    expect(page.locator(f"#post-{post}")).to_be_focused()


@pytest.mark.long
def test_the_focus_stays_where_it_is_while_the_street_is_redrawn(page, street):
    post = street("@northwind charged twice")
    page.get_by_role("button", name="Reply").focus()
    street("@northwind and again", in_reply_to=post)
    expect(page.locator(".post")).to_have_count(2)
    expect(page.locator(f"#post-{post}").get_by_role("button", name="Reply")).to_be_focused()


@pytest.mark.long
def test_the_crowd_writes_when_its_mood_is_set(page, stage):
    page.get_by_label("Mood of the crowd").select_option("storm")
    expect(page.locator(".post").first).to_be_visible()
    page.get_by_label("Mood of the crowd").select_option("silent")
    assert "crowd" in {post["by"] for post in stage.ledger()["x"]["posts"]}


def test_hostile_text_is_inert_everywhere(page, desk, stage, street):
    for number, text in enumerate(HOSTILE):
        street(text, handle=f"rude_{number}", name=text[:50])
        bare = text.replace("\ud800", "")
        desk.post(card(number, words=bare[:2_000], name=bare[:100].replace("<", "&lt;")))
        stage.street.write_privately(stage.street.account(f"rude_{number}", name=text[:50]), text, hand="customer")
        desk.post(
            [{"type": "section", "text": mrkdwn(bare[:2_900], verbatim=False)}, quote(bare[:2_900])],
            text=bare[:3_000],
        )
        stage.workspace.act.write(cast.BEN, cast.CARE, bare, raw=True)
    expect(page.locator(".conversation")).to_have_count(len(HOSTILE))
    expect(page.locator(".letter")).to_have_count(len(HOSTILE))
    expect(page.locator(".room .message")).to_have_count(3 * len(HOSTILE))
    for ran in ("script", "iframe", "img", "style", "svg", "b", "object", "embed"):
        assert page.locator(f"body {ran}").count() == 0
    hrefs = page.eval_on_selector_all("a", "all => all.map((one) => one.protocol)")
    assert set(hrefs) <= {"http:", "https:", "mailto:"}
    handlers = "all => all.filter((one) => [...one.attributes].some((a) => a.name.startsWith('on') || a.name === 'style')).length"
    assert page.eval_on_selector_all("body *", handlers) == 0
    expect(page.locator(".posts")).to_contain_text("<script>pwned()</script>")


def test_hostile_text_is_inert_in_a_modal(page, desk, stage):
    desk.post(card())
    rude = "<img src=x onerror=pwned()>"
    view = {
        "type": "modal", "callback_id": "rude", "title": plain("<b>rude</b>"), "submit": plain("Go"),
        "blocks": [
            quote(rude),
            {"type": "input", "block_id": "a", "label": plain(rude), "hint": plain(rude),
             "element": {"type": "static_select", "action_id": "s", "options": [option(rude)]}},
            {"type": "input", "block_id": "c", "label": plain(rude), "element": {"type": "plain_text_input",
             "action_id": "t", "initial_value": f'"></textarea>{rude}', "multiline": True}},
        ],
    }  # fmt: skip
    trigger = stage.workspace.team.tickets.trigger(cast.ANA).id
    desk.client.views_open(trigger_id=trigger, view=view)
    expect(page.locator("dialog h2")).to_have_text("<b>rude</b>")
    expect(page.locator("dialog textarea")).to_have_value(f'"></textarea>{rude}')
    assert page.locator("dialog img").count() == 0


@pytest.mark.long
def test_the_writer_chooses_the_network_and_every_post_says_where_it_stands(page, stage, street):
    page.get_by_label("Network").select_option("street")
    page.get_by_label("Words of the post").fill("@northwind no parcel")
    expect(page.locator("#post-room")).to_have_text("20 of 500")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator(".post .network")).to_have_text("Street")
    street("@northwind on X", handle="lee_p")
    expect(page.locator(".post", has_text="on X").locator(".network")).to_have_text("X")
    page.locator(".post", has_text="no parcel").get_by_role("button", name="Answer from brand's phone").click()
    expect(page.get_by_label("Network")).to_be_disabled()
    page.get_by_label("Words of the post").fill("We look.")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator(".post.brand .network")).to_have_text("Street")
    assert [post["by"] for post in stage.ledger()["street"]["posts"]] == ["customer", "phone"]
    expect(page.get_by_label("Network")).to_be_enabled()


@pytest.mark.long
def test_more_than_fits_is_seen_before_it_is_sent_and_refused_with_a_sentence(page, stage):
    page.get_by_label("Network").select_option("street")
    page.get_by_label("Words of the post").fill("\U0001f469\u200d\U0001f680" * 167)
    expect(page.locator("#post-room.over")).to_have_text("501 of 500")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator(".toast")).to_have_text("On the street 500 characters fit; this has 501.")
    assert stage.ledger()["street"]["posts"] == []


def test_private_messages_are_written_answered_and_taken_back_out_of_the_timeline(page, stage):
    page.locator(".letters summary").click()
    page.get_by_role("button", name="Write to the brand privately").click()
    page.get_by_label("Photos").select_option("1")
    page.get_by_label("Words of the post").fill("My order is 4471")
    page.get_by_role("button", name="Post", exact=True).click()
    talk = page.get_by_role("region", name="Private messages with Priya N")
    expect(talk).to_contain_text("My order is 4471")
    expect(talk.get_by_role("img", name="1 photo")).to_be_visible()
    talk.get_by_role("button", name="Answer @priya_n from the brand's phone").click()
    page.get_by_label("Words of the post").fill("Thank you")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(talk.locator(".letter.brand")).to_contain_text("from the phone")
    talk.get_by_role("button", name="Write privately as @priya_n").click()
    page.get_by_label("Words of the post").fill("When?")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(talk.locator(".letter")).to_have_count(3)
    talk.locator(".letter", has_text="When?").get_by_label("Take this message back").click()
    expect(talk.locator(".letter")).to_have_count(2)
    expect(page.locator(".posts .post")).to_have_count(0)
    assert [one["brand"] for one in stage.ledger()["street"]["messages"]] == [False, True, False]


@pytest.mark.long
def test_the_address_of_a_post_or_message_opens_the_page_with_it_in_view(page, stage, street):
    post = street("@northwind charged twice", network="street")
    message = stage.street.write_privately(stage.street.account("omar_h"), "hello", hand="customer").id
    page.goto(f"{stage.url}/priya_n/status/{post}")
    expect(page.locator(f"#post-{post}")).to_be_focused()
    page.goto(f"{stage.url}/omar_h/messages/m{message}")
    expect(page.locator(f"#post-m{message}")).to_be_focused()


@pytest.mark.long
def test_an_edited_post_is_found_under_the_number_it_always_had(page, stage, street):
    post = street("@northwind teh kettle", network="street")
    stage.street.edit(int(post), "@northwind the kettle")
    page.goto(f"{stage.url}/priya_n/status/{post}")
    expect(page.locator(".post:focus")).to_contain_text("the kettle")
