"""The rules of every Block Kit block and of rich text, with their limits."""

from bot.rehearsal.workspace.kit_elements import (
    ID,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    SLACK_FILE,
    element,
)
from bot.rehearsal.workspace.kit_new import new_blocks
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

_LONG = 40_000
_STYLE = record(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    ),
)


def _piece(**required: Rule) -> Rule:
    return record({"type": anything, **required}, {"style": _STYLE, **_PIECE_EXTRA})


_PIECE_EXTRA: dict[str, Rule] = {"unicode": string(100), "skin_tone": number(1, 6), "url": string(3000)}
_PIECES: dict[str, Rule] = {
    "text": _piece(text=string(_LONG)),
    "link": record(
        {"type": anything, "url": string(3000)}, {"text": string(_LONG, 0), "unsafe": boolean, "style": _STYLE}
    ),
    "user": _piece(user_id=ID),
    "usergroup": _piece(usergroup_id=ID),
    "channel": _piece(channel_id=ID),
    "broadcast": _piece(range=choice("here", "channel", "everyone")),
    "emoji": _piece(name=string(100)),
    "color": _piece(value=string(7, 7)),
    "date": record(
        {"type": anything, "timestamp": number(0, 10**11), "format": string(500)},
        {"url": string(3000), "fallback": string(500), "style": _STYLE},
    ),
}
_PIECE = typed(_PIECES, "rich text")
_FLOW = listing(_PIECE, 0, 1000)
_SECTION = record({"type": anything, "elements": _FLOW})
_RICH: dict[str, Rule] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": record({"type": anything, "elements": _FLOW}, {"border": number(0, 1)}),
    "rich_text_preformatted": record(
        {
            "type": anything,
            "elements": listing(typed({k: _PIECES[k] for k in ("text", "link")}, "preformatted text"), 0, 1000),
        },
        {"border": number(0, 1), "language": string(50)},
    ),
    "rich_text_list": record(
        {
            "type": anything,
            "style": choice("bullet", "ordered"),
            "elements": listing(typed({"rich_text_section": _SECTION}, "list items"), 1, 1000),
        },
        {"indent": number(0, 8), "offset": number(0, 10_000), "border": number(0, 1)},
    ),
}


def _block(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return record({"type": anything, **required}, {"block_id": ID, **(optional or {})})


def _says_something(value: object, where: str, report: Report) -> None:
    if isinstance(value, dict) and not ("text" in value or "fields" in value):
        report.say("must define either text or fields", where)


def _shows_one(value: object, where: str, report: Report) -> None:
    if isinstance(value, dict) and ("image_url" in value) == ("slack_file" in value):
        report.say("must define either image_url or slack_file", where)


_CELL = typed(
    {"raw_text": record({"type": anything, "text": string(3000)}), "raw_number": anything, "rich_text": anything},
    "table cells",
)
_INPUT = _block(
    {"label": plain(2000), "element": element(IN_INPUT, "input")},
    {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
)
BLOCKS: dict[str, Rule] = {
    "section": both(
        _block(
            {},
            {
                "text": text(3000),
                "fields": listing(text(2000), 1, 10),
                "accessory": element(IN_SECTION, "accessory"),
                "expand": boolean,
            },
        ),
        _says_something,
    ),
    "header": _block({"text": plain(150)}, {"level": number(1, 6)}),
    "divider": _block({}),
    "image": both(
        _block(
            {"alt_text": string(2000)}, {"image_url": string(3000), "slack_file": SLACK_FILE, "title": plain(2000)}
        ),
        _shows_one,
    ),
    "context": _block({"elements": listing(element(IN_CONTEXT, "context"), 1, 10)}),
    "actions": _block({"elements": listing(element(IN_ACTIONS, "actions"), 1, 25)}),
    "context_actions": _block({"elements": listing(element(IN_CONTEXT_ACTIONS, "context_actions"), 1, 5)}),
    "input": _INPUT,
    "rich_text": _block({"elements": listing(typed(_RICH, "rich text blocks"), 1, 1000)}),
    "markdown": _block({"text": string(12_000)}),
    "table": _block({"rows": listing(listing(_CELL, 1, 20), 1, 100)}, {"column_settings": listing(anything, 1, 20)}),
    "video": _block(
        {"alt_text": string(2000), "title": plain(200), "thumbnail_url": string(3000), "video_url": string(3000)},
        {
            "author_name": string(50),
            "description": plain(200),
            "provider_icon_url": string(3000),
            "provider_name": string(100),
            "title_url": string(3000),
        },
    ),
    "file": _block({"external_id": ID, "source": choice("remote")}),
}
BLOCKS |= new_blocks(BLOCKS["rich_text"], {k: v for k, v in BLOCKS.items() if k not in ("input", "file", "table")})

ONLY_IN_MESSAGES = frozenset(
    {
        "markdown",
        "table",
        "context_actions",
        "file",
        "data_table",
        "data_visualization",
        "card",
        "carousel",
        "task_card",
        "plan",
    }
)
IN_MESSAGE = BLOCKS
IN_VIEW = {name: rule for name, rule in BLOCKS.items() if name not in ONLY_IN_MESSAGES}
