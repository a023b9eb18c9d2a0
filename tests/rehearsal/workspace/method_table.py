"""The table of the Web API's methods for docs/stage.md: print it with `python -m tests.rehearsal.workspace.method_table`."""

from bot.rehearsal.workspace.limits import OPEN_SOCKETS
from bot.rehearsal.workspace.web_api import METHODS

WHO = {"bot": "", "app": " (app-level token)", "none": "no token"}


def limit(name: str) -> str:
    if name == "apps.connections.open":
        return f"{OPEN_SOCKETS} a minute"
    beside = "1 a second per channel, " if name == "chat.postMessage" else ""
    return f"{beside}{METHODS[name].per_minute} a minute"


def scope(name: str) -> str:
    needs = " or ".join(f"`{each}`" for each in METHODS[name].needs)
    return (needs + WHO[METHODS[name].caller]) or "none"


def table() -> str:
    rows = ["| method | limit | scope | its own refusals |", "|---|---|---|---|"]
    for name in sorted(METHODS):
        errors = " ".join(f"`{code}`" for code in sorted(METHODS[name].errors))
        rows.append(f"| `{name}` | {limit(name)} | {scope(name)} | {errors or 'none'} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
