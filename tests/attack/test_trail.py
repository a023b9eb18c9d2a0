"""Somebody who can write the database, but has no key of the desk, changes the record of what the desk did.

They know how hashes were made before there was a key, and they also adjust all other rows.
"""

import hashlib
import stat
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from storage import KeyUnusable, SqlStore, open_store
from storage.audit.seal import hashed, lines_of
from tests import builders
from tests.builders import BEN, NOW
from tests.storage.conftest import address, cluster
from tests.storage.scenes import another

__all__ = ["address", "cluster"]

TODAY = date(2026, 1, 5)


@pytest.fixture
def key_file(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    return folder / "trail.key"


@pytest.fixture
def desk_of(address, key_file) -> Iterator[Callable[..., SqlStore]]:
    """Yield a function that opens the store as a desk does and closes the one opened before."""
    opened: list[SqlStore] = []

    def again(**how) -> SqlStore:
        for one in opened:
            one.close()
        opened.append(open_store(address, synchronous="OFF", key_file=key_file, **how))
        return opened[-1]

    yield again
    for one in opened:
        one.close()


@pytest.fixture
def kept(desk_of) -> SqlStore:
    store = desk_of()
    for number in ("1", "2", "3"):
        builders.approved(store, post=another(number))
    store.note("reloaded", "desk", NOW, {"changed": ["hours"]})
    assert store.prove().whole
    return store


def forge(store: SqlStore, *statements: str, **params) -> None:
    """Change rows without the triggers and keys of the schema."""
    if store.engine.name == "sqlite":
        store.engine.rows("PRAGMA foreign_keys = OFF")
    with store.transaction():
        if store.engine.name == "sqlite":
            for trigger in ("audit_keeps_lines", "audit_keeps_all"):
                store.engine.run(f"DROP TRIGGER IF EXISTS {trigger}")
        else:
            store.engine.run("SET LOCAL session_replication_role = replica")
        for sql in statements:
            store.engine.run(sql, params)


def plainly_rewritten(store: SqlStore, chain: int) -> None:
    """Change the approver in a chain, and hash its lines again in the way from before there was a key."""
    lines = store.engine.rows(
        "SELECT chain, position, at, who, verb, facts FROM audit WHERE chain = :chain ORDER BY position",
        {"chain": chain},
    )
    prev = b""
    for line in lines:
        who = "U0EVE00001" if line[3] == BEN else line[3]
        body = "\0".join(map(str, (*line[:3], who, *line[4:]))).encode()
        it = hashlib.sha256(body + prev).digest()
        forge(
            store,
            "UPDATE audit SET who = :who, prev = :prev, hash = :hash WHERE chain = :chain AND position = :position",
            who=who,
            prev=prev,
            hash=it,
            chain=chain,
            position=line[1],
        )
        prev = it


# --- the key ------------------------------------------------------------------------------------------------


def test_the_key_is_made_once_for_its_owner_only_and_is_nowhere_in_the_database(kept, key_file, desk_of):
    written = key_file.read_text().strip()
    assert len(bytes.fromhex(written)) == 32
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [one.name for one in key_file.parent.iterdir() if one.name.startswith("trail")] == ["trail.key"]
    for (name,) in kept.engine.rows(
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
        if kept.engine.name == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    ):
        rows = repr(kept.engine.rows(f"SELECT * FROM {name}"))
        assert written not in rows
        assert repr(bytes.fromhex(written)) not in rows
    assert desk_of().prove().whole
    assert key_file.read_text().strip() == written


@pytest.mark.parametrize("spoil", ["gone", "another", "short", "open to others"])
def test_a_key_that_is_not_right_keeps_the_desk_from_starting_and_is_put_back(kept, key_file, desk_of, spoil):
    right = key_file.read_bytes()
    kept.close()
    if spoil == "gone":
        key_file.unlink()
    elif spoil == "open to others":
        key_file.chmod(0o640)
    else:
        key_file.write_text({"another": "ab" * 32, "short": "ab" * 8}[spoil])
    with pytest.raises(KeyUnusable, match=str(key_file)):
        desk_of()
    key_file.write_bytes(right)
    key_file.chmod(0o600)
    assert desk_of().prove().whole


def test_a_lost_key_is_given_up_by_a_person_only_and_the_trail_stands_as_it_was(kept, key_file, desk_of):
    key_file.unlink()
    store = desk_of(seal_anew=True)
    assert store.prove().whole
    builders.approved(store, post=another("4"))
    forge(store, "UPDATE audit SET who = 'U0EVE00001' WHERE chain = 2 AND position = 2")
    assert desk_of().broken_chains() == ["case:2"]


@pytest.mark.parametrize("when", ["before the database took it", "after it"])
def test_a_kill_while_the_key_is_made_needs_no_hand(desk_of, key_file, when):
    if when == "before the database took it":
        key_file.with_name("trail.key.new").write_text("cd" * 32 + "\n")
        key_file.with_name("trail.key.new").chmod(0o600)
    else:
        builders.opened(desk_of())
        key_file.rename(key_file.with_name("trail.key.new"))
    assert desk_of().prove().whole
    assert [one.name for one in key_file.parent.iterdir() if one.name.startswith("trail")] == ["trail.key"]


# --- what is rewritten --------------------------------------------------------------------------------------


def test_a_chain_that_was_hashed_anew_by_somebody_without_the_key_is_named(kept, desk_of):
    plainly_rewritten(kept, 2)
    assert kept.broken_chains() == ["case:2"]
    assert not kept.is_whole("case:2")
    assert kept.is_whole("case:1")
    assert not desk_of().prove().whole


@pytest.mark.parametrize(
    "change",
    [
        "who = 'U0EVE00001'",
        "at = at + 1",
        "verb = 'assign'",
        "facts = '{}'",
        "prev = hash",
        "hash = prev",
    ],
)
@pytest.mark.parametrize("chain", [0, 1])
def test_one_line_that_was_changed_is_found_in_its_chain(kept, change, chain):
    forge(kept, f"UPDATE audit SET {change} WHERE chain = :chain AND position = 1", chain=chain)
    assert not kept.is_whole("case:1" if chain else "desk")
    assert kept.broken_chains() == ["case:1" if chain else "desk"]


def test_a_line_that_the_desk_wrote_after_another_one_is_found_in_its_chain(kept, key_file):
    """It stems from an older copy of the database that went on in another way, under the same key."""
    line = lines_of(kept.engine, 2)[-1]
    elsewhere = hashed(bytes.fromhex(key_file.read_text()), b"another line before".ljust(32), line.written)
    forge(
        kept,
        "UPDATE audit SET hash = :hash WHERE chain = 2 AND position = :position",
        hash=elsewhere,
        position=line.position,
    )
    assert kept.broken_chains() == ["case:2"]


def test_every_line_of_one_transaction_is_counted(kept):
    with kept.transaction():
        for what in ("hours", "holidays"):
            kept.note("reloaded", "desk", NOW, {"changed": [what]})
    proof = kept.prove()
    assert (proof.sealed.lines - proof.lines, proof.whole) == (0, True)
    forge(kept, "DELETE FROM audit WHERE chain = 0 AND position = (SELECT max(position) FROM audit WHERE chain = 0)")
    proof = kept.prove()
    assert (proof.sealed.lines - proof.lines, proof.whole) == (1, False)


def test_a_chain_that_is_gone_with_everything_of_its_case_is_missed(kept):
    tables = ("tellings", "drafts", "promises", "mentions")
    forge(kept, *(f"DELETE FROM {one} WHERE case_id = 2" for one in tables))
    forge(kept, "DELETE FROM audit WHERE chain = 2", "DELETE FROM cases WHERE id = 2")
    proof = kept.prove()
    assert (proof.sealed.chains - proof.chains, list(proof.missing), proof.whole) == (1, [2], False)


def test_the_end_of_a_chain_is_missed_with_the_case_set_back_too(kept):
    forge(
        kept,
        "DELETE FROM audit WHERE chain = 2 AND position = 5",
        "UPDATE cases SET version = 4 WHERE id = 2",
        "UPDATE tellings SET wanted = 4 WHERE case_id = 2 AND wanted > 4",
    )
    proof = kept.prove()
    assert (proof.sealed.lines - proof.lines, proof.genuine, proof.whole) == (1, True, False)


def test_a_line_that_only_the_case_forgot_names_its_chain(kept):
    forge(kept, "DELETE FROM audit WHERE chain = 2 AND position = 5", "UPDATE cases SET version = 4 WHERE id = 2")
    assert kept.broken_chains() == ["case:2"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE trail SET lines = lines - 1",
        "UPDATE trail SET chains = chains - 1, lines = lines - 5",
        "UPDATE trail SET total = seal",
        "UPDATE trail SET seal = total",
        "DELETE FROM trail",
    ],
)
def test_a_sum_that_was_made_to_fit_is_no_seal_and_work_on_it_never_makes_it_one(kept, sql):
    forge(kept, "DELETE FROM audit WHERE chain = 2 AND position = 5", sql)
    assert not kept.prove().genuine
    builders.approved(kept, post=another("4"))
    proof = kept.prove()
    assert not proof.genuine
    assert not proof.whole


