"""Requests for the redraw of a message, as changes of its row."""

# The more urgent of two redraws applies, until Slack shows the newest version.
_MORE_URGENT = """CASE WHEN (tellings.behind IS NOT NULL OR tellings.started_at IS NOT NULL)
    AND tellings.urgency < {new} THEN tellings.urgency ELSE {new} END"""
# Messages in a digest are redrawn with it.
_BEHIND = f"CASE WHEN tellings.started_at IS NULL AND tellings.digest_id IS NULL THEN {_MORE_URGENT} END"
BEHIND_ANEW = f"CASE WHEN tellings.started_at IS NULL THEN {_MORE_URGENT} END"
_UP_TO_DATE = "tellings.behind IS NULL AND tellings.started_at IS NULL"
# Slack shows it, or may already: a post that has begun shows what was so before.
STANDS = "(ts <> '' OR started_at IS NOT NULL)"


def again(version: str, new: str = "excluded.", due_at: str = "", behind: str = _BEHIND) -> str:
    """Return the assignments that request a message's redraw in a version; `new`: the prefix of their parameters."""
    urgency = f"{new}urgency"
    return f"""wanted = {version}, urgency = {_MORE_URGENT.format(new=urgency)},
    behind = {behind.format(new=urgency)}, tries = 0, retry_at = NULL, why = '', due_at = {due_at or new + "due_at"},
    since = CASE WHEN {_UP_TO_DATE} THEN {new}since ELSE tellings.since END"""
