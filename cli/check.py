"""`heard check`: whether the desk can run."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import CONFIG
from cli.output import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.mentions.connection import Connection
    from bot.domain.team.swaps import Swap
    from bot.ports.pushes import Pushes
    from bot.ports.schema import SchemaFault
    from bot.settings import Settings
    from bot.settings.model import Account


@click.command()
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
def check(config: Path, as_json: bool) -> None:
    """Say whether the desk can run, and what to do where it cannot."""
    from datetime import UTC, datetime

    from bot.gateways.check import Probes, as_text, exit_code, run_checks
    from bot.gateways.check import as_json as json_of
    from bot.gateways.templates import ReplyTemplates, shipped

    probes = Probes(
        templates=lambda: ReplyTemplates.load(shipped()),
        database=can_open,
        schema=differing,
        account=speaks_for,
        part=out_of_order,
        streams=told_at_once,
        words=tried_words,
        swaps=agreed,
        shown=asked_about,
    )
    findings = run_checks(config, os.environ, now=datetime.now(UTC), probes=probes)
    say((json_of if as_json else as_text)(findings))
    sys.exit(exit_code(findings))


def can_open(settings: "Settings") -> None:
    """Raise a Refusal unless the database can be opened; it is not changed, and the first start creates it."""
    from storage import open_store

    if "://" in settings.database or Path(settings.database).exists():
        open_store(settings.database_address, read_only=True).close()


def differing(settings: "Settings") -> "Sequence[SchemaFault] | None":
    """Return the differences from the schema of this version; None when no desk has run here yet."""
    from storage import open_store

    if "://" not in settings.database and not Path(settings.database).exists():
        return None
    store = open_store(settings.database_address, read_only=True)
    try:
        return store.schema_faults()
    finally:
        store.close()


def agreed(settings: "Settings", since: "datetime") -> "Sequence[Swap]":
    """Return the agreed swaps that end after `since`; none when no desk has run here yet."""
    from storage import open_store

    if "://" not in settings.database and not Path(settings.database).exists():
        return ()
    store = open_store(settings.database_address, read_only=True)
    try:
        return store.swaps(since)
    finally:
        store.close()


def asked_about(settings: "Settings") -> "Mapping[tuple[str, str], int]":
    """Return how many posts are asked about, whether they were deleted; none when no desk has run here yet."""
    from storage import open_store

    if "://" not in settings.database and not Path(settings.database).exists():
        return {}
    store = open_store(settings.database_address, read_only=True)
    try:
        return store.count_checks()
    finally:
        store.close()


def tried_words(settings: "Settings") -> None:
    """Ask the machine for a translation of two words; raise NoSuggestion where it gives none."""
    from bot.settings.suggestions import asked_for_words

    if machine := asked_for_words(settings):
        machine.translation("Guten Tag", settings.config.suggestions.into if settings.config.suggestions else "en")


def told_at_once(settings: "Settings") -> "Sequence[Pushes]":
    """Return what tells of new posts by itself."""
    from bot.gateways.networks.configured import streams

    return streams(settings)


def out_of_order(settings: "Settings", account: "Account") -> str:
    """Return what keeps a part of an account from working, as a sentence; "" when all works."""
    from bot.gateways.networks.configured import on_network
    from bot.ports import HasParts

    network = on_network(settings, account)
    return network.faulty_part() if isinstance(network, HasParts) else ""


def speaks_for(settings: "Settings", account: "Account") -> "Connection | None":
    """Return an account's connection; raise NetworkTrouble unless the network says that the keys are the account's.

    None when no desk has run here yet.
    """
    from bot.gateways.networks.configured import on_network
    from bot.services.mentions.connections import connection
    from bot.settings.own_accounts import token_end
    from storage import open_store

    network = on_network(settings, account)
    network.verify()
    if "://" not in settings.database and not Path(settings.database).exists():
        return None
    with suppress(Exception):  # a database that does not open is another finding
        store = open_store(settings.database_address, read_only=True)
        try:
            return connection(
                store,
                network,
                asks_about_deletions=settings.config.deletions.ask,
                token_until=token_end(settings.config, account),
            )
        finally:
            store.close()
    return None