def test_the_desk_does_not_seal_a_trail_again_by_itself_whose_seal_was_taken_away(kept, desk_of):
    plainly_rewritten(kept, 2)
    forge(kept, "DELETE FROM trail", "DELETE FROM trail_before")
    kept.close()
    with pytest.raises(KeyUnusable, match="--new-trail-key"):
        desk_of()


def test_a_broken_seal_is_made_good_by_a_person_and_what_was_rewritten_stays_named(kept, desk_of):
    plainly_rewritten(kept, 2)
    forge(kept, "UPDATE trail SET seal = total")
    proof = desk_of(seal_anew=True).prove()
    assert (proof.genuine, proof.adds_up, list(proof.broken)) == (True, True, ["case:2"])


# --- what was written before there was a key ----------------------------------------------------------------


@pytest.fixture
def of_before(address, desk_of) -> SqlStore:
    """Return a store whose trail has plain hashes of an earlier version, opened by a desk since."""
    store = open_store(address, synchronous="OFF")
    for number in ("1", "2", "3"):
        builders.approved(store, post=another(number))
    for chain in (1, 2, 3):
        plainly_rewritten(store, chain)
    forge(store, "DELETE FROM trail", "DELETE FROM trail_before")
    store.close()
    return desk_of()


def test_a_trail_of_an_earlier_version_is_sealed_as_it_stands(of_before, desk_of):
    assert of_before.prove().whole
    builders.approved(of_before, post=another("4"))
    assert desk_of().prove().whole
    assert of_before.engine.name in {"sqlite", "postgres"}


