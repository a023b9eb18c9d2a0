"""Requests for the redraw of a message, as changes of its row."""

# The more urgent of two redraws applies, until Slack shows the newest version.
_MORE_URGENT = """CASE WHEN (tellings.behind IS NOT NULL OR tellings.started_at IS NOT NULL)
    AND tellings.urgency < {new} THEN tellings.urgency ELSE {new} END"""
# Messages in a digest are redrawn with it.
_BEHIND = f"CASE WHEN tellings.started_at IS NULL AND tellings.digest_id IS NULL THEN {_MORE_URGENT} END"
BEHIND_ANEW = f"CASE WHEN tellings.started_at IS NULL THEN {_MORE_URGENT} END"
_UP_TO_DATE = "tellings.behind IS NULL AND tellings.started_at IS NULL"
# Slack shows it, or may already: a post that has begun shows what was so before.
_STANDS = "(ts <> '' OR started_at IS NOT NULL)"
# It may also be drawn at this moment: one that waits for its first post, until it is put off for good.
MAY_SHOW = "(ts <> '' OR started_at IS NOT NULL OR behind IS NOT NULL)"


def again(version: str, new: str = "excluded.", due_at: str = "", behind: str = _BEHIND) -> str:
    """Return the assignments that request a message's redraw in a version; `new`: the prefix of their parameters."""
    return ", ".join(f"{column} = {value}" for column, value in _again(version, new, due_at, behind).items())


def again_if_shown(version: str, due_at: str = ":due_at", *, outside: bool = False) -> str:
    """Return the same for messages of which MAY_SHOW is true; `outside`: the version does not say what changed.

    One that waits for its first post keeps its place and its wait. It shows what is so by then, unless it is being
    drawn: so the change is counted, and it is redrawn after its post if it was counted in between.
    """
    changes = {
        column: f"CASE WHEN {_STANDS} THEN {value} ELSE tellings.{column} END"
        for column, value in _again(version, ":", due_at, _BEHIND).items()
    }
    counted = "tellings.anew + 1"
    anew = counted if outside else f"CASE WHEN {_STANDS} THEN tellings.anew ELSE {counted} END"
    return ", ".join(f"{column} = {value}" for column, value in (changes | {"anew": anew}).items())


def _again(version: str, new: str, due_at: str, behind: str) -> dict[str, str]:
    urgency = f"{new}urgency"
    return {
        "wanted": version,
        "urgency": _MORE_URGENT.format(new=urgency),
        "behind": behind.format(new=urgency),
        "tries": "0",
        "retry_at": "NULL",
        "why": "''",
        "due_at": due_at or f"{new}due_at",
        "since": f"CASE WHEN {_UP_TO_DATE} THEN {new}since ELSE tellings.since END",
    }
