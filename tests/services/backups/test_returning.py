"""An older copy in the place of the database is noticed and held: nothing is sent twice, and no number is used again."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.backups.epoch import MOVED, Epoch, Epochs, first_number
from bot.domain.backups.witness import APART, MISSING, OLDER, OTHER, UNPOSTED, Witness, why_older
from bot.domain.base.refusals import NotMadeHere
from bot.domain.base.tables import DraftState
from bot.domain.halts.halt import HaltKind
from bot.domain.slack.telling import TellingKind
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.gateways.witness_file import WitnessFile
from bot.ports import ChatTrouble, Desk
from bot.services.backups import returning
from bot.services.backups.reconciling import doubt_approved, end_hold, found_in_hold, look_around
from bot.services.backups.returning import FORGOT, begin_held, begin_moved, keep_watch, notice_return, write_testimony
from bot.services.backups.slack_knows import SlackKnows
from bot.services.base.button_key import signing_key
from bot.services.halts.pausing import pause, resume
from bot.services.replies import correcting, sending
from bot.services.slack.publishing import Publisher
from storage import SqlStore, open_store
from storage.engine.sqlite import SqliteEngine
from tests.fakes import ANA, CARO, LEADS, NOON, FakeChat, FakeNetwork, a_desk, a_post
from tests.services.journey import (
    approve,
    approved,
    clock,
    delivered,
    draft_of,
    in_review,
    notices,
    published,
    receive,
    slack,
    street,
)

HOUR = timedelta(hours=1)
W = Witness(desk="d", epoch=1, lines=20, case=7, place=3, line="ab")


@pytest.mark.parametrize(
    ("found", "line", "why"),
    [
        (W, "ab", ""),
        (replace(W, lines=30, case=8), "ab", ""),
        (replace(W, lines=19), "ab", OLDER),
        (replace(W, case=6), "ab", OLDER),
        (replace(W, posted="17.2"), "ab", ""),
        (replace(W, lines=30), "cd", APART),  # it went on elsewhere
        (replace(W, desk="e", lines=90), "ab", OTHER),
        (replace(W, epoch=2, lines=1), "", ""),  # restored, and held by that
    ],
)
def test_the_witness_knows_an_older_copy(found: Witness, line: str, why: str) -> None:
    assert why_older(W, found, line) == why


def test_a_copy_from_before_a_message_in_slack_is_held_and_looks_for_it(tmp_path: Path) -> None:
    """Nothing but the message has happened since, so no line of the trail tells; one that is deleted there counts."""
    path, where = tmp_path / "heard.db", WitnessFile(tmp_path / "witness.json")
    with closing(open_store(f"sqlite:///{path}", synchronous="OFF")) as store:
        receive(a_desk(store), a_post("100", "My parcel is lost"))
        [card, *_] = store.to_tell(NOON)
        assert notice_return(store, where, NOON) == ""
        assert isinstance(store.engine, SqliteEngine)
        store.engine.copy(tmp_path / "copy.db")
        store.mark_told(card.id, "C0", "1700000000.000100", shown=1)
        assert notice_return(store, where, NOON) == ""
        store.gone(card.id, "1700000000.000100")
        assert notice_return(store, where, NOON) == ""
    with closing(open_store(f"sqlite:///{tmp_path / 'copy.db'}", synchronous="OFF")) as older:
        assert notice_return(older, where, NOON) == UNPOSTED
        assert card.id in [one.id for one in older.begun_tellings()]


def test_an_older_epoch_is_an_older_copy_and_so_is_a_missing_witness_where_one_was_kept() -> None:
    assert why_older(replace(W, epoch=2), replace(W, lines=99), "ab") == OLDER
    assert why_older(None, W, "") == ""
    assert why_older(None, W, "", was_kept=True) == MISSING


def test_a_new_epoch_begins_above_all_that_the_lost_time_may_have_used() -> None:
    assert [first_number(one) for one in (0, 412, 980, 5_400, 5_500)] == [1000, 1000, 2000, 6000, 7000]


def test_a_mark_in_slack_is_of_one_epoch_only() -> None:
    second = Epoch(number=2, begun_at=NOON, nonce="n", first_case=1000, first_telling=50, why="")
    both = Epochs([second, replace(second, number=3, first_telling=90)])
    marks = [both.mark(one) for one in (49, 50, 89, 90)]
    assert (marks[0], len(set(marks))) == (49, 4)
    assert Epochs([second]).mark(89) == marks[2]  # the same message, seen from two epochs
    assert [Epochs([second]).is_unknown(one) for one in (49, 50, marks[1])] == [False, True, False]
    assert Epochs().mark(90) == 90


# --- a copy that is put in place ------------------------------------------------------------------------------


@pytest.fixture
def worked(tmp_path: Path) -> Iterator[Callable[[], SqlStore]]:
    """Yield what opens a database again that was copied before its reply went out."""
    path = tmp_path / "heard.db"
    with closing(open_store(f"sqlite:///{path}", synchronous="OFF")) as store:
        desk = a_desk(store)
        notice_return(store, WitnessFile(tmp_path / "witness.json"), NOON)
        approved(desk)
        assert isinstance(store.engine, SqliteEngine)
        store.engine.copy(tmp_path / "copy.db")
        sending.send_due(desk, NOON)
        assert len(published(desk)) == 1
        receive(desk, a_post("200", "Another one", by="lee"))
        write_testimony(store, WitnessFile(tmp_path / "witness.json"))
    shutil.copy(tmp_path / "copy.db", path)
    opened: list[SqlStore] = []

    def again() -> SqlStore:
        opened.append(open_store(f"sqlite:///{path}", synchronous="OFF"))
        return opened[-1]

    yield again
    for one in opened:
        one.close()


def started(store: SqlStore, tmp_path: Path, **chosen: object) -> Desk:
    notice_return(store, WitnessFile(tmp_path / "witness.json"), NOON + HOUR)
    desk = a_desk(store, epochs=store.epochs(), **chosen)
    clock(desk).at = NOON + HOUR
    return desk


def test_a_copy_from_before_a_reply_is_held_and_does_not_reply_again(
    worked: Callable[[], SqlStore], tmp_path: Path
) -> None:
    public = FakeNetwork()
    desk = started(worked(), tmp_path, networks={("x", "42"): public})
    [halt] = desk.store.halts()
    assert halt.kind == HaltKind.HOLD
    assert desk.store.setting("hold.why") == OLDER
    doubt_approved(desk, desk.clock.now())
    sending.send_due(desk, desk.clock.now())
    end_hold(desk, by=CARO, at=desk.clock.now())
    sending.send_due(desk, desk.clock.now())
    assert (
        public.published == []
    )  # it is an unknown outcome until the network was read, and after it a person decides
    assert draft_of(desk).state == DraftState.UNCONFIRMED


def test_what_the_network_shows_already_is_found(worked: Callable[[], SqlStore], tmp_path: Path) -> None:
    desk = started(worked(), tmp_path)
    draft = draft_of(desk)
    street(desk).published.append((draft.target.account, draft.target, draft.text))
    look_around(desk, desk.clock.now())
    found = found_in_hold(desk)
    assert found is not None
    assert (found.public, found.unknown) == ([], [1])
    sending.check_due_outcomes(desk, clock(desk).move(minutes=1))
    found = found_in_hold(desk)
    assert found is not None
    assert (found.public, found.unknown, draft_of(desk).state) == ([1], [], DraftState.SENT)
    assert "public already: case 1." in " ".join(found.said())


def test_what_this_process_sent_does_not_go_out_again_where_the_database_forgot_it(
    desk: Desk, tmp_path: Path
) -> None:
    """As after a failover that the witness, written between two rounds, does not tell of."""
    approved(desk)
    assert isinstance(desk.store, SqlStore)
    assert isinstance(desk.store.engine, SqliteEngine)
    desk.store.engine.copy(tmp_path / "copy.db")
    sending.send_due(desk, desk.clock.now())
    with closing(open_store(f"sqlite:///{tmp_path / 'copy.db'}", synchronous="OFF")) as older:
        desk = replace(desk, store=older)
        sending.send_due(desk, desk.clock.now())
        assert (len(published(desk)), draft_of(desk).state) == (1, DraftState.UNCONFIRMED)
        assert [one.kind for one in older.halts()] == [HaltKind.HOLD]
        assert older.setting("hold.why") == FORGOT
        sending.check_due_outcomes(desk, clock(desk).move(hours=1))
        assert draft_of(desk).state == DraftState.SENT


def test_the_next_case_has_a_number_that_no_card_has_and_an_old_button_is_refused(
    worked: Callable[[], SqlStore], tmp_path: Path
) -> None:
    store = worked()
    before = signing_key(store)
    desk = started(store, tmp_path)
    receive(desk, a_post("300", "Somebody else", by="kim"))
    assert desk.store.case(1000).author.handle == "kim"
    from bot.blocks.base import ids

    old = ids.button_value(ids.CASE, 2, 1, before)
    with pytest.raises(NotMadeHere, match="older than a backup"):
        ids.read_value(old, signing_key(store))


def test_leads_are_told_once_and_a_second_start_begins_no_second_epoch(
    worked: Callable[[], SqlStore], tmp_path: Path
) -> None:
    store = worked()
    desk = started(store, tmp_path)
    for _ in range(3):
        look_around(desk, desk.clock.now())
    [(channel, said)] = notices(desk)
    assert (channel, said.startswith("The desk is held since")) == (LEADS, True)
    assert notice_return(store, WitnessFile(tmp_path / "witness.json"), NOON + 2 * HOUR) == ""
    assert store.epochs().number == 2


def test_cards_that_slack_shows_already_are_found_and_not_posted_again(
    worked: Callable[[], SqlStore], tmp_path: Path
) -> None:
    chat = FakeChat()
    desk = started(worked(), tmp_path, chat=chat)
    card = desk.store.card(1)
    assert card is not None
    chat.messages["C0CARE", "5.5"] = chat.messages.get(("C0CARE", "5.5"))  # type: ignore[assignment]
    chat.tellings |= {
        card.id: ("C0CARE", "5.5"),
        900: ("C0CARE", "6.6"),
    }  # 900: of a case that the copy does not know
    look_around(desk, desk.clock.now())
    publisher = Publisher(desk, Limiter(desk.clock.pace), draw)
    for _ in range(4):
        publisher.reconcile(clock(desk).move(seconds=31))
    card = desk.store.card(1)
    assert card is not None
    assert (card.ts, chat.posts) == ("5.5", 0)
    found = found_in_hold(desk)
    assert found is not None
    assert found.not_known == 1


def test_a_desk_that_goes_on_is_not_held(worked: Callable[[], SqlStore], tmp_path: Path) -> None:
    desk = started(worked(), tmp_path)
    end_hold(desk, by=CARO, at=desk.clock.now())
    assert found_in_hold(desk) is None
    assert end_hold(desk, by=CARO, at=desk.clock.now()) is None
    look_around(desk, desk.clock.now())
    assert notices(desk) == []


def test_a_database_that_goes_back_while_the_desk_runs_is_held_and_the_desk_signs_anew(
    worked: Callable[[], SqlStore], tmp_path: Path
) -> None:
    """As after a failover of PostgreSQL to a server that had not got the last commits."""
    store = worked()
    desk = a_desk(store)
    before = desk.secret
    desk.given_at[7] = 1.0
    for _ in range(2):
        keep_watch(desk, WitnessFile(tmp_path / "witness.json"), NOON)
        assert not desk.given_at  # a row of the lost time can be another approval's now
    assert [one.kind for one in store.halts()] == [HaltKind.HOLD]
    assert (desk.epochs.number, desk.secret == before) == (2, False)


def test_the_witness_is_a_private_file_that_is_written_only_when_it_changed(store: SqlStore, tmp_path: Path) -> None:
    where = WitnessFile(tmp_path / "witness.json")
    write_testimony(store, where)
    assert where.path.stat().st_mode & 0o777 == 0o600
    assert where.kept() is not None
    where.path.unlink()
    assert where.keep(where._written or W)
    assert not where.path.exists()
    where.path.write_text("not json")
    assert where.kept() is None


def test_a_missing_witness_holds_a_database_that_had_one(store: SqlStore, tmp_path: Path) -> None:
    assert notice_return(store, WitnessFile(tmp_path / "a.json"), NOON) == ""
    assert notice_return(store, WitnessFile(tmp_path / "b.json"), NOON, alone=False) == ""
    assert notice_return(store, WitnessFile(tmp_path / "c.json"), NOON) == MISSING


def test_replies_approved_in_the_hold_are_not_doubted(store: SqlStore, desk: Desk) -> None:
    in_review(desk)
    begin_held(store, "Restored.", NOON)
    clock(desk).move(minutes=1)
    approve(desk)
    assert doubt_approved(desk, desk.clock.now()) == 0
    assert draft_of(desk).state == DraftState.APPROVED


def test_what_a_copy_knows_is_doubted_even_where_the_clock_was_set_back_since(store: SqlStore, desk: Desk) -> None:
    in_review(desk)
    approve(desk)
    begin_held(store, "Restored.", NOON - HOUR)
    assert doubt_approved(desk, NOON - HOUR) == 1
    assert draft_of(desk).state == DraftState.UNCONFIRMED


def test_a_deletion_that_a_copy_believes_undone_waits_for_a_person_and_is_never_taken_for_done(desk: Desk) -> None:
    """The reply that is still there must not be read as the deletion's success."""
    delivered(desk)
    correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now())
    approve(desk)
    begin_held(desk.store, "It was put back.", clock(desk).move(minutes=1))
    desk = replace(desk, epochs=desk.store.epochs())
    assert [doubt_approved(desk, clock(desk).move(minutes=1)) for _ in range(2)] == [1, 0]
    sending.check_due_outcomes(desk, clock(desk).move(hours=1))
    assert (draft_of(desk).state, "repeated safely" in draft_of(desk).why) == (DraftState.FAILED, True)
    found = found_in_hold(desk)
    assert found is not None
    assert (found.deletions, found.public, found.absent) == ([1], [], [])
    assert "may still be public; each card lets somebody delete them: case 1." in " ".join(found.said())


