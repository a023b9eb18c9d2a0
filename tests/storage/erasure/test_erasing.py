"""Erasing a person leaves nothing of them in any table or message; what stays is said, and the trail stays whole."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import NotUsable, Unknown
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.mentions.mention import Side
from bot.ports import Batch, Desk, Sent
from bot.ports.network import Unparsed
from bot.services.cases import casework, inquiries
from bot.services.erasure import erasing
from bot.services.mentions import intake
from bot.services.reminders import remind
from bot.services.replies import attempts, correcting, review, sending
from handlers.erasing import called, report_text
from handlers.proving import write_case
from tests.fakes import ANA, BEN, NOON, a_desk, a_post, our_post
from tests.handlers.pressing import Hands
from tests.proof_script import script
from tests.services.journey import approve, clock, draft_of, everybody_is_known, receive, street, written
from tests.storage.mentions.test_link_and_poll_at_once import waits

WORD, HANDLE, NAME, PERSON = "zanzibar", "wanda_quill", "Wanda Quillfeather", "77001122"
TEXT = f"Charged twice for {WORD} and nobody answers @northwind"


@pytest.fixture
def hands(store):
    return Hands(a_desk(store))


@pytest.fixture
def one_engine(sqlite_store):
    """Return the same on one engine, for what does not depend on it."""
    return Hands(a_desk(sqlite_store))


def theirs(post: str, text: str = TEXT, **facts):
    made = a_post(post, text, **facts)
    author = replace(made.author, id=PERSON, handle=HANDLE, name=NAME)
    return replace(made, author=author, raw=f'{{"id": "{post}", "text": "{text}"}}'.encode())


def unreadable(post: str) -> Unparsed:
    from bot.domain.mentions.unreadable import Glimpse

    glimpse = Glimpse(author_id=PERSON, handle=HANDLE, text=f"Odd {WORD}")
    return Unparsed(raw=f"odd {WORD}".encode(), why="no text", post_id=post, glimpse=glimpse)


def lived(hands: Hands) -> None:
    """Let a case be asked about, drafted, sent back, sent, written to again; beside it a light one and an odd one."""
    desk = hands.desk
    receive(desk, theirs("9100001"))
    inquiries.ask(desk, 1, team="Billing", text=f"Was {NAME} paid back?", by=ANA, at=desk.clock.now())
    written(desk, 1, text=f"We are sorry, {NAME}. It is {WORD}.")
    hands.publish()
    draft = desk.store.case(1).draft
    assert draft
    review.request_changes(desk, draft.id, version=1, note=f"Kinder to {NAME}", by=BEN, at=desk.clock.now())
    words = review.Words(text=f"We are so sorry, @{HANDLE}. ^AN", replaces=1)
    review.submit(desk, 1, words, by=ANA, at=desk.clock.now())
    approve(desk)
    sending.send_due(desk, clock(desk).now())
    clock(desk).move(minutes=11)
    receive(desk, theirs("9100002", f"{TEXT} again", root="9100001", at=desk.clock.now()))
    receive(desk, theirs("9100003", f"Thank you @northwind {WORD}", at=desk.clock.now()))
    intake.receive(desk, street(desk), "mentions", Batch(unparsed=(unreadable("9100004"),)), desk.clock.now())
    remind.remind(desk, clock(desk).move(minutes=55))
    desk.store.notice("spike:1", "C0LEADS", f"Many answer @{HANDLE}.", desk.clock.now())
    hands.publish()
    everybody_is_known(desk)
    while desk.store.index_words():
        pass


def stored(desk: Desk) -> str:
    """Return everything in every table as one text."""
    engine = desk.store.engine  # type: ignore[attr-defined]
    listed = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'mention_words%'",
        "postgres": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    }
    rows = [
        str(row) for (table,) in engine.rows(listed[engine.name]) for row in engine.rows(f"SELECT * FROM {table}")
    ]
    return "\n".join(rows)


def shown(hands: Hands) -> str:
    return str([(one.text, one.blocks) for one in hands.chat.messages.values()])


def traces(text: str) -> list[str]:
    low = text.casefold()
    told = (WORD, HANDLE, NAME, "Wanda", PERSON, "9100001", "9100002", "9100003", "9100004", "so sorry")
    return [one for one in told if one.casefold() in low]


def erase(hands: Hands):
    [who] = erasing.authors_to_erase(hands.desk, f"@{HANDLE.upper()}", "")
    return erasing.erase_author(hands.desk, who.network, who.author_id, clock(hands.desk).now())


def test_nothing_of_them_stays_in_any_table_or_message(hands: Hands) -> None:
    lived(hands)
    assert len(traces(stored(hands.desk))) == 10
    assert {WORD, HANDLE, NAME} <= set(traces(shown(hands)))
    report = erase(hands)
    hands.publish()
    assert traces(stored(hands.desk)) == []
    assert traces(shown(hands)) == []
    assert (report.done, report.cases, report.posts, report.unreadable, report.notices) == (True, 1, 3, 1, 1)
    assert hands.desk.store.case(1).state == CaseState.CLOSED
    assert hands.desk.store.prove().whole
    assert "Case 1" not in hands.command(f"find {WORD}")["text"]


def test_what_was_erased_does_not_come_back_by_reading_again_and_a_new_post_does_come_in(hands: Hands) -> None:
    desk = hands.desk
    lived(hands)
    erase(hands)
    before = stored(desk)
    again = Batch(
        posts=(theirs("9100001"), theirs("9100002", root="9100001"), theirs("9100009", at=NOON)),
        edits=(theirs("9100001", f"{TEXT} edited"),),
        unparsed=(unreadable("9100001"),),
    )
    clock(desk).move(hours=1)
    intake.receive(desk, street(desk), "mentions", again, desk.clock.now())
    assert traces(stored(desk)) == []
    assert stored(desk).count("\n") == before.count("\n")
    receive(desk, theirs("9200001", "Another matter @northwind, charged again", at=desk.clock.now()))
    assert desk.store.case(2).author.handle == HANDLE


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("new", ["", "9050"], ids=["same id", "another id"])
def test_our_own_words_to_them_do_not_come_back_by_an_edit_on_the_network(
    one_engine: Hands, new: str, *, before: bool
) -> None:
    desk = one_engine.desk
    lived(one_engine)
    [ours] = [one for one in desk.store.mentions(1) if one.side == Side.OURS]
    first = ours.ref.post_id
    if before:
        desk.store.renumber_mention(ours, "9040", "")
    erase(one_engine)
    again = our_post(new or first, f"We are so sorry, @{HANDLE}. It is {WORD}", to="9100001", root="9100001")
    clock(desk).move(hours=1)
    edited = replace(again, revised_at=desk.clock.now())
    batch = Batch(posts=(again,), edits=(edited,), earlier_ids={first: new} if new else {})
    for _ in range(2):
        intake.receive(desk, street(desk), "own", batch, desk.clock.now())
    assert traces(stored(desk)) == []


def test_an_address_or_id_of_a_private_conversation_that_names_them_stays_in_the_trail_only(hands: Hands) -> None:
    desk = hands.desk
    convo = f"42-{PERSON}"
    receive(desk, theirs(f"dm:{convo}/9100001", private=True))
    written(desk, 1)
    approve(desk)
    street(desk).outcomes.append(Sent(f"dm:{convo}/9300002", f"https://x.com/messages/{convo}"))
    sending.send_due(desk, clock(desk).now())
    hands.publish()
    report = erase(hands)
    hands.publish()
    assert "X makes the id of a private message from the numbers of both accounts" in report_text(report)
    assert f"messages/{convo}" not in stored(desk)
    assert traces(shown(hands)) == []
    engine = desk.store.engine  # type: ignore[attr-defined]
    for table in ("mentions", "attempts", "drafts", "approvals"):
        assert [one for one in engine.rows(f"SELECT * FROM {table}") if PERSON in str(one)] == []
    ours = our_post(f"dm:{convo}/9300002", f"To you, {NAME}", to=f"dm:{convo}/9100001", root=f"dm:{convo}/9100001")
    intake.receive(desk, street(desk), "own", Batch(posts=(replace(ours, private=True),)), desk.clock.now())
    assert NAME not in stored(desk)


def test_a_kill_in_the_middle_leaves_what_the_next_round_finishes(hands: Hands) -> None:
    desk = hands.desk
    lived(hands)
    clock(desk).move(days=8)
    receive(desk, theirs("9300001", f"Charged again for {WORD} @northwind", at=desk.clock.now()))
    whole = desk.store.erase_case
    done = []

    class Killed(BaseException):
        pass

    def fails(*given):
        if done:
            raise Killed
        done.append(given)
        whole(*given)

    object.__setattr__(desk.store, "erase_case", fails)
    with pytest.raises(Killed):
        erase(hands)
    assert traces(stored(desk))
    object.__setattr__(desk.store, "erase_case", whole)
    assert erasing.carry_on(desk, clock(desk).now()).done
    assert traces(stored(desk).replace("9300001", "")) == []
    assert erasing.carry_on(desk, clock(desk).now()).cases == 0
    assert desk.store.prove().whole


def test_sentences_that_name_somebody_with_a_longer_handle_stay(one_engine: Hands) -> None:
    desk = one_engine.desk
    receive(desk, theirs("9100001"))
    for key, sentence in (
        ("one", f"Many answer @{HANDLE}."),
        ("two", f"@{HANDLE}2 and 100 more"),
        ("three", "wandaXquill"),
    ):
        desk.store.notice(key, "C0LEADS", sentence, desk.clock.now())
    assert erase(one_engine).notices == 1
    kept = stored(desk)
    assert f"@{HANDLE}2 and 100 more" in kept
    assert "wandaXquill" in kept
    assert "Many answer" not in kept


@pytest.mark.parametrize("name", ["Éva Nováková", "Groß", 'Dwayne "Rock" 50%_', "Ünal 🌻"])
def test_a_name_in_any_letters_goes_from_sentences(hands: Hands, name: str) -> None:
    """Where a network has no handles, the name stands in the desk's sentences."""
    desk = hands.desk
    post = theirs("9100001")
    receive(desk, replace(post, author=replace(post.author, handle="", name=name)))
    desk.store.notice("one", "C0LEADS", f"Many answer {name}.", desk.clock.now())
    desk.store.notice("two", "C0LEADS", f"Many answer {name.upper()}.", desk.clock.now())
    assert erasing.erase_author(desk, post.ref.network, PERSON, desk.clock.now()).notices == 2
    assert "Many answer" not in stored(desk)


