"""The section of heard.toml on the time for which customers' data are kept."""

from pydantic import Field

from bot.domain.erasure.retention import RetentionPolicy
from bot.settings.values import Length, Section


class RetentionSection(Section):
    """The time for which what customers wrote is kept; what is left out is kept until somebody is erased."""

    cases: Length | None = Field(
        None, description="Names and words of closed cases, since their end: posts, drafts, notes. 730d, say."
    )
    without_case: Length | None = Field(None, description="Posts that opened no case, since they came. 90d, say.")
    raw: Length | None = Field(None, description="Posts as the network delivered them, since they came. 30d, say.")
    unreadable: Length | None = Field(
        None, description="Posts that could not be read, since somebody decided about them. 30d, say."
    )


def retention_policy(section: RetentionSection) -> RetentionPolicy:
    """Return the section as a domain value."""
    return RetentionPolicy(
        cases=section.cases, without_case=section.without_case, raw=section.raw, unreadable=section.unreadable
    )
