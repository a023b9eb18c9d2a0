import pytest

from bot.rehearsal.workspace.blockkit import check_view, message_problems, view_problems
from bot.rehearsal.workspace.errors import SlackError


def plain(text="x"):
    return {"type": "plain_text", "text": text}


def mrkdwn(text="x"):
    return {"type": "mrkdwn", "text": text}


def section(**more):
    return {"type": "section", "text": mrkdwn(), **more}


def button(action_id="go", **more):
    return {"type": "button", "action_id": action_id, "text": plain(), **more}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def select(n=1, **more):
    return {"type": "static_select", "action_id": "pick", "options": [option(str(k)) for k in range(n)], **more}


def option(value="v", text="x"):
    return {"text": plain(text), "value": value}


def question(element=None, **more):
    return {
        "type": "input",
        "label": plain(),
        "element": element or {"type": "plain_text_input", "action_id": "words"},
        **more,
    }


def rich(*pieces):
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(pieces)}]}


def modal(*blocks, **more):
    return {"type": "modal", "title": plain(), "blocks": list(blocks), **more}


FULL_CARD = [
    {"type": "header", "text": plain("Case 7")},
    section(fields=[mrkdwn(), plain()], accessory={"type": "overflow", "action_id": "more", "options": [option()]}),
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": "@here <!channel>"}]}],
    },
    {
        "type": "context",
        "elements": [mrkdwn(), {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}],
    },
    actions(
        button("a", style="primary", value="1"),
        button("b", confirm={"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain()}),
    ),
    {"type": "divider"},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, rich({"type": "text", "text": "b"})]]},
]


def test_a_whole_card_passes():
    assert message_problems(FULL_CARD) == []


def test_a_whole_modal_passes():
    blocks = [question(), question(select(3, initial_option=option("1")), optional=True), section(accessory=button())]
    assert view_problems(modal(*blocks, submit=plain("Send"), close=plain("Back"), private_metadata="7")) == []


@pytest.mark.parametrize(
    ("blocks", "problem", "pointer"),
    [
        ([section(text=mrkdwn("x" * 3001))], "must be less than 3001 characters", "/blocks/0/text/text"),
        ([section(text=mrkdwn(""))], "must be more than 0 characters", "/blocks/0/text/text"),
        ([{"type": "section"}], "must define either text or fields", "/blocks/0"),
        ([section(fields=[mrkdwn()] * 11)], "no more than 10 items", "/blocks/0/fields"),
        ([section(fields=[mrkdwn("x" * 2001)])], "must be less than 2001", "/blocks/0/fields/0/text"),
        ([section(colour="red")], "invalid additional property: colour", "/blocks/0"),
        ([{"type": "header", "text": mrkdwn()}], "unsupported type: mrkdwn", "/blocks/0/text/type"),
        ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151", "/blocks/0/text/text"),
        ([actions()], "no fewer than 1 items", "/blocks/0/elements"),
        ([actions(*[button(str(n)) for n in range(26)])], "no more than 25 items", "/blocks/0/elements"),
        ([actions(button("a"), button("a"))], "action_id must be unique: a", "/blocks/0"),
        ([section(block_id="b"), section(block_id="b")], "block_id must be unique: b", "/blocks"),
        ([section(block_id="b" * 256)], "must be less than 256", "/blocks/0/block_id"),
        ([{"type": "divider"}] * 51, "no more than 50 items", "/blocks"),
        ([{"type": "marquee"}], "unsupported type: marquee", "/blocks/0/type"),
        ([actions({"type": "slider", "action_id": "a"})], "unsupported type: slider", "/blocks/0/elements/0/type"),
        ([actions(button(text=plain("x" * 76)))], "must be less than 76", "/blocks/0/elements/0/text/text"),
        ([actions(button(text=mrkdwn()))], "unsupported type: mrkdwn", "/blocks/0/elements/0/text/type"),
        ([actions(button(value="x" * 2001))], "must be less than 2001", "/blocks/0/elements/0/value"),
        ([actions(button(style="green"))], "must be one of: primary, danger", "/blocks/0/elements/0/style"),
        ([actions(select(101))], "no more than 100 items", "/blocks/0/elements/0/options"),
        ([actions(select(0))], "no fewer than 1 items", "/blocks/0/elements/0/options"),
        ([actions(select(1, initial_option=option("other")))], "must exactly match", "/blocks/0/elements/0"),
        ([actions(select(1, option_groups=[]))], "either options or option_groups", "/blocks/0/elements/0"),
        ([actions(select(1, placeholder=plain("x" * 151)))], "must be less than 151", "/blocks/0/elements/0/placeholder/text"),
        ([actions({"type": "overflow", "action_id": "m", "options": [option()] * 6})], "no more than 5", "/blocks/0/elements/0/options"),
        ([actions({"type": "overflow", "action_id": "m", "options": [option("x" * 151)]})], "less than 151", "/blocks/0/elements/0/options/0/value"),
        ([actions({"type": "overflow", "action_id": "m", "options": [option("v", "x" * 76)]})], "less than 76", "/blocks/0/elements/0/options/0/text/text"),
        ([section(accessory={"type": "plain_text_input", "action_id": "a"})], "unsupported type", "/blocks/0/accessory/type"),
        ([{"type": "image", "image_url": "https://x.example/a.png"}], "missing required field: alt_text", "/blocks/0"),
        ([{"type": "image", "alt_text": "a"}], "either image_url or slack_file", "/blocks/0"),
        ([{"type": "context", "elements": [mrkdwn()] * 11}], "no more than 10 items", "/blocks/0/elements"),
        ([{"type": "context", "elements": [button()]}], "unsupported type: button", "/blocks/0/elements/0/type"),
        ([rich({"type": "text", "text": ""})], "must be more than 0", "/blocks/0/elements/0/elements/0/text"),
        ([rich({"type": "shout", "text": "x"})], "unsupported type: shout", "/blocks/0/elements/0/elements/0/type"),
        ([FULL_CARD[-1], FULL_CARD[-1]], "only one table", "/blocks"),
        ([question(button())], "unsupported type: button", "/blocks/0/element/type"),
        (["no block"], "unsupported type: None", "/blocks/0/type"),
    ],
)  # fmt: skip
def test_what_slack_would_refuse_in_a_message_is_pointed_at(blocks, problem, pointer):
    assert any(problem in told and told.endswith(f"[json-pointer:{pointer}]") for told in message_problems(blocks)), (
        message_problems(blocks)
    )


