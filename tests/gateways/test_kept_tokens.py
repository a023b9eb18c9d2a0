"""The file of tokens: after a kill it holds the old ones or the new ones, and only one process renews them."""

import errno
import fcntl
import os
from pathlib import Path

import pytest

from bot.gateways.networks.kept_tokens import KeptTokens
from bot.ports import NetworkTrouble

OLD, NEW = {"access": "old", "refresh": "one"}, {"access": "new", "refresh": "two"}


class Killed(BaseException):
    """A kill of the process at this point."""


def tokens(
    folder: Path, *, only_copy: bool = False, account: str = "42", waits: list[float] | None = None
) -> KeptTokens:
    paused = [] if waits is None else waits
    return KeptTokens(folder, "instagram", account, only_copy=only_copy, wait=paused.append)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tokens(tmp_path).keep(OLD)
    return tmp_path


@pytest.mark.parametrize(("at", "left"), [(("fsync", 1), OLD), (("replace", 1), OLD), (("fsync", 2), NEW)])
def test_a_kill_at_each_point_of_a_renewal_leaves_whole_tokens_and_no_lock(
    folder: Path, monkeypatch: pytest.MonkeyPatch, at: tuple[str, int], left: dict[str, str]
) -> None:
    calls: list[object] = []

    def until_killed(*given: object) -> None:
        calls.append(given)
        if len(calls) == at[1]:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(os, at[0], until_killed)
        with pytest.raises(Killed):
            tokens(folder).keep(NEW)
    restarted = tokens(folder)
    assert restarted.read() == left
    restarted.keep(NEW)
    assert tokens(folder).read() == NEW


def test_whoever_waited_for_a_renewal_uses_its_tokens(folder: Path) -> None:
    one, other = tokens(folder), tokens(folder)
    assert one.read() == other.read() == OLD
    with one.alone():
        one.keep(NEW)
    with other.alone():
        assert other.read() == NEW


def test_while_another_process_renews_nobody_else_begins(folder: Path) -> None:
    waits: list[float] = []
    [lock] = folder.glob("*.lock")
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(NetworkTrouble, match="Another process") as caught, tokens(folder, waits=waits).alone():
            raise AssertionError("two processes renewed at once")
    assert sum(waits) == pytest.approx(10)
    assert caught.value.retry_after is not None
    with tokens(folder).alone():
        pass


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_an_only_copy_is_not_renewed_while_nothing_can_be_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tokens(folder, only_copy=True)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(NetworkTrouble, match=r"could not be kept: No space left on device\."), kept.alone():
            raise AssertionError("a renewal began")
    with kept.alone():
        kept.keep(NEW)
    assert tokens(folder).read() == NEW


def test_an_only_copy_that_cannot_be_trusted_is_not_renewed(folder: Path) -> None:
    [file] = folder.glob("*.tokens")
    file.write_text('{"access": "ol')
    kept = tokens(folder, only_copy=True)
    with pytest.raises(NetworkTrouble, match=r"is not used: it is damaged\. Move it away"), kept.alone():
        raise AssertionError("a renewal began")


def test_tokens_that_could_not_be_written_are_used_and_written_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tokens(folder)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        kept.keep(NEW)
    assert (kept.read(), tokens(folder).read()) == (NEW, OLD)
    with kept.alone():
        assert kept.read() == NEW
    assert tokens(folder).read() == NEW


def test_a_file_that_somebody_took_away_loses_no_tokens(folder: Path) -> None:
    kept = tokens(folder)
    assert kept.read() == OLD
    [file] = folder.glob("*.tokens")
    file.unlink()
    with kept.alone():
        assert kept.read() == OLD


def test_accounts_whose_names_look_alike_in_a_file_name_do_not_share_tokens(tmp_path: Path) -> None:
    tokens(tmp_path, account="did:web:a").keep(OLD)
    other = tokens(tmp_path, account="did_web_a")
    assert other.read() == {}
    assert "the tokens of another account" in other.fault
    other.keep(NEW)
    assert tokens(tmp_path, account="did:web:a").read() == OLD


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_the_file_of_another_user_is_not_used(folder: Path) -> None:
    [file] = folder.glob("*.tokens")
    os.chown(file, 12_345, -1)
    kept = tokens(folder)
    assert kept.read() == {}
    assert "it belongs to another user" in kept.fault
