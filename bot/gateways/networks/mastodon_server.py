"""The server that an account is on: Mastodon itself, or one of its kin, and how they differ.

Mastodon keeps our key for a reply for an hour in its own store; Pleroma and Akkoma keep it for six hours in memory,
so that only a restart loses it, which also ends every call under way; GoToSocial does not know such keys.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.replies.outcome_checks import NEVER_SAFE, SafeRepeat
from bot.gateways.networks.graphemes import graphemes
from bot.gateways.networks.mastodon_length import mastodon_length
from bot.gateways.outside import Json, address_parts, object_in, objects, text_or_empty, whole_number
from bot.ports.network import NetworkTrouble

LIMIT = 500  # characters, where the server does not tell another limit
ADDRESSED = 32  # of them for the handle before a reply: "@" and at most 30 letters, its server does not count
_MOST_LIMIT = 100_000
_HOUR_OF_THE_KEY = SafeRepeat(within=timedelta(minutes=55))
_COMPATIBLE = re.compile(r"\(compatible; ([A-Za-z][\w.-]{0,39})")
_NAME = re.compile(r"[A-Za-z][\w. -]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ServerKind:
    """One kind of server: its name, the longest post, and where it differs from Mastodon.

    `safe_repeat`: as long as our key keeps a repeated call from making a second post. `counts_in_full`: an address
    counts as long as it is, and so does a handle of another server. `tells_edits`: among its notifications.
    `edits_posts`: a post's words can be changed.
    """

    name: str
    safe_repeat: SafeRepeat = NEVER_SAFE
    counts_in_full: bool = False
    tells_edits: bool = False
    edits_posts: bool = False
    most: int = LIMIT

    def length(self, text: str) -> int:
        """Return the length of a text as this server counts it."""
        return graphemes(text) if self.counts_in_full else mastodon_length(text)

    def before(self, handles: Sequence[str]) -> int:
        """Return the room that the longest of these handles takes before a reply; for no handle, the usual one."""
        shown = [one if self.counts_in_full else one.partition("@")[0] for one in handles]
        return max((len(f"@{one} ") for one in shown), default=ADDRESSED)


UNKNOWN = ServerKind("Mastodon")  # until it is known, and where a server does not say it: no key is relied on
_MASTODON = ServerKind("Mastodon", safe_repeat=_HOUR_OF_THE_KEY, tells_edits=True, edits_posts=True)
_PLEROMA = ServerKind("Pleroma", safe_repeat=_HOUR_OF_THE_KEY, counts_in_full=True)
_BY_SOFTWARE = {
    "mastodon": _MASTODON,
    "hometown": _MASTODON,
    "kmyblue": _MASTODON,
    "fedibird": _MASTODON,
    "pleroma": _PLEROMA,
    "akkoma": replace(_PLEROMA, name="Akkoma"),
    "gotosocial": ServerKind("GoToSocial", counts_in_full=True),
}


def server_in(nodeinfo: Json, instance: Json) -> ServerKind:
    """Return the kind of a server by what it says of itself.

    Raises NetworkTrouble for software that speaks another language than Mastodon's, or only parts of it.
    """
    software = text_or_empty(object_in(nodeinfo, "software"), "name") or _by_version(instance)
    kind = _BY_SOFTWARE.get(software.casefold()) if software else UNKNOWN
    if kind is None:
        name = software if _NAME.fullmatch(software) else "something else"
        raise NetworkTrouble(
            f"This server runs {name}. Heard works with Mastodon, GoToSocial, Pleroma and Akkoma. "
            "Posts on other servers can be added by their link."
        )
    return replace(kind, most=_limit_in(instance))


def _by_version(instance: Json) -> str:
    """Return the name of the software as its kin write it into the version; Mastodon writes the bare number."""
    if "gotosocial" in text_or_empty(instance, "source_url").casefold():
        return "gotosocial"
    found = _COMPATIBLE.search(text_or_empty(instance, "version"))
    return found[1] if found else ""


def _limit_in(instance: Json) -> int:
    """Return the longest post, by the newer document, the older one, or Pleroma's own name for it."""
    statuses = object_in(object_in(instance, "configuration"), "statuses")
    told = [
        whole_number(statuses, "max_characters", _MOST_LIMIT),
        whole_number(instance, "max_toot_chars", _MOST_LIMIT),
        whole_number(instance, "max_characters", _MOST_LIMIT),
    ]
    return next((one for one in told if one and one > 2 * ADDRESSED), LIMIT)


def nodeinfo_path(told: Json, base: str) -> str:
    """Return where a server describes its software, on the server itself: an address elsewhere is not followed."""
    ours = address_parts(base).netloc.casefold()
    there = [address_parts(text_or_empty(one, "href")) for one in objects(told, "links")]
    paths = [one.path for one in there if one.netloc.casefold() == ours and one.path.startswith("/nodeinfo/")]
    return paths[-1] if paths else "/nodeinfo/2.0"
