"""The section of heard.toml on the program that is asked for words; without the section nothing is asked."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from bot.ports.network_kind import network_kind
from bot.settings.accounts import NetworkName
from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.values import Address, Filled, Section, Small, fault, quoted

if TYPE_CHECKING:
    from bot.domain.replies.suggestion import SuggestionPolicy
    from bot.ports.suggests import Suggests
    from bot.settings.load import Settings
    from bot.settings.model import Config


def _adapter(value: str) -> str:
    from bot.ports.suggests import adapter, adapter_names  # noqa: PLC0415 - most desks have none

    if adapter(value) is None:
        raise fault(f"{quoted(value)} is none that is there.", f"Write one of: {', '.join(adapter_names())}.")
    return value


class SuggestionsSection(Section):
    """The program that is asked for a first version of a reply, and for translations; people decide about both."""

    url: Address = Field(description='The address of its server: "http://127.0.0.1:11434/v1"; https if elsewhere.')
    model: Filled = Field(description="The name of the model; its words are marked with it.")
    adapter: Annotated[str, AfterValidator(_adapter)] = Field(
        "chat-completions", description="Which protocol its server speaks, or the name that a package brought."
    )
    within: Annotated[StrictInt, Field(ge=1, le=60)] = Field(
        20, description="Seconds after which it counts as not answering, 1 to 60."
    )
    private: StrictBool = Field(default=False, description="true tells it private messages, too.")
    networks: tuple[NetworkName, ...] = Field(
        (), description="Networks whose posts it is told; empty means all that want no approval of their own first."
    )
    into: Small = Field("en", description="The language into which it translates, by its code.")


def suggestion_policy(config: "Config") -> "SuggestionPolicy | None":
    """Return the policy as a domain value; None without the section."""
    given = config.suggestions
    if given is None:
        return None
    from bot.domain.replies.suggestion import SuggestionPolicy  # noqa: PLC0415 - most desks have none

    ours = {one.network for one in config.accounts}
    free = {name for name in ours if (kind := network_kind(name)) and not kind.approves_machines}
    return SuggestionPolicy(networks=frozenset(given.networks or free), private=given.private, into=given.into)


def suggestion_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield a fault where a machine's words could go out on one person's decision."""
    if config.suggestions is not None and not config.people.four_eyes:
        what = "A machine's words need a second person, and people.four_eyes is false."
        yield Fault(lines.of(("suggestions",)), "suggestions", what, "Set four_eyes = true, or take the section out.")


def asked_for_words(settings: "Settings") -> "Suggests | None":
    """Return the client of the program that is asked for words; None where none is configured."""
    from bot.ports.suggests import SuggestsGiven, adapter  # noqa: PLC0415 - most desks have none

    given = settings.config.suggestions
    build = adapter(given.adapter) if given else None
    if given is None or build is None:
        return None
    key = settings.secrets.suggestions_key.get_secret_value()
    return build(SuggestsGiven(url=given.url, model=given.model, key=key, within=float(given.within)))
