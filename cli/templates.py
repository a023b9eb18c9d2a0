"""`heard templates`: how templates are used, and which of them fit recorded posts."""

from pathlib import Path

import click

from cli.opening import policy_or_shipped, read, reader
from cli.options import CONFIG, STATE, config_of
from cli.output import leave, say

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group(invoke_without_command=True)
@CONFIG
@STATE
@click.pass_context
def templates(context: click.Context, config: Path, state: Path | None) -> None:
    """Say how templates were used in the last 90 days, and what is missing."""
    if context.invoked_subcommand:
        return
    from bot.blocks.replies.template_use import report_lines
    from bot.gateways.clock import WallClock
    from bot.gateways.living_templates import living_templates
    from bot.services.replies.template_use import template_report

    settings = read(config_of(config, state), speaks=False)
    store = reader(settings)
    try:
        known = living_templates(store).all()
        found = template_report(store, known, settings.policy().vocabulary, WallClock().now())
        for line in report_lines(found):
            say(line)
    finally:
        store.close()


@templates.command("export")
@click.argument("folder", type=FOLDER)
@click.option("--over", is_flag=True, help="Replace files there that have other words.")
@CONFIG
@STATE
def export_templates(folder: Path, over: bool, config: Path, state: Path | None) -> None:
    """Write each template, as the desk uses it now, to a file in FOLDER."""
    from bot.gateways.living_templates import living_templates
    from bot.gateways.template_files import write_folder

    store = reader(read(config_of(config, state), speaks=False))
    try:
        known = living_templates(store)
        contents = {one.name: known.content_of(one.name) for one in known.all()}
        others = write_folder(folder, contents, over=over)
    except OSError as trouble:
        leave(f"{folder} cannot be written: {trouble.strerror}")
    finally:
        store.close()
    if others:
        leave(f"Nothing is written. These have other words in {folder}: {', '.join(others)}. --over replaces them.")
    say(f"Wrote {len(contents)} templates to {folder}.")


@templates.command("import")
@click.argument("folder", type=FOLDER)
@CONFIG
@STATE
def import_templates(folder: Path, config: Path, state: Path | None) -> None:
    """Put the templates of FOLDER that are new or changed up for approval; with a fault in any, none."""
    from bot.gateways.template_files import read_folder
    from cli.at_rest import asks
    from handlers.template_files import answers, ask_to_put_up

    found, faults = read_folder(folder)
    if faults:
        leave("\n".join(map(str, faults)))
    contents = {name: one.content.strip() for name, one in found.items()}
    said, done = ask_to_put_up(asks(config, state, answers, "people are asked once it runs."), contents)
    say(said) if done else leave(said)


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
