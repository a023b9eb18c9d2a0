"""The addresses of posts on X."""

import re

from bot.gateways.outside import address_parts


def post_url(post_id: str, handle: str = "") -> str:
    """Return the public address of a post; X also accepts one without the handle."""
    return f"https://x.com/{handle}/status/{post_id}" if handle else f"https://x.com/i/web/status/{post_id}"


_SITE = re.compile(r"(?:(?:www|mobile|m)\.)?(?:x|twitter)\.com", re.IGNORECASE)
_POST = re.compile(r"/(?:i/web|\w{1,15})/status(?:es)?/(\d{1,19})(?:/.*)?", re.ASCII | re.IGNORECASE)


def post_behind(link: str, also: str = "") -> str:
    """Return the id of the post that an address leads to, also with a longer path or a query; "" for another page.

    `also`: host and port of a rehearsal, which shows X's posts too.
    """
    there = address_parts(link)
    here = _SITE.fullmatch(there.netloc) or (also and there.netloc.casefold() == also.casefold())
    found = _POST.fullmatch(there.path) if here and there.scheme in {"http", "https"} else None
    return found[1] if found else ""
