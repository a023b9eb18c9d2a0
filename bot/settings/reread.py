"""Reads heard.toml again for a running desk: the whole file is accepted, or the whole file is refused."""

from collections.abc import Iterator

from bot.settings.faults import Fault, SettingsFaults
from bot.settings.files import small_text
from bot.settings.lines import Lines
from bot.settings.load import SLACK_API_URL, Settings, load

# Settings that need a restart. All other settings are policy, which is replaced as a whole.
FIXED = (
    ("desk", "state_dir"),
    ("desk", "database"),
    ("desk", "database_connections"),
    ("desk", "heartbeat_url"),
    ("desk", "poll_every"),
    ("slack", "mode"),
    ("slack", "host"),
    ("slack", "port"),
    ("accounts",),
    ("webhooks",),
    ("customers",),
    ("health",),
    ("log",),
    ("backup",),
    ("suggestions",),
)


def reread(running: Settings) -> Settings:
    """Return the settings of the file as it is now, with the running desk's secrets; raise SettingsFaults."""
    fresh = load(running.path, _known(running))
    changed = list(_fixed(running, fresh))
    if changed:
        raise SettingsFaults(changed)
    return fresh


def _known(running: Settings) -> dict[str, str]:
    """Return the running desk's environment variables: secrets and addresses change only at a restart."""
    return {**running.secrets.by_name(), SLACK_API_URL: running.slack_api_url, **running.network_api_urls}


def _fixed(running: Settings, fresh: Settings) -> Iterator[Fault]:
    lines = Lines(small_text(running.path))
    for path in FIXED:
        if _at(running, path) != _at(fresh, path):
            what = "This cannot change while the desk runs."
            yield Fault(lines.of(path), ".".join(path), what, "Put it back, or restart the desk to change it.")


def _at(settings: Settings, path: tuple[str, ...]) -> object:
    found: object = settings.config
    for name in path:
        found = getattr(found, name)
    return found
