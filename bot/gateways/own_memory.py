"""Keeps the memory of this process small."""

import contextlib

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's mallopt


def one_heap() -> None:
    """Serve all threads from one heap, as far as the C library is glibc; call it before there are threads.

    Otherwise each thread gets a heap of its own, and what one of them has freed no other one uses. Python's threads
    take turns anyway, so they seldom wait for the heap.
    """
    with contextlib.suppress(AttributeError, ImportError, OSError):
        import ctypes  # noqa: PLC0415 - it may be forbidden here

        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