def test_where_nobody_has_a_handle_the_name_says_who_and_several_are_told_apart_by_id(hands: Hands) -> None:
    desk = hands.desk
    for post, person in (("9100001", PERSON), ("9100002", "77001133")):
        made = theirs(post, root=post)
        receive(desk, replace(made, author=replace(made.author, id=person, handle="", name="Éva Nováková")))
        if person == PERSON:
            [who] = erasing.authors_to_erase(desk, "Éva Nováková", "")
            assert (who.author_id, who.name) == (PERSON, "Éva Nováková")
    with pytest.raises(NotUsable, match="Please erase by id: 77001122 on X, 77001133 on X"):
        erasing.authors_to_erase(desk, "Éva Nováková", "")
    [who] = erasing.authors_to_erase(desk, PERSON, "")
    assert called(who) == "Éva Nováková on X, id 77001122: 1 case, 1 post."


def test_a_handle_and_a_network_are_known_however_they_are_typed(hands: Hands) -> None:
    """In other letters, composed or not, in other case, with the network as people write it."""
    desk = hands.desk
    made = theirs("9100001")
    receive(desk, replace(made, author=replace(made.author, handle="ÜNAL_Groß")))
    composed, taken_apart = "@\u00fcnal_gro\u00df", "U\u0308NAL_groß"
    for handle, network in ((composed, "X"), (taken_apart, " x "), ("ÜNAL_Groß", ""), (PERSON, "x")):
        [who] = erasing.authors_to_erase(desk, handle, network)
        assert who.author_id == PERSON
    made = theirs("9100002", root="9100002")
    receive(desk, replace(made, author=replace(made.author, id="77001133", handle="", name="Éva Nováková")))
    [who] = erasing.authors_to_erase(desk, "e\u0301va NOVÁKOVÁ", "")
    assert who.author_id == "77001133"
    with pytest.raises(Unknown, match=r"about wanda on Twitter\. Networks are called x, "):
        erasing.authors_to_erase(desk, "wanda", "twitter")
    with pytest.raises(Unknown, match="about wanda\ufffd"):
        erasing.authors_to_erase(desk, "wanda\udcff", "")
    for empty in ("", " @ "):
        with pytest.raises(NotUsable, match="name whom to erase"):
            erasing.authors_to_erase(desk, empty, "")


