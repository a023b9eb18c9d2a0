"""The values of inputs: the field of each element type, and a person's choice in Slack's JSON."""

from collections.abc import Iterable, Mapping

from bot.rehearsal.workspace.blockkit import elements_of
from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.kit_elements import TYPED
from bot.rehearsal.workspace.shapes import escaped

# element type -> (field in a payload, field of the initial value)
CARRIES = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
_STATELESS = frozenset({"overflow", "button", "image", "workflow_button", "feedback_buttons", "icon_button"})


def values_of(blocks: Iterable[Json], given: Mapping[str, Json]) -> Json:
    """Return every input's value by block and action: what the person entered, else the initial value."""
    values: Json = {}
    for block, element in elements_of(blocks):
        if element["type"] in CARRIES and element["type"] not in _STATELESS:
            typed = given.get(block["block_id"], {}).get(element["action_id"])
            values.setdefault(block["block_id"], {})[element["action_id"]] = typed or _filled_in(element)
    return values


def chosen(element: Json, given: Mapping[str, object]) -> Json:
    """Return a person's choice in Slack's JSON; a plain `value` names an option by its value.

    Raises SlackError no_such_option for an option that is not offered.
    """
    kind = str(element["type"])
    if kind not in CARRIES:
        return {"type": kind}
    name = CARRIES[kind][0]
    value = given.get(name, given.get("value", given.get("values")))
    if name == "selected_option" and value is not None:
        value = _option(element, value)
    elif name == "selected_options" and isinstance(value, list):
        value = [_option(element, each) for each in value]
    return {"type": kind, name: value}


def as_sent(values: Json) -> Json:
    """Return inputs by block and action as an app gets them: typed text is escaped."""
    return {
        block: {action: typed_as_sent(value) for action, value in actions.items()}
        for block, actions in values.items()
    }


def typed_as_sent(value: Json) -> Json:
    """Return one input as an app gets it."""
    words = value.get("value")
    return {**value, "value": escaped(words)} if value["type"] in TYPED and isinstance(words, str) else value


def is_missing(value: Json) -> bool:
    """Return whether an input is empty."""
    name = CARRIES.get(str(value["type"]), ("value", ""))[0]
    return value.get(name) in (None, "", [])


def _filled_in(element: Json) -> Json:
    name, initial = CARRIES[element["type"]]
    empty: object = [] if name.startswith("selected_") and name.endswith("s") else None
    return {"type": element["type"], name: element.get(initial, empty)}


def _option(element: Json, value: object) -> object:
    if str(element["type"]).endswith("external_select"):
        return value
    wanted = value.get("value") if isinstance(value, dict) else value
    options = [*element.get("options", ()), *(o for g in element.get("option_groups", ()) for o in g["options"])]
    for option in options:
        if option["value"] == wanted:
            return option
    raise SlackError("no_such_option", offered=[option["value"] for option in options])