@pytest.mark.parametrize("change", ["who", "tail", "all"])
def test_what_was_plain_cannot_be_rewritten_either(of_before, change):
    if change == "who":
        forge(of_before, "UPDATE audit SET who = 'U0DORA0001' WHERE chain = 2 AND position = 1")
        plainly_rewritten(of_before, 2)
    elif change == "tail":
        forge(of_before, "DELETE FROM audit WHERE chain = 2 AND position = 5")
    else:
        forge(of_before, "DELETE FROM audit WHERE chain = 2")
    assert of_before.broken_chains() == ["case:2"]
    assert not of_before.is_whole("case:2")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM trail_before WHERE chain = 2",
        "UPDATE trail_before SET position = 4 WHERE chain = 2",
        "UPDATE trail_before SET digest = seal WHERE chain = 2",
        "UPDATE trail_before SET whole = 1 - whole WHERE chain = 2",
    ],
)
def test_what_is_known_of_the_time_before_cannot_be_changed(of_before, sql):
    forge(of_before, sql)
    assert of_before.broken_chains() == ["case:2"]


def test_a_chain_that_was_broken_before_there_was_a_key_stays_named(address, desk_of):
    store = open_store(address, synchronous="OFF")
    for number in ("1", "2"):
        builders.approved(store, post=another(number))
    for chain in (1, 2):
        plainly_rewritten(store, chain)
    forge(store, "UPDATE audit SET who = 'U0EVE00001' WHERE chain = 2 AND position = 1")
    forge(store, "DELETE FROM trail", "DELETE FROM trail_before")
    store.close()
    assert desk_of().broken_chains() == ["case:2"]


# --- the head that is told ----------------------------------------------------------------------------------


def test_the_head_moves_with_every_line_and_with_nothing_else(kept, desk_of):
    before = kept.trail_head()
    assert (before.chains, before.lines) == (4, 16)
    assert desk_of().trail_head() == before
    store = desk_of()
    store.note("reloaded", "desk", NOW, {})
    after = store.trail_head()
    assert (after.chains, after.lines) == (4, 17)
    assert after.head != before.head


def test_an_older_copy_of_everything_is_seen_by_what_was_told_outside(kept):
    """The copy is consistent; but the head in the leads' channel is newer than the one that `doctor` shows."""
    told = kept.tell_head(TODAY, NOW)
    proof = kept.prove()
    assert proof.told == (TODAY, told)
    assert proof.whole
    assert proof.sealed.lines == told.lines + 1


def test_a_head_that_was_told_and_taken_out_again_is_missed(kept):
    kept.tell_head(TODAY, NOW)
    forge(kept, "DELETE FROM audit WHERE chain = 0 AND verb = 'head'")
    proof = kept.prove()
    assert (proof.told, proof.whole, proof.sealed.lines - proof.lines) == (None, False, 1)


def test_what_costs_by_all_that_ever_was_is_the_proof_alone(kept):
    """A line, a head and one chain are verified without reading the rest of the trail."""
    asked: list[str] = []
    rows = kept.engine.rows
    kept.engine.rows = lambda sql, params={}: asked.append(sql) or rows(sql, params)
    kept.is_whole("case:1")
    kept.tell_head(TODAY, NOW)
    builders.approved(kept, post=another("5"))
    assert not [sql for sql in asked if "FROM audit" in sql and "chain = :chain" not in sql]
