"""`heard certify`: whether a network keeps its contract with the desk."""

import json
import sys

import click

from cli.output import leave, say

NOT_PASSED = 1


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
def certify(name: str, as_json: bool) -> None:
    """Check that the network NAME keeps its contract, against the stand-in that it brings for its server.

    Calls are cut off, spoiled, left without an answer and answered oddly; nothing leaves this machine. Takes a minute
    or two, and ends with 1 when something is wrong.
    """
    from bot.gateways.networks.certify import certify as findings
    from bot.ports.network_kind import network_kind, network_kinds, unusable_kind

    kind = network_kind(name)
    if kind is None:
        why = unusable_kind(name)
        leave(
            f"{name} cannot be used: {why}" if why else f"No network is called {name}: {', '.join(network_kinds())}."
        )
    found = []
    try:
        for one in findings(kind):
            found.append(one)
            if not as_json:
                say(
                    "\n".join(
                        [f"{'bad ' if one.wrong else 'ok  '}  {one.check}", *(f"      {it}" for it in one.wrong)]
                    )
                )
    except LookupError as why_not:
        leave(str(why_not))
    wrong = [one for one in found if one.wrong]
    if as_json:
        say(
            json.dumps(
                {
                    "network": name,
                    "passed": not wrong,
                    "findings": [{"check": one.check, "wrong": one.wrong} for one in found],
                }
            )
        )
    else:
        say(f"\n{kind.label}: {len(found) - len(wrong)} of {len(found)} checks are passed.")
    if wrong:
        sys.exit(NOT_PASSED)