def test_a_digest_that_an_older_copy_takes_for_unsent_is_not_filled_and_sent_again(store: SqlStore) -> None:
    known = store.gather(CARO, NOON)
    begin_held(store, "Restored.", NOON)
    [begun] = store.begun_tellings()
    assert (begun.kind, begun.about) == (TellingKind.DIGEST, known)
    assert store.gather(CARO, NOON) != known
    store.mark_not_told(begun.id, None, tried=begun.wanted, drawn=begun.anew, refused=False)  # Slack does not have it
    assert begun.id in [one.id for one in store.to_tell(NOON)]


def test_a_digest_without_content_that_may_have_been_filled_since_the_copy_is_not_filled_again(
    store: SqlStore,
) -> None:
    known = store.gather(CARO, NOON)
    [telling] = [one for one in store.to_tell(NOON) if one.about == known]
    store.mark_not_told(telling.id, None, give_up=True, tried=telling.wanted, drawn=telling.anew)
    assert store.gather(CARO, NOON) == known
    store.mark_not_told(telling.id, None, give_up=True, tried=telling.wanted + 1, drawn=telling.anew)
    begin_held(store, "Restored.", NOON)
    assert store.gather(CARO, NOON) != known


def test_the_report_says_what_is_still_looked_for(store: SqlStore, desk: Desk) -> None:
    begin_held(store, "It was restored from a backup.", NOON)
    found = found_in_hold(replace(desk, epochs=store.epochs()))
    assert found is not None
    assert list(found.said()) == [
        "Held since 2 Mar 12:00 UTC. It was restored from a backup.",
        "New cases have numbers from 1000 on, and older buttons do nothing.",
        (
            "A pause that was begun in the lost time holds again where the state directory knew of it. Please look "
            "whether one is missing, and set it before you let the desk go on."
        ),
        "Slack could not be read yet, so it is not known which messages there the copy does not know.",
    ]


