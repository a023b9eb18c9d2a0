"""The command line: one module per command, and the table of commands."""

import click

from cli import (
    audit,
    backup,
    certify,
    check,
    doctor,
    erase,
    export,
    init,
    manifest,
    move,
    network,
    pause,
    promises,
    rehearse,
    release,
    reload,
    replay,
    restore,
    run,
    triage,
)
from cli.output import Careful

__all__ = ["main"]


@click.group(cls=Careful, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="heard")
def main() -> None:
    """Bring social complaints into Slack and answer each one: approved, human, on time."""


for one in (
    run.run,
    rehearse.rehearse,
    replay.replay,
    triage.triage,
    check.check,
    promises.promises,
    export.export,
    audit.audit,
    erase.erase,
    audit.prove,
    reload.reload,
    pause.pause,
    pause.resume,
    doctor.doctor,
    init.init,
    manifest.manifest,
    certify.certify,
    backup.backup,
    restore.restore,
    move.move,
    release.release,
    network.network,
):
    main.add_command(one)
