"""Puts the folders of all tests into memory where there is room (on a disk a run takes a tenth longer); leaves out what takes long."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import canary
from tests.engines import ROOM, in_memory
from tests.long import left_out

gc.disable()  # until all tests are collected: to look through them again and again is a fifth of a whole run

if (place := in_memory(4 * ROOM)) is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))  # read by pytest when the first folder is made

if os.environ.get(canary.ASKED):

    @pytest.fixture(autouse=True)
    def watched_log() -> Iterator[None]:
        """Have everything logged at DEBUG, and look for secrets and words of people."""
        yield from canary.watching()


def pytest_configure(config: pytest.Config) -> None:
    """Collect the files of a folder before those below it, in whatever order they were named.

    pytest 9.1 makes the folders below anew for each file in a folder, and those made later miss their fixtures.
    """
    config.args.sort(key=lambda one: len(Path(one.partition("::")[0]).absolute().parts))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes long, unless it was asked for."""
    out = {*left_out(config, items)}
    config.hook.pytest_deselected(items=list(out))
    items[:] = [one for one in items if one not in out]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Have the collector of garbage pass over what was collected: it stays until the end."""
    gc.collect()
    gc.freeze()
    gc.enable()