def raw(text="x"):
    return {"type": "raw_text", "text": text}


def data_table(*rows, **more):
    return {"type": "data_table", "caption": "Cases", "rows": list(rows) or [[raw()], [raw()]], **more}


def task(**more):
    return {"type": "task_card", "task_id": "1", "title": "Look", "status": "pending", **more}


NEW = [
    {"type": "alert", "text": mrkdwn(), "level": "warning"},
    {"type": "card", "title": plain(), "subtitle": mrkdwn(), "body": mrkdwn("x" * 200), "actions": [button()]},
    {"type": "carousel", "elements": [{"type": "card", "title": plain()}]},
    {"type": "container", "title": plain(), "child_blocks": [section()], "width": "wide", "is_collapsible": True},
    data_table([raw("case"), raw("due")], [{"type": "raw_number", "value": 7}, rich({"type": "text", "text": "x"})], page_size=10),
    {"type": "plan", "title": "Steps", "tasks": [task(), task(details=rich({"type": "text", "text": "x"}))]},
    task(sources=[{"type": "url", "url": "https://x.example", "text": "x"}]),
]  # fmt: skip


def test_the_blocks_of_2026_stand_with_their_fields():
    assert message_problems(NEW) == []


def test_the_sdks_own_models_build_the_blocks_of_2026_too():
    from slack_sdk.models.blocks import Block

    known = [block for block in NEW if block["type"] != "data_table"]  # for which the SDK has no model yet
    built = Block.parse_all(known)
    assert [type(one) is not Block for one in built] == [True] * len(known)
    assert [one.to_dict()["type"] for one in built] == [one["type"] for one in known]


