"""Our accounts by name only, for a desk that does not run: nothing is read or sent."""

from datetime import timedelta
from typing import cast

from bot.domain.base.quick_dataclass import dataclass
from bot.ports import Network
from bot.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOnly:
    """One account of ours, without keys and without a client."""

    name: str
    account: str
    handle: str
    streams: tuple[str, ...] = ()
    visibility_delay: timedelta = timedelta()


def named_only(settings: Settings) -> dict[tuple[str, str], Network]:
    """Return every configured account by (network, account); only its names can be asked for."""
    return {
        (one.network, one.id): cast("Network", NamedOnly(name=one.network, account=one.id, handle=one.handle))
        for one in settings.config.accounts
    }