def test_an_address_of_ours_that_names_their_post_goes(hands: Hands) -> None:
    """As with Google Play and Instagram, where the place of our reply is below theirs."""
    lived(hands)
    engine = hands.desk.store.engine  # type: ignore[attr-defined]
    theirs_and_ours = "https://gram.example/p/1/c/9100001/r/555/"
    engine.run("UPDATE attempts SET url = :url", {"url": theirs_and_ours})
    engine.run("UPDATE cases SET answer_url = :url", {"url": theirs_and_ours})
    engine.run("UPDATE mentions SET url = :url WHERE side = 'ours'", {"url": theirs_and_ours})
    erase(hands)
    assert traces(stored(hands.desk)) == []


def test_somebody_of_whom_only_unreadable_posts_are_held_is_known_and_erased(hands: Hands) -> None:
    desk = hands.desk
    batch = Batch(unparsed=(unreadable("9100004"),))
    intake.receive(desk, street(desk), "mentions", batch, desk.clock.now())
    [who] = erasing.authors_to_erase(desk, f"@{HANDLE.upper()}", "")
    assert (who.handle, who.cases, who.posts) == (HANDLE, 0, 1)
    assert erase(hands).unreadable == 1
    assert traces(stored(desk)) == []


def test_unreadable_posts_of_a_handle_in_other_letters_are_erased(hands: Hands) -> None:
    desk = hands.desk
    odd = unreadable("9100004")
    odd = replace(odd, glimpse=replace(odd.glimpse, author_id="", handle="Ünal"))
    intake.receive(desk, street(desk), "mentions", Batch(unparsed=(odd,)), desk.clock.now())
    [who] = erasing.authors_to_erase(desk, "ünal", "")
    assert erasing.erase_author(desk, who.network, who.author_id, desk.clock.now()).unreadable == 1