@pytest.mark.parametrize(
    ("block", "problem", "pointer"),
    [
        ({"type": "alert", "text": plain(), "level": "loud"}, "must be one of", "/blocks/0/level"),
        ({"type": "alert"}, "missing required field: text", "/blocks/0"),
        ({"type": "card", "icon": NEW[0]}, "unsupported type: alert for image", "/blocks/0/icon/type"),
        ({"type": "card", "subtitle": plain()}, "at least one of: hero_image", "/blocks/0"),
        ({"type": "card", "title": plain("x" * 151)}, "must be less than 151", "/blocks/0/title/text"),
        ({"type": "card", "body": plain(), "actions": [button()] * 4}, "no more than 3", "/blocks/0/actions"),
        ({"type": "carousel", "elements": []}, "no fewer than 1", "/blocks/0/elements"),
        ({"type": "carousel", "elements": [section()]}, "unsupported type: section", "/blocks/0/elements/0/type"),
        ({"type": "container", "child_blocks": [section()]}, "at least one of: title", "/blocks/0"),
        ({"type": "container", "title": plain(), "child_blocks": [section()] * 11}, "no more than 10", "/blocks/0/child_blocks"),
        ({"type": "container", "title": plain(), "child_blocks": [section()], "is_collapsible": True, "has_header_divider": True}, "cannot be set", "/blocks/0"),
        (data_table([raw()]), "no fewer than 2", "/blocks/0/rows"),
        (data_table([raw()], [raw(), raw()]), "same number of cells", "/blocks/0/rows"),
        (data_table([rich({"type": "text", "text": "x"})], [raw()]), "unsupported type: rich_text for table heads", "/blocks/0/rows/0/0/type"),
        (data_table([raw()], [{"type": "raw_number", "value": "7"}]), "must be a number", "/blocks/0/rows/1/0/value"),
        (data_table(*[[raw("x" * 3000)]] * 7), "no more than 20000", "/blocks/0"),
        (data_table(page_size=101), "between 1 and 100", "/blocks/0/page_size"),
        (task(status="asleep"), "must be one of", "/blocks/0/status"),
        ({"type": "plan", "title": "x", "tasks": [section()]}, "unsupported type: section", "/blocks/0/tasks/0/type"),
    ],
)  # fmt: skip
def test_what_slack_would_refuse_in_a_block_of_2026_is_pointed_at(block, problem, pointer):
    told = message_problems([block])
    assert any(problem in one and one.endswith(f"[json-pointer:{pointer}]") for one in told), told


def test_a_message_has_two_charts_at_most():
    chart = {"type": "data_visualization"}
    assert message_problems([chart] * 2) == []
    assert "only two data_visualization blocks" in message_problems([chart] * 3)[0]


@pytest.mark.parametrize(
    ("view", "problem", "pointer"),
    [
        (modal(question()), "missing required field: submit", "/view"),
        (modal(section(), title=plain("x" * 25)), "must be less than 25", "/view/title/text"),
        (modal(section(), submit=plain("x" * 25)), "must be less than 25", "/view/submit/text"),
        (modal(section(), private_metadata="x" * 3001), "must be less than 3001", "/view/private_metadata"),
        (modal(section(), callback_id="x" * 256), "must be less than 256", "/view/callback_id"),
        (modal(*[section()] * 101), "no more than 100 items", "/view/blocks"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown", "/view/blocks/0/type"),
        (modal(section(), colour="red"), "invalid additional property: colour", "/view"),
        ({"type": "modal", "blocks": [section()]}, "missing required field: title", "/view"),
        ({"type": "home", "title": plain(), "blocks": [section()]}, "invalid additional property: title", "/view"),
        ({"type": "drawer", "blocks": []}, "unsupported type: drawer", "/view/type"),
        (modal(question({"type": "plain_text_input", "action_id": "a", "max_length": 3001}), submit=plain()), "between 1 and 3000", "/view/blocks/0/element/max_length"),
        (modal(*[question({"type": "plain_text_input", "action_id": "a", "focus_on_load": True})] * 2, submit=plain()), "only one element", "/view/blocks"),
    ],
)  # fmt: skip
def test_what_slack_would_refuse_in_a_view_is_pointed_at(view, problem, pointer):
    assert any(problem in told and told.endswith(f"[json-pointer:{pointer}]") for told in view_problems(view)), (
        view_problems(view)
    )


def test_a_view_of_a_quarter_megabyte_is_too_large():
    long = [section(text=mrkdwn("😀" * 2900)) for _ in range(30)]
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*long))


def test_the_sdks_own_models_build_what_passes():
    from slack_sdk.models.blocks import Block

    known = [block for block in FULL_CARD if block["type"] != "table"]
    assert [b.to_dict()["type"] for b in Block.parse_all(known)] == [b["type"] for b in known]
