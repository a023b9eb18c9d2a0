"""The rules of the blocks that Slack added in 2026, with the fields and limits of Slack's own SDKs."""

from collections.abc import Mapping

from bot.rehearsal.workspace.kit_elements import ID, element
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

MOST_IN_TABLE = 20_000  # characters in all cells of a data_table
_IMAGE = element({"image"}, "image")
_SOURCE = record({"type": choice("url"), "url": string(3000), "text": string(3000)})


def _block(required: Mapping[str, Rule], optional: Mapping[str, Rule]) -> Rule:
    return record({"type": anything, **required}, {"block_id": ID, **optional})


def new_blocks(rich_text: Rule, old: Mapping[str, Rule]) -> dict[str, Rule]:
    """Return the rules by block type; `old` are the blocks that a container may contain."""
    card = both(
        _block(
            {},
            {
                "hero_image": _IMAGE,
                "icon": _IMAGE,
                "title": text(150),
                "subtitle": text(150),
                "body": text(200),
                "actions": listing(element({"button"}, "card"), 1, 3),
            },
        ),
        _one_of("hero_image", "title", "actions", "body"),
    )
    task = _block(
        {"task_id": ID, "title": string(3000), "status": choice("pending", "in_progress", "complete", "error")},
        {"details": rich_text, "output": rich_text, "sources": listing(_SOURCE, 1, 50)},
    )
    return {
        "alert": _block({"text": text(200)}, {"level": choice("default", "info", "warning", "error", "success")}),
        "card": card,
        "carousel": _block({"elements": listing(typed({"card": card}, "carousel"), 1, 10)}, {}),
        "container": _container(rich_text, old),
        "data_table": _data_table(rich_text),
        "data_visualization": _an_object,  # the SDK has no model of its chart to compare with
        "plan": _block({"title": string(3000)}, {"tasks": listing(typed({"task_card": task}, "plan"), 1, 50)}),
        "task_card": task,
    }


def _container(rich_text: Rule, old: Mapping[str, Rule]) -> Rule:
    made = _block(
        {"child_blocks": listing(typed(old, "container"), 1, 10)},
        {
            "title": plain(150),
            "rich_text_title": rich_text,
            "subtitle": text(150),
            "width": choice("narrow", "standard", "wide", "full"),
            "icon": _IMAGE,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
    )
    return both(made, _one_of("title", "rich_text_title"), _folds)


def _data_table(rich_text: Rule) -> Rule:
    written = {
        "raw_text": record({"type": anything, "text": string(3000)}),
        "raw_number": record({"type": anything, "value": _a_number}, {"text": string(3000)}),
    }
    cell = typed({**written, "rich_text": rich_text}, "table cells")
    made = _block(
        {"caption": string(3000), "rows": listing(listing(cell, 1, 20), 2, 201)},
        {"page_size": number(1, 100), "row_header_column_index": number(0, 19)},
    )
    return both(made, _head_of(typed(written, "table heads")), _not_too_much)


def _one_of(*names: str) -> Rule:
    def rule(value: object, where: str, report: Report) -> None:
        if isinstance(value, dict) and not any(name in value for name in names):
            report.say(f"must define at least one of: {', '.join(names)}", where)

    return rule


def _folds(value: object, where: str, report: Report) -> None:
    if isinstance(value, dict) and value.get("is_collapsible") and value.get("has_header_divider"):
        report.say("has_header_divider cannot be set when is_collapsible is true", where)


def _head_of(cell: Rule) -> Rule:
    def rule(value: object, where: str, report: Report) -> None:
        rows = value.get("rows") if isinstance(value, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            return
        for at, one in enumerate(rows[0] if rows else ()):
            cell(one, f"{where}/rows/0/{at}", report)
        if len({len(row) for row in rows}) > 1:
            report.say("every row must have the same number of cells", f"{where}/rows")

    return rule


def _not_too_much(value: object, where: str, report: Report) -> None:
    if sum(map(len, _written(value))) > MOST_IN_TABLE:
        report.say(f"no more than {MOST_IN_TABLE} characters allowed", where)


def _written(node: object) -> list[str]:
    if isinstance(node, list):
        return [words for one in node for words in _written(one)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if isinstance(node.get("text"), str) else []
    return own + [words for one in node.values() if isinstance(one, list) for words in _written(one)]


def _a_number(value: object, where: str, report: Report) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        report.say("must be a number", where)


def _an_object(value: object, where: str, report: Report) -> None:
    if not isinstance(value, dict):
        report.say("must be an object", where)
