"""`heard network`: what another tool needs to bring posts in, and a trial post."""

import sys
from pathlib import Path

import click

from cli.opening import read
from cli.options import CONFIG
from cli.output import CANNOT_START, leave, say


@click.group()
def network() -> None:
    """Connect another tool: how it brings posts in, and is told what was approved."""


@network.command()
@CONFIG
@click.option("--try", "tries", is_flag=True, help="Send a signed trial post to the running desk.")
def webhook(config: Path, tries: bool) -> None:
    """Print how a tool sends its posts here as signed JSON, with an example."""
    from datetime import UTC, datetime

    from bot.gateways.networks.webhook_guide import NONE_YET, guide, send_trial
    from bot.gateways.networks.webhook_kind import KIND, SECRET
    from bot.settings.accounts import options_of
    from handlers.webhooks import webhook_url

    settings = read(config, speaks=tries)
    account = next((one for one in settings.config.accounts if one.network == KIND.name), None)
    section = settings.config.webhooks
    if account is None or section is None:
        leave(NONE_YET)
    address = webhook_url(section.host, section.port, account.network, account.id)
    if not tries:
        say(guide(account.id, account.handle, options_of(account), address))
        return
    taken, said = send_trial(address, settings.secrets.by_name()[SECRET.name], datetime.now(UTC))
    say(said, err=not taken)
    sys.exit(0 if taken else CANNOT_START)
