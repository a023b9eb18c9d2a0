"""An older copy of the database does not bring back people who were erased after it was made."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.erasure.erased_list import ErasedList
from bot.domain.mentions.mention import Side
from bot.gateways.erased_file import NAME, ErasedFile
from bot.gateways.networks.x_chat_sent import SealedMessages, forget_sealed
from bot.gateways.networks.x_chat_session import EncryptedMessage
from bot.gateways.witness_file import WitnessFile
from bot.ports import Batch, OutOfService
from bot.services.backups.returning import keep_watch
from bot.services.erasure import erasing, retention
from bot.services.erasure.erased_list import erase_again, keep_list, known_to, watch_list
from bot.services.mentions import intake
from bot.services.replies import attempts
from storage import open_store
from tests.engines import built_file
from tests.fakes import a_desk, our_post
from tests.handlers.pressing import Hands
from tests.services.doubles import BreakingStore, always
from tests.services.journey import approve, clock, receive, street, written
from tests.storage.erasure.test_erasing import (
    HANDLE,
    PERSON,
    erase,
    lived,
    stored,
    theirs,
    traces,
    unreadable,
)
from tests.storage.erasure.test_erasing import (
    NAME as CALLED,
)
from tests.storage.erasure.test_retention import DAY, old_desk


@pytest.fixture
def key(tmp_path):
    return tmp_path / "trail.key"


def copied(desk, path, key):
    """Return a desk on a copy of the database as it is now."""
    desk.store.engine.copy(path)
    return a_desk(open_store(f"sqlite:///{path}", synchronous="OFF", key_file=key), clock=desk.clock)


def test_who_was_erased_after_a_copy_is_erased_from_it_by_the_list_alone(tmp_path, key) -> None:
    hands = Hands(a_desk(open_store(built_file(tmp_path), synchronous="OFF", key_file=key)))
    lived(hands)
    older = copied(hands.desk, tmp_path / "older.db", key)
    [sent] = [one.ref.post_id for one in hands.desk.store.mentions(1) if one.side == Side.OURS]
    clock(hands.desk).move(hours=1)
    erase(hands)
    places = [ErasedFile(tmp_path / "away"), ErasedFile(tmp_path)]
    keep_list(hands.desk.store, places)
    said = (tmp_path / NAME).read_text()
    assert (said.count("person "), said.count("post ") > 3, traces(said)) == (1, True, [])
    assert traces(stored(older))
    listed = known_to([ErasedFile(tmp_path)])
    now = clock(older).move(hours=1)
    assert erase_again(older, listed, now).begun == 1
    assert traces(stored(older)) == []
    assert erase_again(older, listed, now).begun == 0
    intake.receive(older, street(older), "mentions", Batch(posts=(theirs("9100001"), theirs("9100009"))), now)
    ours = our_post(sent, f"Sorry, {CALLED}", to="9100001", root="9100001")
    intake.receive(older, street(older), "own", Batch(posts=(ours,)), now)
    assert traces(stored(older)) == []
    assert older.store.prove().whole
    for one in (hands.desk, older):
        one.store.close()


def test_where_the_database_goes_back_while_the_desk_runs_they_are_erased_again_too(tmp_path, key) -> None:
    hands = Hands(a_desk(open_store(built_file(tmp_path), synchronous="OFF", key_file=key)))
    receive(hands.desk, theirs("9100001"))
    older = copied(hands.desk, tmp_path / "older.db", key)
    erase(hands)
    where, places = WitnessFile(tmp_path / "witness.json"), [ErasedFile(tmp_path)]
    for desk in (hands.desk, older):
        now = desk.clock.now()
        keep_watch(desk, where, now)
        out = replace(desk, store=BreakingStore(desk.store, hold_intake_back=always(OutOfService("It is away."))))
        with suppress(OutOfService):
            watch_list(out, places, now)
        watch_list(desk, places, now)
        assert traces(stored(desk)) == []
        desk.store.close()


def test_somebody_erased_who_is_not_in_the_copy_stays_known_and_one_who_wrote_again_is_kept(tmp_path, key) -> None:
    hands = Hands(a_desk(open_store(built_file(tmp_path), synchronous="OFF", key_file=key)))
    desk = hands.desk
    before = copied(desk, tmp_path / "before.db", key)
    receive(desk, theirs("9100001"))
    erase(hands)
    listed = desk.store.erased_list()
    receive(desk, theirs("9200001", "Charged again @northwind", at=clock(desk).move(hours=1)))
    after = copied(desk, tmp_path / "after.db", key)
    assert erase_again(before, listed, desk.clock.now()).begun == 0
    intake.receive(before, street(before), "mentions", Batch(posts=(theirs("9100001"),)), desk.clock.now())
    assert traces(stored(before)) == []
    assert erase_again(after, listed, desk.clock.now()).begun == 0
    assert after.store.case(2).author.handle == HANDLE
    for one in (desk, before, after):
        one.store.close()


def test_under_another_key_nobody_can_tell_who_it_was_and_that_is_counted(tmp_path, key) -> None:
    hands = Hands(a_desk(open_store(built_file(tmp_path), synchronous="OFF", key_file=key)))
    receive(hands.desk, theirs("9100001"))
    erase(hands)
    other = a_desk(open_store(built_file(tmp_path / "other"), synchronous="OFF", key_file=tmp_path / "other.key"))
    again = erase_again(other, hands.desk.store.erased_list(), hands.desk.clock.now())
    assert (again.begun, again.unknown) == (0, 1)
    for one in (hands.desk, other):
        one.store.close()


def test_the_list_only_grows_and_a_file_that_is_no_list_harms_nothing(tmp_path, sqlite_store) -> None:
    hands = Hands(a_desk(sqlite_store))
    keep_list(sqlite_store, [ErasedFile(tmp_path)])
    assert not (tmp_path / NAME).exists()
    (tmp_path / NAME).write_bytes(
        b"person only two\nposts\n\n\xff\xfe\nperson ab 2026-01-05T10:00:00+00:00 k1 x\npost cd\n"
    )
    receive(hands.desk, theirs("9100001"))
    erase(hands)
    keep_list(sqlite_store, [ErasedFile(tmp_path)])
    kept = ErasedFile(tmp_path).kept()
    assert kept
    assert {"ab"} < set(kept.people)
    assert "cd" in kept.posts
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    later = replace(kept.people["ab"], at=kept.people["ab"].at + timedelta(days=1))
    assert ErasedList({"ab": later}).plus(kept).people["ab"] == later


def test_an_unreadable_post_with_a_handle_and_no_id_is_found_and_erased(store) -> None:
    hands = Hands(a_desk(store))
    desk = hands.desk
    odd = [unreadable(post) for post in ("9100004", "9100003")]
    no_id = [
        replace(one, raw=one.post_id.encode(), glimpse=replace(one.glimpse, author_id="", handle=f"@{HANDLE}"))
        for one in odd
    ]
    intake.receive(desk, street(desk), "mentions", Batch(unparsed=(no_id[0],)), desk.clock.now())
    [who] = erasing.authors_to_erase(desk, f"@{HANDLE.upper()}", "")
    assert (who.handle.removeprefix("@"), who.cases, who.posts) == (HANDLE, 0, 1)
    assert erasing.erase_author(desk, who.network, who.author_id, desk.clock.now()).unreadable == 1
    assert traces(stored(desk)) == []
    receive(desk, theirs("9100001"))
    intake.receive(desk, street(desk), "mentions", Batch(unparsed=tuple(no_id)), desk.clock.now())
    [who] = erasing.authors_to_erase(desk, HANDLE, "")
    assert who.author_id == PERSON
    assert erasing.erase_author(desk, who.network, who.author_id, desk.clock.now()).unreadable == 1
    assert traces(stored(desk)) == []


def test_a_customer_who_is_called_erased_is_erased_by_the_retention_too(store) -> None:
    desk = old_desk(store, cases=9 * DAY)
    store.engine.run("UPDATE cases SET author_name = '(erased)'")
    assert retention.erase_old(desk, desk.clock.now()) == 1
    assert store.case(1).author.handle == ""
    assert retention.erase_old(desk, desk.clock.now()) == 0


def test_the_encrypted_answer_whose_outcome_was_unknown_goes_with_its_case(sqlite_store, tmp_path) -> None:
    hands = Hands(a_desk(sqlite_store))
    desk = hands.desk
    object.__setattr__(desk, "forget_sealed", lambda key: forget_sealed(tmp_path, key))
    receive(desk, theirs("9100001"))
    written(desk, 1)
    begun = attempts.begin_attempt(desk, approve(desk), by="desk", at=desk.clock.now())
    [sealed] = desk.store.reply_keys(1)
    for one in (sealed, "of another case"):
        SealedMessages(tmp_path, "42").keep(one, EncryptedMessage("1", {"words": "sealed"}, "x"))
    assert not erase(hands).done
    assert len([*tmp_path.glob("*.sealed")]) == 2
    desk.store.record(begun.case, attempts_ended(desk))
    assert erasing.carry_on(desk, desk.clock.now()).done
    assert len([*tmp_path.glob("*.sealed")]) == 1


def attempts_ended(desk):
    from bot.domain.replies import draft_events

    return draft_events.Refused(by="desk", at=desk.clock.now(), why="It said no.")
