"""The model of a power cut, on small files. `make power` cuts the power of a real desk at many moments."""

import random
import shutil
from pathlib import Path

import pytest

from tests.power.__main__ import WAYS, main
from tests.power.disk import SECTOR, Disk
from tests.power.trace import steps
from tests.test_architecture import ROOT

STATE = "/desk/state"
OLD, NEW = b"old", b"n" * (3 * SECTOR)
# Modules that write files themselves, and why a power cut loses nothing of theirs. Others write by durable_files.
WRITERS = {
    "bot/gateways/durable_files.py": "flushes content, then name",
    "bot/gateways/networks/instagram_named.py": "appends; flushes each time, and the name of a new file",
    "bot/gateways/networks/kept_tokens.py": "an empty file as a lock",
    "storage/engine/hold.py": "the database, empty; SQLite flushes the folder when it makes its log",
    "storage/engine/migrate.py": "an empty file that SQLite fills and flushes; then its name",
    "storage/backups/files.py": "an empty file that SQLite fills and flushes; then its name",
    "storage/backups/restoring.py": "flushes what it wrote, then its name",
    "storage/exports/datasette.py": "an export, which can be made again",
    "cli/audit.py": "an export, which can be made again",
    "cli/init.py": "the configuration, for the person who answers there",
}


def left(disk: Disk, way: str) -> list[dict[str, bytes]]:
    """Return what may be left of a disk, in some of the possible forms."""
    return [dict(disk.left(random.Random(seed), way)) for seed in range(20)]  # noqa: S311 - the same forms each time


def replaced(disk: Disk, *, flushed: str = "") -> Disk:
    """Replace a file whole, with a power cut right after it; `flushed`: content, name, both or nothing."""
    disk.create(f"{STATE}.part")
    disk.write(f"{STATE}.part", 0, NEW)
    if "content" in flushed:
        disk.flush(f"{STATE}.part")
    disk.rename(f"{STATE}.part", STATE)
    if "name" in flushed:
        disk.flush("/desk")
    return disk


def with_old() -> Disk:
    """Return a disk with a file on it."""
    disk = Disk()
    disk.create(STATE)
    disk.write(STATE, 0, OLD)
    disk.flush(STATE)
    disk.flush("/desk")
    return disk


def test_only_content_and_then_name_on_the_disk_is_there_after_every_cut() -> None:
    kept = {how: {one.get(STATE, b"") for way in WAYS for one in left(replaced(with_old(), flushed=how), way)}
            for how in ("", "name", "content", "content, name")}  # fmt: skip
    assert kept["content, name"] == {NEW}
    assert kept["content"] == {OLD, NEW}
    assert {b"", OLD, NEW} < kept[""]  # also an empty one, and parts of the new one
    assert {b""} < kept["name"]
    assert OLD not in kept["name"]


def test_a_removed_file_comes_back_until_its_folder_is_flushed() -> None:
    disk = with_old()
    disk.unlink(STATE)
    assert {STATE: OLD} in left(disk, "none")
    disk.flush("/desk")
    assert left(disk, "none") == [{}] * 20


def test_a_trace_is_read_as_it_was_written(tmp_path: Path) -> None:
    def hexed(text: str) -> str:
        return "".join(f"\\x{one:02x}" for one in text.encode())

    name, part = hexed("/desk/state"), hexed("/desk/state.part")
    marks = hexed("/desk/marks")
    trace = tmp_path / "trace"
    trace.write_text(
        f'7 openat(AT_FDCWD<{hexed("/")}>, "{part}", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3<{part}>\n'
        f'7 write(3<{part}>, "{hexed("new")}", 3) = 3\n'
        f'7 pwrite64(3<{part}>, "{hexed("W")}", 1, 2) = 1\n'
        f"7 fsync(3<{part}>) = 0\n"
        f'7 rename("{part}", "{name}") = 0\n'
        f"7 fsync(4<{hexed('/desk')}>) = 0\n"
        f'7 write(9<{marks}>, "{hexed("said")}", 4) = 4\n'
        f'7 unlink("{name}") = -1 ENOENT (No such file or directory)\n'
    )
    disk, said = Disk(), []
    for step in steps(trace, Path("/desk")):
        said.append(step) if isinstance(step, str) else step(disk)
    assert (left(disk, "none")[0], said) == ({STATE: b"neW"}, ["said"])


def test_every_module_that_writes_files_is_known_for_how_it_survives_a_power_cut() -> None:
    writes = ("O_CREAT", ".write_text(", ".write_bytes(", "O_TRUNC", '"w"', '"wb"')
    found = {
        str(path.relative_to(ROOT))
        for folder in ("bot/gateways", "bot/settings", "cli", "handlers", "storage")
        for path in (ROOT / folder).rglob("*.py")
        if "rehearsal" not in path.parts and any(sign in path.read_text() for sign in writes)
    }
    assert found == set(WRITERS)


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("strace"), reason="strace sees what a desk writes")
def test_a_desk_whose_power_is_cut_starts_again_and_has_all_that_it_acknowledged() -> None:
    assert main(["--cuts", "100"]) == 0
