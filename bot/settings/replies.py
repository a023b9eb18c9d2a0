"""The section of heard.toml on the words of replies, and of statements."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.settings.values import Filled, Length, Section, fault, quoted


def _country(value: str) -> str:
    if not re.fullmatch("[A-Z]{2}", value):
        raise fault(f"{quoted(value)} is not a country's code.", 'Write its two capital letters, such as "GB".')
    return value


Country = Annotated[str, AfterValidator(_country)]


class RepliesSection(Section):
    """The personal data that public replies may show without a remark."""

    published: tuple[Filled, ...] = Field(
        (),
        description="Phone and bank numbers, e-mail and street addresses of your own that everybody may read, "
        "however a reply writes them.",
    )
    may_repeat: tuple[Filled, ...] = Field(
        (), description="Sentences that are meant to go to many customers, such as a line that the law asks for."
    )
    phone_countries: tuple[Country, ...] = Field(
        ("GB", "US", "DE", "FR"),
        description="Countries whose phone numbers are known without a prefix such as +44, by their two letters.",
    )
    statements_stale_after: Length = Field(
        timedelta(hours=4),
        description="After how long without a decision a statement has to be confirmed before it goes out.",
    )
