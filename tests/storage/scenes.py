"""Shared by tests of the store: another author, a rollback, threads that start together."""

import threading
from contextlib import contextmanager, suppress

from bot.domain.mentions.mention import Author
from tests.builders import a_post


class Unwind(Exception):
    """Raised to roll back a test's transaction."""


@contextmanager
def taken_back(store):
    """Run a block within a transaction that is then rolled back."""
    with suppress(Unwind), store.transaction():
        yield
        raise Unwind


def another(post_id, **facts):
    """Return a post by somebody else in a conversation of their own."""
    author = Author(id=f"a{post_id}", handle=f"someone{post_id}")
    return a_post(post_id, **({"root_id": post_id, "parent_id": None, "author": author} | facts))


def at_once(*works):
    """Run functions in threads that start together; return each result or exception."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(n):
        barrier.wait(timeout=30)
        try:
            results[n] = works[n]()
        except Exception as trouble:  # the test checks it
            results[n] = trouble

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def everything(store):
    """Return all rows that an event could change, to check that a refused one changes none."""
    tables = "cases promises nags drafts draft_versions approvals attempts audit tellings mentions"
    return {table: store.engine.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables.split()}
