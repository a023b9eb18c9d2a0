"""`heard manifest`: print the Slack app's manifest."""

import click

from cli.output import say


@click.command()
@click.option(
    "--request-url", default="", help="Your public address, https://.../slack/events; left out: Socket Mode."
)
def manifest(request_url: str) -> None:
    """Print the manifest from which the Slack app is created."""
    from bot.gateways.manifest import manifest_text

    try:
        say(manifest_text(socket=not request_url, request_url=request_url))
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--request-url") from None
