"""Puts the folders of all tests into memory where there is room: on a disk a run takes a tenth longer."""

import os

from tests.engines import ROOM, in_memory

if (place := in_memory(4 * ROOM)) is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))  # read by pytest when the first folder is made
