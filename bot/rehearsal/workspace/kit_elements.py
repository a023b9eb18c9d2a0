"""The rules of every Block Kit element, with its limits, and the blocks that may contain it."""

from collections.abc import Iterable

from bot.rehearsal.workspace.kit_rules import (
    Report,
    Rule,
    anything,
    boolean,
    both,
    choice,
    listing,
    number,
    plain,
    record,
    string,
    text,
    typed,
)

ID = string(255)
OPTION = record({"text": text(75), "value": string(150)}, {"description": text(75), "url": string(3000)})
OPTIONS = listing(OPTION, 1, 100)
GROUP = record({"label": plain(75), "options": OPTIONS})
CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
DISPATCH = record({}, {"trigger_actions_on": listing(choice("on_enter_pressed", "on_character_entered"), 1, 2)})
FILTER = record(
    {},
    {
        "include": listing(choice("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
SLACK_FILE = record({}, {"id": string(255), "url": string(3000)})


def _element(required: dict[str, Rule] | None = None, optional: dict[str, Rule] | None = None) -> Rule:
    return record(
        {"type": anything, **(required or {})}, {"action_id": ID, "focus_on_load": boolean, **(optional or {})}
    )


def _select(own: dict[str, Rule], needs: dict[str, Rule] | None = None) -> Rule:
    return _element(needs, {"placeholder": plain(150), "confirm": CONFIRM, **own})


def _one_choice(value: object, where: str, report: Report) -> None:
    """Require either options or option groups; an initial choice must be one of them."""
    if not isinstance(value, dict):
        return
    if ("options" in value) == ("option_groups" in value) and value.get("type") in (
        "static_select",
        "multi_static_select",
    ):
        report.say("must define either options or option_groups", where)
    several = value.get("initial_options")
    chosen = [
        *(several if isinstance(several, list) else ()),
        *([value["initial_option"]] if "initial_option" in value else []),
    ]
    if any(option not in _offered(value) for option in chosen):
        report.say("initial option must exactly match one of the options", where)


def _offered(element: dict[str, object]) -> list[object]:
    groups = element.get("option_groups")
    lists = [element.get("options")] + [g.get("options") for g in (groups if isinstance(groups, list) else [])]
    return [option for options in lists if isinstance(options, list) for option in options]


def _typed_in(most: int = 3000, **own: Rule) -> Rule:
    return _element(
        None, {"initial_value": string(most, 0), "placeholder": plain(150), "dispatch_action_config": DISPATCH, **own}
    )


_STATIC: dict[str, Rule] = {"options": OPTIONS, "option_groups": listing(GROUP, 1, 100)}
_MULTI: dict[str, Rule] = {"max_selected_items": number(1, 100)}
_MANY_IDS = listing(ID, 1, 100)
_OFFERED: dict[str, Rule] = {"options": listing(OPTION, 1, 10)}

ELEMENTS: dict[str, Rule] = {
    "button": _element(
        {"text": plain(75)},
        {
            "value": string(2000),
            "url": string(3000),
            "style": choice("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "overflow": _element({"options": listing(OPTION, 1, 5)}, {"confirm": CONFIRM}),
    "static_select": both(_select({**_STATIC, "initial_option": OPTION}), _one_choice),
    "multi_static_select": both(_select({**_STATIC, **_MULTI, "initial_options": OPTIONS}), _one_choice),
    "external_select": _select({"initial_option": OPTION, "min_query_length": number(0, 100)}),
    "multi_external_select": _select({**_MULTI, "initial_options": OPTIONS, "min_query_length": number(0, 100)}),
    "users_select": _select({"initial_user": ID}),
    "multi_users_select": _select({**_MULTI, "initial_users": _MANY_IDS}),
    "conversations_select": _select(
        {
            "initial_conversation": ID,
            "default_to_current_conversation": boolean,
            "filter": FILTER,
            "response_url_enabled": boolean,
        }
    ),
    "multi_conversations_select": _select(
        {**_MULTI, "initial_conversations": _MANY_IDS, "default_to_current_conversation": boolean, "filter": FILTER}
    ),
    "channels_select": _select({"initial_channel": ID, "response_url_enabled": boolean}),
    "multi_channels_select": _select({**_MULTI, "initial_channels": _MANY_IDS}),
    "datepicker": _select({"initial_date": string(10, 10)}),
    "timepicker": _select({"initial_time": string(5, 5), "timezone": string(100)}),
    "datetimepicker": _element(None, {"initial_date_time": number(10**9, 10**10 - 1), "confirm": CONFIRM}),
    "radio_buttons": both(_element(_OFFERED, {"initial_option": OPTION, "confirm": CONFIRM}), _one_choice),
    "checkboxes": both(
        _element(_OFFERED, {"initial_options": listing(OPTION, 1, 10), "confirm": CONFIRM}), _one_choice
    ),
    "plain_text_input": _typed_in(multiline=boolean, min_length=number(0, 3000), max_length=number(1, 3000)),
    "email_text_input": _typed_in(),
    "url_text_input": _typed_in(),
    "number_input": _element(
        {"is_decimal_allowed": boolean},
        {
            "initial_value": string(3000),
            "min_value": string(300),
            "max_value": string(300),
            "placeholder": plain(150),
            "dispatch_action_config": DISPATCH,
        },
    ),
    "rich_text_input": _element(
        None, {"initial_value": anything, "placeholder": plain(150), "dispatch_action_config": DISPATCH}
    ),
    "file_input": _element(None, {"filetypes": listing(string(20), 1, 100), "max_files": number(1, 10)}),
    "image": record(
        {"type": anything, "alt_text": string(2000)}, {"image_url": string(3000), "slack_file": SLACK_FILE}
    ),
    "workflow_button": _element(
        {"text": plain(75), "workflow": anything},
        {"style": choice("primary", "danger"), "accessibility_label": string(75)},
    ),
    "feedback_buttons": _element({"positive_button": anything, "negative_button": anything}),
    "icon_button": _element(
        {"icon": string(50), "text": plain(75)},
        {
            "value": string(2000),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": _MANY_IDS,
        },
    ),
    "plain_text": plain(2000),
    "mrkdwn": text(2000),
}

SELECTS = frozenset(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = frozenset({"datepicker", "timepicker", "radio_buttons", "checkboxes"})
TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"})
IN_SECTION = SELECTS | PICKERS | {"button", "overflow", "image", "workflow_button"}
IN_ACTIONS = (SELECTS | PICKERS | {"button", "overflow", "datetimepicker", "workflow_button"}) - {"image"}
IN_INPUT = SELECTS | PICKERS | TYPED | {"datetimepicker", "file_input"}
IN_CONTEXT = frozenset({"plain_text", "mrkdwn", "image"})
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})


def element(names: Iterable[str], what: str) -> Rule:
    """Return the rule that accepts one of these elements."""
    return typed({name: ELEMENTS[name] for name in names}, what)
