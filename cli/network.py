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
@click.option("--account", "chosen", default="", help="The account's id, where there are several.")
def webhook(config: Path, tries: bool, chosen: str) -> None:
    """Print how a tool sends its posts here as signed JSON, with an example."""
    from datetime import UTC, datetime

    from bot.gateways.networks.webhook_guide import NONE_YET, guide, send_trial
    from bot.gateways.networks.webhook_kind import KIND, SECRET
    from bot.settings.accounts import options_of
    from bot.settings.own_accounts import secret_of
    from handlers.webhooks import webhook_url

    settings = read(config, speaks=tries)
    known = {one.id: one for one in settings.config.accounts if one.network == KIND.name}
    section = settings.config.webhooks
    if not known or section is None:
        leave(NONE_YET)
    if chosen not in known and (chosen or len(known) > 1):
        leave(f"Name one of the accounts with --account: {', '.join(known)}.")
    account = known.get(chosen) or next(iter(known.values()))
    secret = secret_of(SECRET.name, account.secrets)
    address = webhook_url(section.host, section.port, account.network, account.id)
    if not tries:
        say(guide(account.id, account.handle, options_of(account), address, secret=secret))
        return
    taken, said = send_trial(address, settings.secrets.by_name()[secret], datetime.now(UTC))
    say(said, err=not taken)
    sys.exit(0 if taken else CANNOT_START)