def test_a_reply_that_may_be_on_its_way_waits_and_is_said(one_engine: Hands) -> None:
    desk = one_engine.desk
    receive(desk, theirs("9100001"))
    written(desk, 1)
    case = approve(desk)
    attempts.begin_attempt(desk, case, by="desk", at=desk.clock.now())
    report = erase(one_engine)
    assert not report.done
    assert "Case 1 waits" in report_text(report)
    assert desk.store.pending_erasures()


def test_what_is_written_while_an_erasure_waits_goes_on_as_a_new_case(hands: Hands) -> None:
    """It was not asked to be erased; a second request is about it, too."""
    desk = hands.desk
    receive(desk, theirs("9100001"))
    written(desk, 1)
    begun = attempts.begin_attempt(desk, approve(desk), by="desk", at=desk.clock.now())
    assert not erase(hands).done
    later = clock(desk).move(minutes=5)
    receive(desk, theirs("9200001", "Charged again @northwind", root="9100001", at=later))
    receive(desk, theirs("9200002", "Nobody answers me @northwind", root="9100001", at=later))
    odd = replace(unreadable("9200004"), raw=b"odd, later")
    intake.receive(desk, street(desk), "mentions", Batch(unparsed=(odd,)), later)
    later = clock(desk).move(days=8)
    receive(desk, theirs("9200003", "My parcel is lost @northwind", root="9200003", at=later))
    assert not erasing.carry_on(desk, desk.clock.now()).done
    sending.carry_out(desk, street(desk), begun, desk.clock.now())
    hands.publish()
    report = erasing.carry_on(desk, clock(desk).move(minutes=1))
    assert (report.done, report.cases, report.posts, report.unreadable) == (True, 1, 1, 0)
    hands.publish()
    assert [desk.store.case(number).state for number in (1, 2, 3)] == [CaseState.CLOSED, CaseState.NEW, CaseState.NEW]
    posts = [[one.ref.post_id for one in desk.store.mentions(case)] for case in (2, 3)]
    assert posts == [["9200003"], ["9200001", "9200002"]]
    assert "Charged twice" not in stored(desk)
    assert "odd, later" in stored(desk)
    assert erase(hands).cases == 2
    hands.publish()
    assert traces(stored(desk)) == []
    assert traces(shown(hands)) == []


def test_a_post_that_comes_in_at_the_moment_of_the_request_is_erased_with_the_others(store) -> None:
    desk = a_desk(store)
    receive(desk, theirs("9100001"))
    asked = threading.Thread(target=erasing.erase_author, args=(desk, "x", PERSON, desk.clock.now()))
    with store.transaction():
        receive(desk, theirs("9100002", root="9100002"))
        asked.start()
        assert waits(store, asked), "the request waits for the end of what comes in"
    asked.join(timeout=30)
    assert traces(stored(desk)) == []


def test_a_second_request_while_one_waits_counts_from_then(one_engine: Hands) -> None:
    desk = one_engine.desk
    receive(desk, theirs("9100001"))
    written(desk, 1)
    begun = attempts.begin_attempt(desk, approve(desk), by="desk", at=desk.clock.now())
    erase(one_engine)
    later = clock(desk).move(minutes=5)
    receive(desk, theirs("9200001", "Charged again @northwind", root="9100001", at=later))
    clock(desk).move(minutes=5)
    assert not erase(one_engine).done
    sending.carry_out(desk, street(desk), begun, desk.clock.now())
    assert erasing.carry_on(desk, clock(desk).now()).done
    assert traces(stored(desk)) == []


