"""The command line: one module per command, and the table of commands."""

import importlib

import click

from cli.output import Careful

__all__ = ["COMMANDS", "command", "main"]

# Each command, and the module that has it: only that of the command that is called is imported.
COMMANDS = {
    "run": "run",
    "rehearse": "rehearse",
    "drill": "drill",
    "replay": "replay",
    "triage": "triage",
    "templates": "templates",
    "check": "check",
    "promises": "promises",
    "export": "export",
    "audit": "audit",
    "erase": "erase",
    "prove": "audit",
    "reload": "reload",
    "pause": "pause",
    "resume": "pause",
    "doctor": "doctor",
    "init": "init",
    "manifest": "manifest",
    "certify": "certify",
    "backup": "backup",
    "restore": "restore",
    "move": "move",
    "release": "release",
    "network": "network",
}


def command(name: str) -> click.Command:
    """Import a command's module and return the command. Raises KeyError."""
    found: click.Command = getattr(importlib.import_module(f"cli.{COMMANDS[name]}"), name)
    return found


class _Commands(Careful):
    """The commands of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click has it
        """Return every name, as `heard --help` lists them."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click has it
        """Return the command of that name, or None."""
        return command(cmd_name) if cmd_name in COMMANDS else None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="heard")
def main() -> None:
    """Bring social complaints into Slack and answer each one: approved, human, on time."""
