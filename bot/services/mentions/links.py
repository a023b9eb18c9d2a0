"""Finds the post behind a pasted link, with the help of its network."""

import re
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import SplitResult, urlsplit

from bot.domain.base.refusals import NotUsable
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import BY_LINK, Mention, PostRef, Side
from bot.ports import Desk, Network
from bot.ports.network_kind import network_label

_SCREENS = ("www.", "mobile.", "m.")  # prefixes of a site's name for other screens
_TRACKS = re.compile(r"(?:utm_\w+|fbclid|gclid|igsh|igshid|mc_[ce]id)(?:=|\Z)")  # who shared the link, and where


def web_address(link: str) -> SplitResult | None:
    """Return the parts of a link that begins with http or https and names a host, or None."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:  # no address at all, such as https://[::1
        return None
    return parts if parts.scheme in {"https", "http"} and parts.hostname else None


def mark_of(desk: Desk, link: str) -> str:
    """Return the id of a post known only by link: the same for all spellings of the link."""
    marks = [*(_digest("/".join(one)) for one in posts_behind(desk, link)), *_of_link(link)]
    known = desk.store.mention_of_any(BY_LINK, marks)
    return known[0].ref.post_id if known else marks[0]


def added_by_hand(desk: Desk, ref: PostRef, url: str = "") -> tuple[Mention, int] | None:
    """Return the post that a teammate added by a link to this one, with its case; None without one."""
    if not desk.store.has_mentions(BY_LINK):  # every post that comes in is asked about
        return None
    places = dict.fromkeys([url, *_addresses(desk, ref)])
    behind = [(ref.network, ref.post_id), *(one for place in places for one in posts_behind(desk, place))]
    same = [one for one in behind if one[1] == ref.post_id]
    marks = [*(_digest("/".join(one)) for one in same), *(mark for one in places if one for mark in _of_link(one))]
    return desk.store.mention_of_any(BY_LINK, list(dict.fromkeys(marks)))


def _addresses(desk: Desk, ref: PostRef) -> Sequence[str]:
    """Return the network where a post can be seen; for a recorded one, the network of the original."""
    networks = desk.networks.values()
    own = [one.post_url(ref.post_id) for one in networks if one.name == ref.network]
    others = [one.post_url(ref.post_id) for one in networks if not any(own)]
    knows = [one for one in networks if one.name == ref.network]
    return [*filter(None, own), *(one for one in others if any(it.post_behind(one) == ref.post_id for it in knows))]


def _of_link(link: str) -> Sequence[str]:
    """Return the ids of a link that no network of ours knows: by its bare address, and by the whole link.

    Earlier versions stored the second.
    """
    return list(dict.fromkeys(_digest(one) for one in (bare_address(link), link)))


def bare_address(link: str) -> str:
    """Return a link without the parts that do not identify the post: scheme, screen prefix, trackers, fragment."""
    parts = web_address(link)
    if parts is None:
        return link
    asked = [one for one in parts.query.split("&") if one and not _TRACKS.match(one)]
    port = re.search(r":\d+\Z", parts.netloc)
    site = f"{_site(parts.hostname or '')}{port[0] if port else ''}"
    return f"{site}{parts.path.rstrip('/')}{'?' if asked else ''}{'&'.join(asked)}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:24]


def posts_behind(desk: Desk, link: str) -> Sequence[tuple[str, str]]:
    """Yield the network and id of posts behind a link: several networks may use the same addresses."""
    if web_address(link) is None:
        return ()
    found = ((network.name, network.post_behind(link.strip())) for network in desk.networks.values())
    return tuple(dict.fromkeys(one for one in found if one[1]))


def is_on_site(desk: Desk, link: str) -> bool:
    """Return whether we have an account on the link's site."""
    return any(_shows(network, link.strip()) for network in desk.networks.values())


def _shows(network: Network, link: str) -> bool:
    there, here = web_address(network.post_url("1", network.handle)), web_address(link)
    if there is None or here is None:
        return False  # recorded posts have no page
    same = _site(there.hostname or "") == _site(here.hostname or "")
    return same or network.post_behind(link) != ""


def reply_behind(desk: Desk, case: Case, link: str) -> str:
    """Return the id of the post behind a link to our reply; raise NotUsable if it is no post of the network."""
    parts = web_address(link)
    if parts is None:
        raise NotUsable("Please paste the full link of the reply, beginning with https://", "link")
    network = _network_of(desk, case)
    if network is None:
        return _elsewhere(desk, case, link.strip(), parts)
    post_id = network.post_behind(link.strip())
    if not post_id:
        raise NotUsable(
            _not_a_post(network_label(case.network), network.post_url("1234567890", network.handle)), "link"
        )
    return post_id


def has_address(desk: Desk, case: Case, answered: Mention) -> bool:
    """Return whether a reply to this post has an address of its own, which a person can paste.

    Messages of some networks have none, and so do the posts of a tool that does not say where they are.
    """
    network = _network_of(desk, case)
    if network is None:
        return True  # the post was added by its link
    address = network.post_url(answered.ref.post_id, network.handle)
    return bool(address) and network.post_behind(address) == answered.ref.post_id


def _network_of(desk: Desk, case: Case) -> Network | None:
    own = desk.networks.get((case.network, case.account))
    return own or next((one for one in desk.networks.values() if one.name == case.network), None)


def _elsewhere(desk: Desk, case: Case, link: str, parts: SplitResult) -> str:
    """Check a link by site and path alone, where no network of ours knows its addresses."""
    where = case.account if case.network == BY_LINK else network_label(case.network)
    if case.network == BY_LINK and not _is_there(desk, case, link):
        there = f"That link leads to {_site(parts.hostname or '')}, and this case is from {where}."
        raise NotUsable(f"{there} Please paste the link of our reply there.", "link")
    if _leads_to_a_page(parts, case.author.handle):
        raise NotUsable(_not_a_post(where), "link")
    return mark_of(desk, link)


def _is_there(desk: Desk, case: Case, link: str) -> bool:
    """Return whether a link is on the site of a case added by link, under any of its names."""
    if _site(urlsplit(link).hostname or "") == _site(case.account):
        return True
    added = [one.url for one in desk.store.mentions(case.id) if one.side == Side.THEIRS]
    networks = desk.networks.values()
    return any(one.post_behind(link) and one.post_behind(url) for one in networks for url in added)


def _site(host: str) -> str:
    return next((host.removeprefix(one) for one in _SCREENS if host.startswith(one)), host)


def _leads_to_a_page(parts: SplitResult, handle: str) -> bool:
    """Return whether an address looks like a whole site, or somebody's profile."""
    first, *more = [one for one in parts.path.split("/") if one] or [""]
    somebodys = first.startswith("@") or (handle != "" and first.casefold() == handle.casefold())
    return not more and not parts.query and (first == "" or somebodys)


def _not_a_post(where: str, example: str = "") -> str:
    asked = "Open our reply there and paste its own link"
    return f"That is not the link of a post on {where}. {asked}{f', such as {example}' if example else '.'}"
