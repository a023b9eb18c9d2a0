"""Posts and comments elsewhere that name our account: Meta tells of each once, by webhook, and keeps no list of them.

What a webhook tells is two numbers, without words. They are written down before Meta gets its answer, one line for
each; the words are read afterwards, from the line on up to which all were read.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.domain.mentions.mention import Mention
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.durable_files import flush
from bot.gateways.networks.answers import json_object
from bot.gateways.networks.graph_posts import GraphAccount, is_graph_number, read_nodes
from bot.gateways.networks.graph_wire import GraphCalls
from bot.gateways.networks.instagram_posts import elsewhere, named_in
from bot.gateways.outside import Json, object_in, raw_of, text_or_empty, whole_number
from bot.ports.network import Batch, Unparsed

NAMED = "named"
AT_ONCE = 20  # of one reading, each a call
KEPT = 1_000  # lines that were read, and are kept for a while
_DROPPED, _MOST = "dropped", 10**9  # the first line of a file that was shortened: how many lines were before it
_COMMENT = "id,timestamp,text,username,from,media{id,permalink}"
_MEDIA = "id,timestamp,caption,username,permalink,media_type"
_GONE = "Instagram told that a post names us, and does not show it: it was deleted, or its account is private."


def named_file(folder: Path, account: str) -> Path:
    """Return where it is written down who named this account."""
    return folder / f"instagram-{account}.named"


def write_down(folder: Path, account: str, values: Sequence[Json]) -> None:
    """Append what webhooks told, and have it on the disk; raise OSError."""
    lines = [line for one in values if (line := _line(one))]
    with _opened(named_file(folder, account)) as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(end - 1, 0))
        whole = file.read(1) in {b"", b"\n"}  # else a full disk kept a line from being written whole
        file.write((("" if whole else "\n") + "".join(lines)).encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
        if not end:
            flush(folder)  # else a new file may have no name after a power cut


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open the file for one at a time; also while it is being replaced by a shorter one."""
    while True:
        with open(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)  # closing the file ends it
            if os.path.samestat(path.stat(), os.fstat(file.fileno())):
                yield file
                return


def _shorten(path: Path, done: int) -> None:
    """Drop the oldest lines that were read; KEPT of them stay, for a database that is taken back from a copy."""
    with _opened(path) as file:
        dropped, lines = _lines(file.read())
        many = done - KEPT - dropped
        if not 0 < many <= len(lines):
            return
        left = [json.dumps({_DROPPED: dropped + many}), *lines[many:]]
        shorter = path.with_suffix(".shorter")
        with open(os.open(shorter, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as new:
            new.write("".join(f"{line}\n" for line in left).encode("ascii"))
            new.flush()
            os.fsync(new.fileno())
        shorter.replace(path)
        flush(path.parent)  # before more is written to the new one


def _lines(body: bytes) -> tuple[int, list[str]]:
    """Return how many lines were dropped before, and the lines that are whole."""
    *lines, _ = body.decode("ascii", "replace").split("\n")
    dropped = whole_number(json_object(lines[0].encode()), _DROPPED, _MOST) if lines else None
    return (0, lines) if dropped is None else (dropped, lines[1:])


def _line(value: Json) -> str:
    media, comment = text_or_empty(value, "media_id"), text_or_empty(value, "comment_id")
    return json.dumps({"media": media, "comment": comment}) + "\n" if elsewhere(media, comment) else ""


def named_posts(folder: Path, calls: GraphCalls, us: GraphAccount, cursor: str) -> Iterator[Batch]:
    """Yield the posts of the lines behind the cursor, which is a number of lines. Raises NetworkTrouble."""
    path = named_file(folder, us.id)
    try:
        dropped, lines = _lines(path.read_bytes())
    except FileNotFoundError:
        return
    done = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 10 else 0
    if done > dropped + len(lines):  # it is another file than the one that was read
        done = 0
    if done - dropped >= 2 * KEPT:
        _shorten(path, done)
    for start in range(max(done - dropped, 0), len(lines), AT_ONCE):
        some = lines[start : start + AT_ONCE]
        found = [post for line in some for post in _read(json_object(line.encode()), calls, us)]
        yield Batch(
            posts=sorted((one for one in found if isinstance(one, Mention)), key=lambda one: one.posted_at),
            unparsed=[one for one in found if isinstance(one, Unparsed)],
            cursor=str(dropped + start + len(some)),
        )


def _read(told: Json, calls: GraphCalls, us: GraphAccount) -> list[Mention | Unparsed]:
    media, comment = text_or_empty(told, "media"), text_or_empty(told, "comment")
    if not is_graph_number(media) or not elsewhere(media, comment):
        return []
    field, fields, number = ("mentioned_media.media_id", _MEDIA, media)
    if comment:
        field, fields, number = ("mentioned_comment.comment_id", _COMMENT, comment)
    answer = calls.there(f"/{us.id}", fields=f"{field}({number}){{{fields}}}")
    if answer is None:
        return [Unparsed(raw_of(told), _GONE, elsewhere(media, comment), Glimpse(public=True))]
    node = object_in(answer.told, field.partition(".")[0])
    return read_nodes([node], lambda one: named_in(one, us, media=media, comment=comment), us, public=True)
