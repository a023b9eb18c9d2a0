"""`heard triage`: the triage of recorded posts, and how far people's labels agree."""

from pathlib import Path

import click

from cli.opening import policy_or_shipped, read, reader
from cli.options import CONFIG, config_of
from cli.output import leave, say

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("file", type=FILE, required=False)
@click.option(
    "--labels", type=FILE, default=None, help="What people call these posts: CSV with id, kind, urgent, ..."
)
@click.option("--corrections", is_flag=True, help="What people corrected on the desk, by what had told it wrongly.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@CONFIG
def triage(file: Path | None, labels: Path | None, corrections: bool, as_json: bool, config: Path) -> None:
    """Say what recorded posts are taken for; with labels, how far the desk and people agree.

    Without a heard.toml the words that come with the desk are used.
    """
    if corrections:
        _say_corrections(config, as_json=as_json)
        return
    if file is None:
        raise click.UsageError("Name a file of recorded posts, or ask for --corrections.")
    from bot.domain.base.refusals import NotUsable
    from bot.gateways.networks.recorded import mention_of
    from bot.gateways.networks.recordings import read_recording
    from bot.services.triage.measure import read_all
    from handlers.triage_report import comparison, counts, read_labels

    try:
        recording = read_recording(file)
        posts = [mention_of(one, "", one.created_at) for one in recording.posts]
        found = read_all(policy_or_shipped(config), posts)
        for line in (
            comparison(found, read_labels(labels), as_json=as_json) if labels else counts(found, as_json=as_json)
        ):
            say(line)
    except OSError as trouble:
        leave(f"{file} cannot be read: {trouble}")
    except NotUsable as refusal:
        leave(refusal.sentence)


def _say_corrections(config: Path, *, as_json: bool) -> None:
    from handlers.triage_report import corrections

    store = reader(read(config_of(config, None), speaks=False))
    try:
        for line in corrections(store.corrections(), as_json=as_json):
            say(line)
    finally:
        store.close()
