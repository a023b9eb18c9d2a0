"""The networks of a rehearsal: which there are, and what the desk is told of their stand-ins."""

import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.rehearsal.launch import Launched, OnStage

_MESSAGES, _RECEIVER = "messages", "receiver"  # options of a network that a rehearsal sets


def chosen_networks(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> list[str]:
    """Return the names that were given, each once; refuse a network that has no stand-in."""
    names = list(dict.fromkeys(name.strip() for one in given for name in one.split(",") if name.strip()))
    known = can_be_rehearsed() if names else ()
    if wrong := [one for one in names if one not in known]:
        raise click.BadParameter(f"{wrong[0]} cannot be rehearsed; there are {', '.join(known)}.")
    return names


def can_be_rehearsed() -> list[str]:
    """Return the names of the networks that have a stand-in."""
    from bot.ports.network_kind import network_kinds

    return [one.name for one in network_kinds().values() if one.stand_in]


def for_the_stage(names: Sequence[str], webhooks: int) -> list[str]:
    """Return the arguments with which the stage opens these networks; none where it shows its own two as usual."""
    from bot.ports.network_kind import network_kinds
    from bot.rehearsal.launch import OWN

    kinds = network_kinds()
    others = [f"--network={one}|{kinds[one].label}|{kinds[one].stand_in}" for one in names if one not in OWN]
    only = ["--only-these"] if names and not set(names) & set(OWN) else []
    return [*others, *only, *([f"--bell=http://127.0.0.1:{webhooks}"] if webhooks else [])]


def port_for_webhooks(names: Sequence[str]) -> int:
    """Return a free port where one of the networks tells of its posts by webhooks alone; else 0."""
    from bot.ports.network_kind import network_kinds

    if not any(network_kinds()[one].only_webhooks for one in names):
        return 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def on_stage(stage: "Launched", names: Sequence[str]) -> "list[OnStage] | None":
    """Return what the desk is told of the chosen networks; None: the stage's own two."""
    from bot.ports.network_kind import network_kinds
    from bot.rehearsal.launch import OnStage, own_networks

    if not names:
        return None
    found = own_networks(stage.account(), names)
    for one in stage.others():
        kind = network_kinds()[one["network"]]
        has = {option.name for option in kind.options}
        options = one["options"] | ({_MESSAGES: "yes"} if _MESSAGES in has else {})
        options |= {_RECEIVER: one["url"]} if _RECEIVER in has else {}
        env = one["secrets"] | ({kind.address.name: one["url"]} if kind.address else {})
        found.append(OnStage(network=one["network"], handle=one["handle"], id=one["id"], options=options, env=env))
    return found
