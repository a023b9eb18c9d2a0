"""`heard init`: write the configuration and the Slack app's manifest."""

import os
from pathlib import Path

import click

from cli.output import leave, say


@click.command()
@click.option("--config", type=click.Path(path_type=Path), default=Path("heard.toml"), show_default=True)
def init(config: Path) -> None:
    """Ask a few questions, then write heard.toml and the Slack manifest beside it."""
    from bot.gateways.manifest import manifest_text
    from bot.settings.asking import ask_for_config

    beside = config.with_name("slack-manifest.json")
    for one in (config, beside):
        if one.exists():
            leave(f"{one} is there already. Move it away first, or choose another name with --config.")
    if not os.access(config.parent, os.W_OK | os.X_OK):  # before anything is asked: no answer is lost
        there = "Nothing can be written into" if config.parent.is_dir() else "There is no folder"
        leave(f"{there} {config.parent}. Make one, or choose another place with --config.")
    config.write_text(
        ask_for_config(lambda asked, usual: click.prompt(asked, default=usual, show_default=bool(usual)))
    )
    beside.write_text(manifest_text())
    say(f"Wrote {config} and {beside}. Next: docs/slack-app.md for the tokens, then `heard check`.")
