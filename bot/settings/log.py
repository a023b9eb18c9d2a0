"""The section of heard.toml on the log."""

from typing import Literal

from pydantic import Field

from bot.settings.values import Section


class LogSection(Section):
    """The desk's log, on the standard error output: one event per line, without words of people or secrets."""

    format: Literal["text", "json"] = Field("text", description='"json": one JSON object per line, for machines.')
