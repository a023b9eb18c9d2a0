"""The kinds of rules for Block Kit; a rule reports each problem with a pointer to its place."""

from collections.abc import Callable, Mapping

Rule = Callable[[object, str, "Report"], None]


class Report:
    """Collects problems, each with a pointer to its place."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def say(self, text: str, where: str) -> None:
        """Add a problem at a place."""
        self.problems.append(f"[ERROR] {text} [json-pointer:{where}]")


def string(most: int, least: int = 1) -> Rule:
    """Return the rule that accepts a string within these lengths, in characters."""

    def rule(value: object, where: str, report: Report) -> None:
        if not isinstance(value, str):
            report.say("must be a string", where)
        elif len(value) > most:
            report.say(f"must be less than {most + 1} characters", where)
        elif len(value) < least:
            report.say(f"must be more than {least - 1} characters", where)

    return rule


def boolean(value: object, where: str, report: Report) -> None:
    """Accept true or false."""
    if not isinstance(value, bool):
        report.say("must be a boolean", where)


def anything(_value: object, _where: str, _report: Report) -> None:
    """Accept any value."""


def number(least: int, most: int) -> Rule:
    """Return the rule that accepts a whole number within these bounds."""

    def rule(value: object, where: str, report: Report) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            report.say("must be an integer", where)
        elif not least <= value <= most:
            report.say(f"must be between {least} and {most}", where)

    return rule


def choice(*words: str) -> Rule:
    """Return the rule that accepts one of these words."""

    def rule(value: object, where: str, report: Report) -> None:
        if value not in words:
            report.say(f"must be one of: {', '.join(words)}", where)

    return rule


def listing(item: Rule, least: int, most: int) -> Rule:
    """Return the rule that accepts a list of so many items, each accepted by `item`."""

    def rule(value: object, where: str, report: Report) -> None:
        if not isinstance(value, list):
            report.say("must be an array", where)
            return
        if len(value) > most:
            report.say(f"no more than {most} items allowed", where)
        if len(value) < least:
            report.say(f"no fewer than {least} items allowed", where)
        for at, each in enumerate(value):
            item(each, f"{where}/{at}", report)

    return rule


def record(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """Return the rule that accepts an object with these required and optional fields and no others."""
    known = {**required, **(optional or {})}

    def rule(value: object, where: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.say("must be an object", where)
            return
        for name in required.keys() - value.keys():
            report.say(f"missing required field: {name}", where)
        for name, each in value.items():
            if name in known:
                known[name](each, f"{where}/{name}", report)
            else:
                report.say(f"invalid additional property: {name}", where)

    return rule


def typed(kinds: Mapping[str, Rule], what: str) -> Rule:
    """Return the rule that accepts an object by the rule of its `type`, one of `kinds`."""

    def rule(value: object, where: str, report: Report) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in kinds:
            kinds[kind](value, where, report)
        else:
            report.say(f"unsupported type: {kind} for {what}", f"{where}/type")

    return rule


def both(*rules: Rule) -> Rule:
    """Return the rule that accepts what all of these rules accept."""

    def rule(value: object, where: str, report: Report) -> None:
        for each in rules:
            each(value, where, report)

    return rule


def plain(most: int) -> Rule:
    """Return the rule that accepts a plain_text object of at most so many characters."""
    return typed({"plain_text": record({"type": anything, "text": string(most)}, {"emoji": boolean})}, "plain text")


def text(most: int) -> Rule:
    """Return the rule that accepts a plain_text or mrkdwn object of at most so many characters."""
    return typed(
        {
            "plain_text": record({"type": anything, "text": string(most)}, {"emoji": boolean}),
            "mrkdwn": record({"type": anything, "text": string(most)}, {"verbatim": boolean}),
        },
        "text",
    )
