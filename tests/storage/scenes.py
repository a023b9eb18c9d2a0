"""What several tests of the store need: another author, a step taken back, threads that start together."""

import threading
from contextlib import contextmanager, suppress

from bot.domain.mentions.mention import Author
from tests.builders import a_post


class Unwind(Exception):
    """Takes a test's step back."""


@contextmanager
def taken_back(store):
    """Let a block happen inside a transaction that is then rolled back."""
    with suppress(Unwind), store.transaction():
        yield
        raise Unwind


def another(post_id, **facts):
    """Return a post by somebody else in a conversation of their own."""
    author = Author(id=f"a{post_id}", handle=f"someone{post_id}")
    return a_post(post_id, **({"root_id": post_id, "parent_id": None, "author": author} | facts))


def at_once(*works):
    """Run works in threads that start together; return what each came to, exceptions among it."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(n):
        barrier.wait(timeout=30)
        try:
            results[n] = works[n]()
        except Exception as trouble:  # the test looks at it
            results[n] = trouble

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def everything(store):
    """Return all rows that a step could touch, to see that a refused one touches none."""
    tables = "cases promises nags drafts draft_versions approvals attempts audit tellings mentions"
    return {table: store.engine.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables.split()}