# --- what Slack knows more ------------------------------------------------------------------------------------


def posted(desk: Desk) -> None:
    publisher = Publisher(desk, Limiter(desk.clock.pace), draw)
    for _ in range(10):
        publisher.one_round(clock(desk).move(seconds=2))


def test_a_copy_whose_witness_went_back_with_it_is_noticed_by_slacks_messages(
    worked: Callable[[], SqlStore], tmp_path: Path
) -> None:
    """As when the whole machine is set back to an older state."""
    (tmp_path / "witness.json").unlink()
    store = worked()
    store.put_setting("witness.kept", "")
    desk = started(store, tmp_path, chat=FakeChat(tellings={900: ("C0CARE", "6.6")}))
    assert store.halts() == []
    knows = SlackKnows()
    assert knows.look(desk, desk.clock.now())
    assert ([one.kind for one in store.halts()], desk.epochs.number) == ([HaltKind.HOLD], 2)
    assert not knows.look(desk, desk.clock.now())
    assert not SlackKnows().look(desk, desk.clock.now())  # the next start: those messages are of an earlier epoch


def test_a_desk_whose_messages_are_all_known_goes_on(store: SqlStore, desk: Desk) -> None:
    receive(desk, a_post("100", "Charged twice"))
    posted(desk)
    assert slack(desk).posts > 0
    knows = SlackKnows()
    assert not knows.look(desk, desk.clock.now())
    assert knows.compared


