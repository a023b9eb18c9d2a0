"""Which post a pasted link leads to: the network knows its own addresses, whatever hangs behind them."""

from hashlib import sha256
from urllib.parse import SplitResult, urlsplit

from bot.domain.case import Case
from bot.domain.errors import NotUsable
from bot.ports import Desk, Network
from bot.services.viewing import label

BY_LINK = "link"  # the network of cases that somebody opened by hand
_SCREENS = ("www.", "mobile.", "m.")  # before a site's name: the same site, drawn otherwise


def address(link: str) -> SplitResult | None:
    """Return the parts of a link that begins with http or https and names a host, or None."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:  # no address at all, such as https://[::1
        return None
    return parts if parts.scheme in {"https", "http"} and parts.hostname else None


def mark_of(link: str) -> str:
    """Return what stands for a post's id where no network of ours knows its address."""
    return sha256(link.encode()).hexdigest()[:24]


def post_behind(desk: Desk, link: str) -> tuple[str, str] | None:
    """Return network and id of the post that a link leads to, on one of the networks that we read, or None."""
    if address(link) is None:
        return None
    found = ((network.name, network.post_behind(link.strip())) for network in desk.networks.values())
    return next((one for one in found if one[1]), None)


def reply_behind(desk: Desk, case: Case, link: str) -> str:
    """Return the id of the post that somebody says our reply is; raise NotUsable for anything but a post there."""
    parts = address(link)
    if parts is None:
        raise NotUsable("Please paste the full link of the reply, beginning with https://", "link")
    network = _network_of(desk, case)
    if network is None:
        return _elsewhere(case, link.strip(), parts)
    post_id = network.post_behind(link.strip())
    if not post_id:
        raise NotUsable(_not_a_post(label(case.network), network.post_url("1234567890", network.handle)), "link")
    return post_id


def _network_of(desk: Desk, case: Case) -> Network | None:
    own = desk.networks.get((case.network, case.account))
    return own or next((one for one in desk.networks.values() if one.name == case.network), None)


def _elsewhere(case: Case, link: str, parts: SplitResult) -> str:
    """Judge a link by its site and its path alone: no network of ours knows the addresses there."""
    where = case.account if case.network == BY_LINK else label(case.network)
    if case.network == BY_LINK and _site(parts.hostname or "") != _site(case.account):
        there = f"That link leads to {_site(parts.hostname or '')}, and this case is from {where}."
        raise NotUsable(f"{there} Please paste the link of our reply there.", "link")
    if _leads_to_a_page(parts, case.author.handle):
        raise NotUsable(_not_a_post(where), "link")
    return mark_of(link)


def _site(host: str) -> str:
    return next((host.removeprefix(one) for one in _SCREENS if host.startswith(one)), host)


def _leads_to_a_page(parts: SplitResult, handle: str) -> bool:
    """Tell whether an address is that of a whole site, or of somebody's page there, as far as its form tells."""
    first, *more = [one for one in parts.path.split("/") if one] or [""]
    somebodys = first.startswith("@") or (handle != "" and first.casefold() == handle.casefold())
    return not more and not parts.query and (first == "" or somebodys)


def _not_a_post(where: str, example: str = "") -> str:
    asked = "Open our reply there and paste its own link"
    return f"That is not the link of a post on {where}. {asked}{f', such as {example}' if example else '.'}"
