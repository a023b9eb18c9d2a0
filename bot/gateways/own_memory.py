"""Keeps the memory of this process small."""

import contextlib
import sys
import warnings

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's mallopt


def one_heap() -> None:
    """Serve all threads from one heap, as far as the C library is glibc; call it before there are threads.

    Otherwise each thread gets a heap of its own, and what one of them has freed no other one uses. Python's threads
    take turns anyway, so they seldom wait for the heap.
    """
    with contextlib.suppress(AttributeError, ImportError, OSError):
        import ctypes  # noqa: PLC0415 - it may be forbidden here

        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def no_guessed_encodings() -> None:
    """Keep `requests` from loading what guesses the encoding of a text; call it before requests is loaded.

    It takes 3 MB, and the desk reads bytes: JSON, or text whose encoding is declared. Without it, which requests
    allows, a text of no declared encoding is read as UTF-8.
    """
    for name in ("chardet", "charset_normalizer"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type] # as the import system wants it: not to be found
    warnings.filterwarnings("ignore", "Unable to find acceptable character detection")