def test_while_slack_cannot_be_read_the_comparison_waits_and_sending_does_not(desk: Desk) -> None:
    receive(desk, a_post("100", "Charged twice"))

    class Unreadable(FakeChat):
        def marks(self, channel: str, since: datetime) -> list[int]:
            raise ChatTrouble("Slack is away.")

    knows = SlackKnows()
    assert not knows.look(replace(desk, chat=Unreadable()), NOON)
    assert not knows.compared


def test_a_restored_copy_on_a_machine_without_a_witness_is_held_once(store: SqlStore, tmp_path: Path) -> None:
    notice_return(store, WitnessFile(tmp_path / "old.json"), NOON)
    begin_held(store, "It was restored from a backup.", NOON)
    assert notice_return(store, WitnessFile(tmp_path / "new.json"), NOON) == ""
    assert store.epochs().number == 2
    assert store.setting("hold.why") == "It was restored from a backup."
    assert notice_return(store, WitnessFile(tmp_path / "away.json"), NOON) == MISSING


# --- two desks notice at once -----------------------------------------------------------------------------------


def test_a_pause_that_the_copy_does_not_know_holds_again(store: SqlStore, tmp_path: Path) -> None:
    where = WitnessFile(tmp_path / "witness.json")
    desk = a_desk(store)
    pause(desk, "x because we look into a mistake", by=CARO, at=NOON)
    write_testimony(store, where)
    resume(desk, "x", by=CARO, at=NOON)  # an older copy does not know it, as here
    begin_held(store, OLDER, NOON, where.kept())
    end_hold(desk, by=CARO, at=NOON + HOUR)
    assert [(one.kind, one.network, one.by) for one in store.halts()] == [(HaltKind.PAUSE, "x", CARO)]
    resume(desk, "x", by=CARO, at=NOON + HOUR)
    begin_held(store, MOVED, NOON + HOUR, where.kept())
    assert [one.kind for one in store.halts()] == [HaltKind.HOLD]


