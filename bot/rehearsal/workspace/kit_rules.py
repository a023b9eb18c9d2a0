"""The small grammar in which Block Kit's limits are written down: rules that point at what is wrong."""

from collections.abc import Callable, Mapping

Rule = Callable[[object, str, "Report"], None]


class Report:
    """Collect what is wrong, each with a pointer to the place."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def say(self, text: str, where: str) -> None:
        """Note one problem at a place."""
        self.problems.append(f"[ERROR] {text} [json-pointer:{where}]")


def string(most: int, least: int = 1) -> Rule:
    """Ask for a string within these lengths, in characters."""

    def rule(value: object, where: str, report: Report) -> None:
        if not isinstance(value, str):
            report.say("must be a string", where)
        elif len(value) > most:
            report.say(f"must be less than {most + 1} characters", where)
        elif len(value) < least:
            report.say(f"must be more than {least - 1} characters", where)

    return rule


def boolean(value: object, where: str, report: Report) -> None:
    """Ask for true or false."""
    if not isinstance(value, bool):
        report.say("must be a boolean", where)


def anything(_value: object, _where: str, _report: Report) -> None:
    """Ask for nothing."""


def number(least: int, most: int) -> Rule:
    """Ask for a whole number within these bounds."""

    def rule(value: object, where: str, report: Report) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            report.say("must be an integer", where)
        elif not least <= value <= most:
            report.say(f"must be between {least} and {most}", where)

    return rule


def choice(*words: str) -> Rule:
    """Ask for one of these words."""

    def rule(value: object, where: str, report: Report) -> None:
        if value not in words:
            report.say(f"must be one of: {', '.join(words)}", where)

    return rule


def listing(item: Rule, least: int, most: int) -> Rule:
    """Ask for a list of so many items, each by its own rule."""

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
    """Ask for an object with exactly these fields."""
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
    """Ask for an object whose `type` is one of these, by that type's rule."""

    def rule(value: object, where: str, report: Report) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in kinds:
            kinds[kind](value, where, report)
        else:
            report.say(f"unsupported type: {kind} for {what}", f"{where}/type")

    return rule


def both(*rules: Rule) -> Rule:
    """Ask for all of these."""

    def rule(value: object, where: str, report: Report) -> None:
        for each in rules:
            each(value, where, report)

    return rule


def plain(most: int) -> Rule:
    """Ask for a plain_text object of at most so many characters."""
    return typed({"plain_text": record({"type": anything, "text": string(most)}, {"emoji": boolean})}, "plain text")


def text(most: int) -> Rule:
    """Ask for a plain_text or mrkdwn object of at most so many characters."""
    return typed(
        {
            "plain_text": record({"type": anything, "text": string(most)}, {"emoji": boolean}),
            "mrkdwn": record({"type": anything, "text": string(most)}, {"verbatim": boolean}),
        },
        "text",
    )
