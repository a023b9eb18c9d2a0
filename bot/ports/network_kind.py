"""The kinds of networks that a desk can have: built in, or brought by an installed package."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.accounts.holds import SEPARATE, SHARED, Budgets
from bot.domain.accounts.spending import Prices
from bot.domain.base.quick_dataclass import dataclass
from bot.ports.network import KnowsItself
from bot.ports.webhooks import TakesWebhooks

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from bot.ports.pushes import Pushes

GROUP = "heard.networks"  # the entry points under which another package offers a kind
# Where each built-in kind is declared. A declaration imports no client of its network.
_BUILT_IN = {
    "x": "bot.gateways.networks.x_kind:KIND",
    "mastodon": "bot.gateways.networks.mastodon_kind:KIND",
    "bluesky": "bot.gateways.networks.bluesky_kind:KIND",
    "google-play": "bot.gateways.networks.google_play_kind:KIND",
    "facebook": "bot.gateways.networks.facebook_kind:KIND",
    "instagram": "bot.gateways.networks.instagram_kind:KIND",
    "webhook": "bot.gateways.networks.webhook_kind:KIND",
    "street": "bot.gateways.networks.street_kind:KIND",
}
_OF_THE_DESK = {"recorded": "Recorded", "link": "By link"}  # where posts come from that no network sent


@dataclass(frozen=True, slots=True)
class NeededSecret:
    """A secret of a network: its name in the environment, and where a person finds it."""

    name: str  # "X_ACCESS_TOKEN"
    found_at: str  # "“Keys and tokens” of your app in X's developer portal"
    why_not: Callable[[str], str] | None = None  # what is wrong with a value; None: it is a single word
    parts: Callable[[str], Sequence[str]] = field(default=lambda _: ())  # of a value, which no log may show either


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The address of a network's API: its name in the environment, and the usual one."""

    name: str  # "X_API_URL"
    usual: str = ""  # empty: it has to be given
    remedy: str = ""  # what to do when it is not given


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOption:
    """A key of `[[accounts]]` that only this network has."""

    name: str
    description: str
    usual: str | None = None  # None: it has to be given
    why_not: Callable[[str], str] = field(default=lambda _: "")  # what is wrong with a value, as a sentence; or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountGiven:
    """The parts to build a network from: one account of ours, its secrets and options, and the API's address."""

    id: str
    handle: str
    secrets: Mapping[str, str]  # by name in the environment
    options: Mapping[str, str] = field(default_factory=dict)
    api_url: str = ""
    within: float | None = None  # seconds for a whole call; None: as the network has it
    folder: Path | None = None  # the desk's own private one, for tokens that the network changes; None: keep none


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkKind:
    """One kind of network: how it is named, configured and built."""

    name: str  # in `[[accounts]]` and in the store: "x"
    label: str  # as people write it: "X"
    build: Callable[[AccountGiven], KnowsItself]  # imports the network's client
    id_pattern: str  # the form of an account's id, as a regular expression
    id_is: str  # the same in words: "a number of up to 20 digits"
    description: str = ""  # behind its name in the table of settings
    secrets: Sequence[NeededSecret] = ()
    further_secrets: Sequence[NeededSecret] = ()  # without which it works, with less
    # Returns what tells of new posts by itself, for all accounts of this kind; nothing without what they need.
    streams: "Callable[[Sequence[AccountGiven]], Sequence[Pushes]] | None" = None
    streams_need: str = ""  # what has to be set for that, in words: "X_BEARER_TOKEN"
    address: Address | None = None
    options: Sequence[AccountOption] = ()
    budgets: Budgets = SHARED  # which calls wait after one that was refused since there were too many
    refuses_repeats: bool = False  # it refuses a text that the account has posted before
    sign_in_calls: Sequence[str] = ()  # ends of the paths of POSTs that only open or renew a session
    private_answers: bool = False  # it lets the desk answer a private message in private
    # An address that opens a private message to our account, by its handle; "": words alone, as on X, which charges
    # for links and may refuse them.
    private_way_in: Callable[[str], str] = field(default=lambda _: "")
    answers_itself: bool = False  # it lets us answer our own reply, so that one too long can go out in parts
    one_key: bool = False  # its secrets are good for several accounts of ours
    removes_tags: bool = False  # it would take HTML tags out of a reply, so words with one are not sent
    takes_back: bool = True  # it lets the desk delete a reply
    reports_deletions: bool = False  # what it delivers tells at once which posts were deleted
    links_in: Callable[[str], Sequence[str]] = lambda _: ()  # what it makes links of beyond what looks like one
    prices: Prices = field(default_factory=dict)  # dollars, of a network that is paid by use
    stand_in: str = ""  # "module:callable": what its certification opens in place of the server; see certify
    # The same for each stream of private messages that its certification covers, by the stream's name.
    private_stand_ins: Mapping[str, str] = field(default_factory=dict)
    webhooks: Callable[[AccountGiven], TakesWebhooks] | None = None  # how it tells of news; None: it does not
    largest_webhook: int = 1_000_000  # bytes of a request of its webhooks; longer ones are refused
    only_webhooks: bool = False  # its posts come by webhooks alone, since it cannot be read
    machine_replies: str = ""  # what it demands of replies with a machine's words, as sentences; "": not known
    no_statements: str = ""  # why our account can post no statement there, as a sentence; "": it only answers others
    approves_machines: bool = False  # it wants to approve an app that has such replies, before the first one
    rehearsal_only: bool = False  # `heard init` does not offer it


