"""Imports every module of a desk and of a stage, also what they import late, for the process that is copied."""

from importlib import import_module
from pkgutil import walk_packages

import bot
import handlers
import storage

for package in (bot, handlers, storage):
    for found in walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__"):
            import_module(found.name)