def test_a_lost_pause_holds_again_where_a_call_that_was_forgotten_began_the_hold(
    store: SqlStore, tmp_path: Path
) -> None:
    where = WitnessFile(tmp_path / "witness.json")
    desk = a_desk(store)
    pause(desk, "x because we look into a mistake", by=CARO, at=NOON)
    write_testimony(store, where)
    resume(desk, "x", by=CARO, at=NOON)  # an older copy does not know it, as here
    begin_held(store, FORGOT, NOON, after=1)
    keep_watch(desk, where, NOON)
    end_hold(desk, by=CARO, at=NOON + HOUR)
    assert [(one.kind, one.network, one.by) for one in store.halts()] == [(HaltKind.PAUSE, "x", CARO)]
    resume(desk, "x", by=CARO, at=NOON + HOUR)
    keep_watch(desk, where, NOON + HOUR)
    assert store.halts() == []


@pytest.mark.parametrize("older", [False, True])
def test_an_older_copy_that_is_moved_has_lost_its_time_all_the_same(store: SqlStore, *, older: bool) -> None:
    found = returning.testimony(store)
    begin_moved(store, NOON, replace(found, lines=found.lines + 1) if older else found)
    assert (store.epochs().lost_until is not None) == older


def test_two_desks_that_notice_at_once_begin_one_epoch(
    worked: Callable[[], SqlStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, judged = WitnessFile(tmp_path / "other.json"), returning.why_older
    store = worked()
    where.keep(replace(store.witness("another"), case=40))

    def other_is_first(*given: object, **named: object) -> str:
        monkeypatch.setattr(returning, "why_older", judged)
        notice_return(store, where, NOON)
        return judged(*given, **named)

    mine = WitnessFile(tmp_path / "mine.json")
    mine.keep(replace(store.witness("another"), case=40))
    monkeypatch.setattr(returning, "why_older", other_is_first)
    assert notice_return(store, mine, NOON) == ""
    assert store.epochs().number == 2


def test_two_desks_to_which_slack_shows_more_begin_one_epoch(worked: Callable[[], SqlStore], tmp_path: Path) -> None:
    (tmp_path / "witness.json").unlink()
    store = worked()
    store.put_setting("witness.kept", "")
    chat = FakeChat(tellings={900: ("C0CARE", "6.6")})
    desks = [started(store, tmp_path, chat=chat) for _ in range(2)]
    for desk in desks:
        assert SlackKnows().look(desk, desk.clock.now())
    assert [desk.epochs.number for desk in desks] == [2, 2]