def every_secret(kind: NetworkKind) -> Sequence[NeededSecret]:
    """Return the secrets of a kind, also those without which it works."""
    return (*kind.secrets, *kind.further_secrets)


def network_kinds() -> Mapping[str, NetworkKind]:
    """Return every kind by name, the built-in ones first; an installed package cannot replace a built-in one."""
    return {kind.name: kind for kind in built_in_kinds()} | _installed()[0]


def unusable_kind(name: str) -> str:
    """Return why the kind of this name, which an installed package offers, cannot be used; or ""."""
    return _installed()[1].get(name, "")


def built_in_kinds() -> tuple[NetworkKind, ...]:
    """Return the kinds that come with the desk."""
    return tuple(_declared(place) for place in _BUILT_IN.values())


def network_kind(name: str) -> NetworkKind | None:
    """Return the kind of this name, or None; looks at installed packages only for a name that is not built in."""
    return _declared(_BUILT_IN[name]) if name in _BUILT_IN else _installed()[0].get(name)


def network_label(name: str) -> str:
    """Return a network's name as people write it, also of one that is no longer installed."""
    if name in _OF_THE_DESK:
        return _OF_THE_DESK[name]
    kind = network_kind(name)
    return kind.label if kind else name.capitalize()


def budgets_of(name: str) -> Budgets:
    """Return which calls of a network wait with each other; of one that is no longer installed each alone."""
    kind = network_kind(name)
    return kind.budgets if kind else SEPARATE


@cache
def _declared(place: str) -> NetworkKind:
    module, _, name = place.partition(":")
    kind: NetworkKind = getattr(import_module(module), name)
    return kind


@cache
def _installed() -> tuple[dict[str, NetworkKind], dict[str, str]]:
    """Return the kinds that installed packages bring, and what is wrong with those that cannot be used."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - looking through all packages takes its time

    kinds, wrong = {}, {}
    for one in entry_points(group=GROUP):
        if one.name not in _BUILT_IN:
            try:
                kinds[one.name] = _offered(one)
            except Exception as trouble:  # noqa: BLE001 - another's package must not stop a desk that does not use it
                wrong[one.name] = f"{one.value}: {type(trouble).__name__}: {trouble}"
    return kinds, wrong


def _offered(one: "EntryPoint") -> NetworkKind:
    kind = one.load()
    if not isinstance(kind, NetworkKind) or kind.name != one.name:
        raise TypeError(f"this is no NetworkKind with the name {one.name}")
    return kind
