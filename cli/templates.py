"""`heard templates`: which templates fit recorded posts."""

from pathlib import Path

import click

from cli.opening import policy_or_shipped
from cli.options import CONFIG
from cli.output import leave, say

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def templates() -> None:
    """Say which templates fit."""


@templates.command()
@click.argument("file", type=FILE)
@click.option("--labels", type=FILE, required=True, help="What people name for them: CSV with id, template, ...")
@CONFIG
def measure(file: Path, labels: Path, config: Path) -> None:
    """Say how often the template that people name for recorded posts is offered first.

    Without a heard.toml the words that come with the desk are used.
    """
    from bot.domain.base.refusals import Refusal
    from bot.gateways.networks.recorded import mention_of
    from bot.gateways.networks.recordings import read_recording
    from bot.gateways.templates import shipped_templates
    from handlers.template_report import agreement, read_template_labels

    try:
        named = read_template_labels(labels)
        posts = [mention_of(one, "", one.created_at) for one in read_recording(file).posts]
        for line in agreement(policy_or_shipped(config), shipped_templates().all(), posts, named):
            say(line)
    except OSError as trouble:
        leave(f"{file} cannot be read: {trouble}")
    except Refusal as refusal:
        leave(refusal.sentence)
