"""Reads heard.toml and the secrets; reports all faults together, each with its line and remedy."""

from bot.settings.faults import Fault, SettingsFaults
from bot.settings.load import Settings, load, state_dir_of
from bot.settings.secrets import Secrets

__all__ = ["Fault", "Secrets", "Settings", "SettingsFaults", "load", "state_dir_of"]
