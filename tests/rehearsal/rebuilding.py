"""Builds payloads again with other libraries: PyPI's `blockkit` builders, and slack_sdk's models at all levels."""

import inspect
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

import blockkit
from slack_sdk.models import JsonObject

# Parts of Block Kit without a `type`, by the field that contains them.
UNTYPED = {
    "options": blockkit.Option,
    "initial_option": blockkit.Option,
    "initial_options": blockkit.Option,
    "option_groups": blockkit.OptionGroup,
    "confirm": blockkit.Confirm,
    "style": blockkit.RichStyle,
    "dispatch_action_config": blockkit.DispatchActionConfig,
}
TYPED = {
    "plain_text": blockkit.Text, "mrkdwn": blockkit.Text, "header": blockkit.Header, "section": blockkit.Section,
    "context": blockkit.Context, "actions": blockkit.Actions, "divider": blockkit.Divider, "input": blockkit.Input,
    "rich_text": blockkit.RichText, "rich_text_section": blockkit.RichTextSection,
    "rich_text_quote": blockkit.RichTextQuote, "rich_text_preformatted": blockkit.RichTextPreformatted,
    "rich_text_list": blockkit.RichTextList, "text": blockkit.RichTextEl, "link": blockkit.RichLinkEl,
    "user": blockkit.RichUserEl, "date": blockkit.RichDateEl, "button": blockkit.Button,
    "overflow": blockkit.Overflow, "static_select": blockkit.StaticSelect, "users_select": blockkit.UsersSelect,
    "radio_buttons": blockkit.RadioButtons, "plain_text_input": blockkit.PlainTextInput,
    "url_text_input": blockkit.UrlInput, "checkboxes": blockkit.Checkboxes, "image": blockkit.ImageEl,
    "modal": blockkit.Modal,
}  # fmt: skip


@cache
def _takes(builder: Any) -> AbstractSet[str]:
    return set(inspect.signature(builder).parameters) | {"type"}


def rebuilt(payload: Any, holder: str = "") -> Any:
    """Build the same payload with blockkit's builders, which refuse what breaks Slack's rules."""
    if isinstance(payload, list | tuple):
        return [rebuilt(each, holder) for each in payload]
    if not isinstance(payload, Mapping):
        return payload
    builder = TYPED.get(payload.get("type", ""), UNTYPED.get(holder))
    assert builder is not None, f"blockkit has no builder for {payload.get('type')} under {holder}"
    assert set(payload) <= _takes(builder), (builder.__name__, set(payload) - _takes(builder))
    given = {name: rebuilt(value, name) for name, value in payload.items()}
    made = builder(**(given if builder is blockkit.Text else {n: v for n, v in given.items() if n != "type"}))
    return _chosen_from_a_group(made, payload) if {"option_groups", "initial_option"} <= set(payload) else made


def _chosen_from_a_group(made: Any, payload: Mapping[str, Any]) -> Any:
    """Check here that the chosen option is in one of the groups: blockkit 2.1 takes the option for a group."""
    assert payload["initial_option"] in [one for group in payload["option_groups"] for one in group["options"]]
    made._validators = [one for one in made._validators if getattr(one, "target_field", "") != "option_groups"]
    return made


def models_inside(model: Any) -> Iterator[JsonObject]:
    """Yield every model of the SDK inside this one: its own check looks at one level only."""
    if isinstance(model, JsonObject):
        yield model
        for value in vars(model).values():
            yield from models_inside(value)
    elif isinstance(model, list | tuple):
        for each in model:
            yield from models_inside(each)
