"""Kinds of Slack ids, told by the first letter (https://docs.slack.dev/reference/objects)."""


def is_person(slack_id: str) -> bool:
    """Return whether it is the id of a person; those of an organisation with several workspaces begin with W."""
    return slack_id.startswith(("U", "W"))


def is_group(slack_id: str) -> bool:
    """Return whether it is the id of a user group."""
    return slack_id.startswith("S")
