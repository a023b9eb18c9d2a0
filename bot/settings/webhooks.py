"""The section of heard.toml on the port at which webhooks of networks come in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StrictInt

from bot.settings.accounts import kind_of
from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.secrets import APART, STATEMENTS_SECRET
from bot.settings.values import Filled, Section

if TYPE_CHECKING:
    from bot.settings.model import Config


class WebhooksSection(Section):
    """The port at which networks tell of news; without the section nothing listens."""

    host: Filled = Field("127.0.0.1", description="The address to listen on, behind your own proxy with TLS.")
    port: Annotated[StrictInt, Field(ge=1, le=65_535)] = Field(3001, description="The port to listen on.")


class StatementSourceRule(Section):
    """A system that brings drafts of statements to everybody, such as a status page."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")] = Field(
        description="What approvers read, and the end of its address: small letters, digits and hyphens."
    )


def statement_secret(source: str) -> str:
    """Return the name of the secret of a system that brings statements."""
    return f"{STATEMENTS_SECRET}{APART}{source.upper().replace('-', '_')}"


def statement_secrets_in(tables: object) -> list[str]:
    """Return the names of the secrets that these tables of heard.toml need, as far as they are valid."""
    named = [one.get("name") for one in tables if isinstance(one, dict)] if isinstance(tables, list) else []
    return [statement_secret(one) for one in dict.fromkeys(one for one in named if isinstance(one, str))]


def _source_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    sources = config.statement_sources
    if sources and config.webhooks is None:
        what = "Statements come in at the port of webhooks, and the desk listens at none."
        yield Fault(
            lines.of(("statement_sources", 0)),
            "statement_sources[1]",
            what,
            "Add a section [webhooks]; it may be empty.",
        )
    for number, one in enumerate(sources):
        if one.name in {before.name for before in sources[:number]}:
            where = lines.of(("statement_sources", number, "name"))
            yield Fault(where, f"statement_sources[{number + 1}].name", "Two sources have this name.", "Rename one.")


def webhook_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield a fault for a port that is taken, for one that nobody uses, and for one that an account needs."""
    yield from _source_faults(config, lines)
    given, kinds = config.webhooks, [kind_of(one) for one in config.accounts]
    if given is None:
        for number, kind in enumerate(kinds):
            if kind.only_webhooks:
                what = f"Posts of {kind.label} come by webhooks, and the desk listens for none."
                where = lines.of(("accounts", number))
                yield Fault(where, f"accounts[{number + 1}]", what, "Add a section [webhooks]; it may be empty.")
        return
    if not any(kind.webhooks for kind in kinds) and not config.statement_sources:
        what = "No account is on a network that sends webhooks, so the port would be open for nothing."
        yield Fault(lines.of(("webhooks",)), "webhooks", what, "Take the section out, or add such an account.")
    if config.slack.mode == "http" and config.slack.port == given.port:
        where = lines.of(("webhooks", "port")) or lines.of(("webhooks",))
        yield Fault(where, "webhooks.port", "Slack's requests come in at this port.", "Choose another one, as 3001.")