def corrected_after_the_end(hands: Hands) -> Desk:
    """Let a second reply be approved on a case that is closed already."""
    desk = hands.desk
    lived(hands)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    casework.tidy(desk, clock(desk).move(days=40))
    everybody_is_known(desk)
    correcting.correct(desk, 1, f"On Friday, @{HANDLE}.", take_back=False, by=ANA, at=desk.clock.now())
    approve(desk)
    assert desk.store.case(1).state == CaseState.CLOSED
    return desk


def test_what_waits_on_a_closed_case_is_withdrawn_before_its_words_go(one_engine: Hands) -> None:
    desk = corrected_after_the_end(one_engine)
    assert erase(one_engine).done
    assert draft_of(desk).state == DraftState.WITHDRAWN
    assert sending.send_due(desk, clock(desk).now()) == 0
    assert traces(stored(desk)) == []


def test_a_closed_case_waits_for_a_second_reply_that_may_be_on_its_way(one_engine: Hands) -> None:
    desk = corrected_after_the_end(one_engine)
    begun = attempts.begin_attempt(desk, desk.store.case(1), by="desk", at=desk.clock.now())
    assert not erase(one_engine).done
    sending.carry_out(desk, street(desk), begun, clock(desk).now())
    assert draft_of(desk).state == DraftState.SENT
    assert erasing.carry_on(desk, clock(desk).now()).done
    assert traces(stored(desk)) == []
    assert script.check(write_case(desk.store, 1, clock(desk).now()))  # type: ignore[arg-type]


def test_what_was_erased_is_still_proved_without_words_and_places(one_engine: Hands) -> None:
    lived(one_engine)
    erase(one_engine)
    file = write_case(one_engine.desk.store, 1, clock(one_engine.desk).now())  # type: ignore[arg-type]
    said = script.check(file)
    assert "words that are erased since" in said[0]
    assert traces(file.decode()) == []


def test_the_report_says_what_stays(one_engine: Hands) -> None:
    lived(one_engine)
    said = report_text(erase(one_engine))
    assert said.startswith("Erased: 1 case, 3 posts, 1 unreadable post, 1 message of the desk. Done.")
    for what in (
        "typed in Slack",
        "On the network",
        "other people",
        "exported",
        "audit trail",
        "Copies of the database",
        "heard.db.before-",
    ):
        assert what in said
    assert traces(said) == []


def test_bytes_on_the_disk_are_gone_too(sqlite_store, tmp_path) -> None:
    hands = Hands(a_desk(sqlite_store))
    lived(hands)
    erase(hands)
    hands.publish()
    on_disk = b"".join(one.read_bytes() for one in tmp_path.iterdir() if one.is_file())
    assert [one for one in (WORD, HANDLE, NAME) if one.encode() in on_disk] == []


def test_what_came_before_the_clock_was_set_back_is_erased_too(hands):
    lived(hands)
    desk = hands.desk
    erasing.erase_author(desk, "x", PERSON, NOON)  # an hour before all of it, by the clock
    assert not desk.store.pending_erasures()
    left = [
        str(row) for table in ("mentions", "quarantine") for row in desk.store.engine.rows(f"SELECT * FROM {table}")
    ]
    assert not [row for row in left if WORD in row or PERSON in row]


def test_a_post_with_a_moment_ahead_of_its_arrival_does_not_keep_later_ones_out(one_engine):
    desk = one_engine.desk
    receive(desk, replace(theirs("9100001"), posted_at=NOON + 400 * timedelta(hours=1)))
    erasing.erase_author(desk, "x", PERSON, NOON)
    receive(desk, theirs("9100002", "It broke again @northwind", at=NOON + timedelta(hours=1)))
    assert desk.store.mention_of("x", "9100002") is not None


def test_what_comes_after_the_request_stays_although_the_clock_was_set_back_since(one_engine):
    desk, hour = one_engine.desk, timedelta(hours=1)
    before = Batch(posts=(theirs("9100001", at=NOON + hour),))
    intake.receive(desk, street(desk), "mentions", before, NOON + hour)
    desk.store.begin_erasure("x", PERSON, ANA, NOON + hour)  # and a kill
    anew = theirs("9100002", "It broke again @northwind", at=NOON + 2 * hour)
    since = Batch(posts=(anew,), unparsed=(unreadable("9100003"),))
    intake.receive(desk, street(desk), "mentions", since, NOON)
    for now in (NOON, NOON + 3 * hour):
        erasing.carry_on(desk, now)
    known, case = desk.store.mention_of("x", "9100002")
    assert (known.text, desk.store.case(case).state) == (anew.text, CaseState.NEW)
    assert desk.store.mention_of("x", "9100001") is None
    assert desk.store.engine.rows("SELECT post_id FROM quarantine") == [("9100003",)]
    assert not desk.store.pending_erasures()
