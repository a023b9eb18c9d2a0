"""Finds whom a message would notify in Slack, and which links in it work."""

import re
from collections.abc import Iterator, Mapping

from bot.rehearsal.workspace.errors import Json

_CONTROL = re.compile(r"<(!channel|!here|!everyone|!group|!subteam\^[A-Z0-9]+|@[UW][A-Z0-9]+)(?:\|[^>]*)?>")
_BARE = re.compile(r"(?<![\w.+-])@(channel|here|everyone|group)\b", re.IGNORECASE)
_LINK = re.compile(r"<((?:https?|mailto|tel|slack)[^|>\s]*)(?:\|([^>]*))?>")
_URL = re.compile(r"https?://[^\s<>|]+")

_Place = tuple[str, bool, str]  # text, whether bare names are parsed, pointer


def notifications(message: Mapping[str, object]) -> list[Json]:
    """List whom a message notifies, each with kind (broadcast, group or user), name and place."""
    found = [call for text, bare, where in _places(message) for call in _called(text, where, bare=bare)]
    return found + [
        call for element, where in _rich(message.get("blocks"), "/blocks") if (call := _rich_call(element, where))
    ]


def links(message: Mapping[str, object]) -> list[Json]:
    """List the working links of a message with their labels; `disguised` when the label names another address."""
    found = [link for text, _, where in _places(message) for link in _linked(text, where)]
    for element, where in _rich(message.get("blocks"), "/blocks"):
        if element.get("type") == "link":
            found.append(_link(str(element.get("url", "")), str(element.get("text", "")), where))
    return found


def _called(text: str, where: str, *, bare: bool) -> list[Json]:
    found = [_control(match.group(1), where) for match in _CONTROL.finditer(text)]
    if bare:
        found += [{"kind": "broadcast", "name": m.group(1).lower(), "where": where} for m in _BARE.finditer(text)]
    return found


def _control(mark: str, where: str) -> Json:
    if mark.startswith("@"):
        return {"kind": "user", "name": mark[1:], "where": where}
    if mark.startswith("!subteam^"):
        return {"kind": "group", "name": mark.removeprefix("!subteam^"), "where": where}
    return {"kind": "broadcast", "name": mark[1:], "where": where}


def _linked(text: str, where: str) -> list[Json]:
    found = [_link(m.group(1), m.group(2) or "", where) for m in _LINK.finditer(text)]
    return found + [_link(m.group(0), "", where) for m in _URL.finditer(_LINK.sub(" ", text))]


def _link(url: str, label: str, where: str) -> Json:
    named = _URL.search(label)
    return {
        "url": url,
        "label": label,
        "where": where,
        "disguised": bool(named and not url.startswith(named.group(0))),
    }


def _places(message: Mapping[str, object]) -> Iterator[_Place]:
    named = bool(message.get("link_names")) or message.get("parse") == "full"
    if message.get("mrkdwn") is not False:
        yield str(message.get("text") or ""), named, "/text"
    yield str(message.get("markdown_text") or ""), True, "/markdown_text"
    yield from _texts(message.get("blocks"), "/blocks")
    yield from _attached(message.get("attachments"))


def _texts(node: object, where: str) -> Iterator[_Place]:
    if isinstance(node, list):
        for at, item in enumerate(node):
            yield from _texts(item, f"{where}/{at}")
    elif isinstance(node, dict):
        if node.get("type") in ("mrkdwn", "markdown") and isinstance(node.get("text"), str):
            yield node["text"], not node.get("verbatim", False), where
        elif node.get("type") != "rich_text":
            for name, item in node.items():
                yield from _texts(item, f"{where}/{name}")


def _attached(attachments: object) -> Iterator[_Place]:
    for at, attachment in enumerate(attachments if isinstance(attachments, list) else []):
        for name in ("pretext", "text"):
            if isinstance(attachment, dict) and isinstance(attachment.get(name), str):
                yield attachment[name], True, f"/attachments/{at}/{name}"
        yield from _texts(
            attachment.get("blocks") if isinstance(attachment, dict) else None, f"/attachments/{at}/blocks"
        )


def _rich(node: object, where: str, *, inside: bool = False) -> Iterator[tuple[Json, str]]:
    if isinstance(node, list):
        for at, item in enumerate(node):
            yield from _rich(item, f"{where}/{at}", inside=inside)
    elif isinstance(node, dict):
        inside = inside or node.get("type") == "rich_text"
        if inside and node.get("type") in ("link", "user", "usergroup", "broadcast"):
            yield node, where
        for name, item in node.items():
            if isinstance(item, list | dict):
                yield from _rich(item, f"{where}/{name}", inside=inside)


def _rich_call(element: Json, where: str) -> Json | None:
    match element.get("type"):
        case "broadcast":
            return {"kind": "broadcast", "name": element.get("range"), "where": where}
        case "usergroup":
            return {"kind": "group", "name": element.get("usergroup_id"), "where": where}
        case "user":
            return {"kind": "user", "name": element.get("user_id"), "where": where}
    return None
