"""Reads heard.toml and the secrets; reports all faults together, each with its line and remedy."""

import os

# Pydantic looks through all installed packages for plugins at its first model, which is among the imports below. That
# takes a twentieth of reading the configuration, and a plugin would be shown every secret.
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"

from bot.settings.faults import Fault, SettingsFaults
from bot.settings.load import Settings, load, state_dir_of
from bot.settings.secrets import Secrets

__all__ = ["Fault", "Secrets", "Settings", "SettingsFaults", "load", "state_dir_of"]
