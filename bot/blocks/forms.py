"""What people wrote into our forms, read back from the state of a view."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What stands in a form: an input that the form does not have is empty."""

    template: str = ""
    facts: Mapping[str, str]
    words: str = ""
    words_block: str = ""  # the id of the input that held the words: where a refusal of them is shown
    note: str = ""
    assignee: str = ""
    reason: str = ""  # in words, ready to be written down
    hours: int = 0  # term of a case set aside; 0: until reopened
    link: str = ""
    choice: str = ""  # CORRECT or TAKE_BACK


def written(values: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Written:
    """Return what stands in a view's `state.values`, unescaped."""
    raise NotImplementedError
