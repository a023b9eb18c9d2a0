"""`heard manifest`: print the Slack app's manifest."""

import click

from cli.output import say


@click.command()
@click.option(
    "--request-url", default="", help="Your public address, https://.../slack/events; left out: Socket Mode."
)
@click.option("--drill", is_flag=True, help="Of the app for drills, which always uses Socket Mode.")
def manifest(request_url: str, drill: bool) -> None:
    """Print the manifest from which the Slack app is created."""
    from bot.gateways.manifest import manifest_text

    if drill and request_url:
        raise click.UsageError("The app for drills uses Socket Mode: leave --request-url out.")
    try:
        say(manifest_text(socket=not request_url, request_url=request_url, drill=drill))
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--request-url") from None
