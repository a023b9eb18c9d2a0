"""Posts, cursors, gaps and unreadable posts: each is stored once, unchanged."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.cases.events import Joined, LinkedPostArrived
from bot.domain.mentions.mention import Answerable, Author, PostRef, Side
from bot.ports.network import Unparsed
from tests import builders
from tests.builders import NOW, OUR_ACCOUNT, a_post
from tests.storage.scenes import taken_back

LATER = NOW + timedelta(hours=1)


def test_a_post_is_kept_as_it_came(store):
    post = a_post(
        "1002",
        text="Где посылка?\n\U0001f4e6 100 %",
        raw=b"\x00\xff{raw}",
        media=2,
        language="ru",
        answerable=Answerable.NO,
        why_not="Replies are limited",
        answerable_until=NOW + timedelta(days=1),
        editable_until=NOW + timedelta(hours=1),
        side=Side.OURS,
        posted_at=NOW + timedelta(microseconds=7),
        author=Author(id="1", handle="", followers=None),
    )
    row = store.add_mention(post, LATER)
    read = store.mention(row)
    assert read == a_post("1002", **{name: getattr(post, name) for name in post.__slots__ if name != "id"}, id=row)
    assert store.mention_of("x", "1002") == (read, 0)


def test_the_same_post_is_kept_once_whoever_of_us_read_it(store):
    row = store.add_mention(a_post(), NOW)
    assert row > 0
    assert store.add_mention(a_post(), LATER) == 0
    assert store.add_mention(a_post(ref=PostRef("x", "9002", "1001")), LATER) == 0
    assert store.add_mention(a_post(ref=PostRef("x", "9002", "1001")), LATER) == 0
    assert store.mention(row).ref.account == OUR_ACCOUNT
    assert store.engine.rows("SELECT mention_id, account FROM mention_accounts") == [(row, "9002")]


def test_until_when_a_post_of_ours_can_be_changed_is_kept_once_it_is_read(store):
    for number, side in (("1001", Side.OURS), ("1002", Side.THEIRS)):
        store.add_mention(a_post(number, side=side), NOW)
        for until in (None, LATER, NOW):
            store.add_mention(a_post(number, side=side, editable_until=until), NOW)
    assert [store.mention_of("x", one)[0].editable_until for one in ("1001", "1002")] == [LATER, None]


def test_the_same_id_on_another_network_is_another_post(store):
    assert store.add_mention(a_post(), NOW)
    assert store.add_mention(a_post(ref=PostRef("recorded", OUR_ACCOUNT, "1001")), NOW)


def test_a_post_goes_by_its_newest_id_and_its_earlier_ones_lead_to_it(store):
    case = builders.opened(store)
    row = store.add_mention(a_post("2001", side=Side.OURS), NOW, case.id)
    for earlier, newest in (("2001", "2002"), ("2002", "2003"), ("2003", "2003")):
        assert store.renumber_mention(store.mention_of("x", earlier)[0], newest, f"https://x.example/{newest}")
    for post_id in ("2001", "2002", "2003"):
        known, case_id = store.mention_of("x", post_id)
        assert (known.id, known.ref.post_id, known.url, case_id) == (row, "2003", "https://x.example/2003", case.id)
        assert store.add_mention(a_post(post_id, side=Side.OURS), LATER, case.id) == 0
    assert store.mention_of("recorded", "2001") is None


def test_a_post_does_not_take_the_id_of_another(store):
    store.add_mention(a_post("2001", side=Side.OURS), NOW)
    store.add_mention(a_post("2002", side=Side.OURS), NOW)
    known = store.mention_of("x", "2001")[0]
    assert not store.renumber_mention(known, "2002", "")
    assert store.mention_of("x", "2001")[0] == known


def test_the_posts_of_a_case_come_in_the_order_they_were_written_ours_among_them(store):
    case = builders.opened(store)
    late = store.add_mention(a_post("1004", posted_at=LATER), LATER, case.id)
    ours = store.add_mention(a_post("1003", side=Side.OURS, posted_at=NOW + timedelta(minutes=1)), LATER, case.id)
    assert [one.id for one in store.mentions(case.id)] == [case.latest, ours, late]
    assert store.mention_of("x", "1003")[1] == case.id


def test_a_post_that_is_not_there_is_unknown(store):
    assert store.mention_of("x", "5") is None
    assert store.mentions(5) == []
    with pytest.raises(Unknown):
        store.mention(5)


def test_the_first_note_of_a_deletion_counts(store):
    row = store.add_mention(a_post(), NOW)
    assert [store.mark_deleted(row, LATER + timedelta(days=days)) for days in range(2)] == [True, False]
    assert store.mention(row).deleted_at == LATER


def test_changed_words_are_kept_found_and_told_from_the_same_ones(store):
    case = builders.opened(store)
    reads = a_post(text="Mein Päckchen fehlt", language="de", raw=b"new", media=1)
    assert [store.change_mention(case.latest, reads, at) for at in (LATER, LATER + timedelta(days=1))] == [
        True,
        False,
    ]
    kept = store.mention(case.latest)
    assert (kept.text, kept.language, kept.raw, kept.media, kept.edited_at) == (reads.text, "de", b"new", 1, LATER)
    assert [[one.id for one in store.find(words, private=True)] for words in ("PÄCKCHEN", "nine days")] == [
        [case.id],
        [],
    ]


def test_what_is_private_stays_marked_as_private(store):
    case = builders.opened(store, post=a_post(private=True), private=True)
    assert (store.case(case.id).private, store.mention(case.latest).private) == (True, True)


def test_a_cursor_starts_empty_and_goes_where_it_is_moved(store):
    assert store.cursor("x", OUR_ACCOUNT, "mentions") == ("", None)
    store.move_cursor("x", OUR_ACCOUNT, "mentions", "100", NOW)
    store.move_cursor("x", OUR_ACCOUNT, "mentions", "200", LATER)
    store.move_cursor("x", OUR_ACCOUNT, "own", "7", NOW)
    assert store.cursor("x", OUR_ACCOUNT, "mentions") == ("200", LATER)
    assert store.cursor("x", OUR_ACCOUNT, "own") == ("7", NOW)
    assert store.cursor("x", "9002", "mentions") == ("", None)


def test_posts_and_their_cursor_are_kept_together_or_not_at_all(store):
    with taken_back(store):
        store.add_mention(a_post(), NOW)
        store.move_cursor("x", OUR_ACCOUNT, "mentions", "1001", NOW)
        assert store.cursor("x", OUR_ACCOUNT, "mentions") == ("1001", NOW)
    assert (store.mention_of("x", "1001"), store.cursor("x", OUR_ACCOUNT, "mentions")) == (None, ("", None))


def test_a_gap_is_written_down_once(store):
    gap = ("x", OUR_ACCOUNT, "X showed only the newest 800", NOW, LATER)
    assert store.add_gap(*gap)
    assert not store.add_gap(*gap)
    assert store.add_gap("x", OUR_ACCOUNT, "The desk was off", NOW, LATER + timedelta(hours=1))


def test_what_cannot_be_understood_is_kept_once_as_it_came(store):
    odd = Unparsed(raw=b"\x00\xff{", why="no text field", post_id="77")
    store.quarantine("x", OUR_ACCOUNT, odd, NOW)
    store.quarantine("x", OUR_ACCOUNT, odd, LATER)
    store.quarantine("x", OUR_ACCOUNT, Unparsed(raw=b"other", why="no text field"), NOW)
    rows = store.engine.rows("SELECT raw, why, post_id FROM quarantine ORDER BY id")
    assert [(bytes(raw), why, post) for raw, why, post in rows] == [
        (b"\x00\xff{", "no text field", "77"),
        (b"other", "no text field", ""),
    ]


# --- known by its link first --------------------------------------------------------------------------------


def by_link(store):
    """Return a case that somebody added by link."""
    return builders.opened(store, post=a_post("mark", ref=PostRef("link", "x.com", "mark"), root_id="mark"))


def test_the_first_of_several_ids_that_is_known_is_found_with_its_case(store):
    case = by_link(store)
    found = store.mention_of_any("link", ["other", "mark", "another"])
    assert found
    assert (found[0].ref.post_id, found[1]) == ("mark", case.id)
    assert store.mention_of_any("link", ["other"]) is None
    assert store.mention_of_any("link", []) is None
    assert store.mention_of_any("x", ["mark"]) is None


def test_whether_anything_of_a_network_is_known_is_told(store):
    assert not store.has_mentions("link")
    by_link(store)
    assert store.has_mentions("link")
    assert not store.has_mentions("lin")


def test_a_post_known_by_its_link_takes_its_real_name_and_keeps_its_row_and_case(store):
    case = by_link(store)
    post = a_post("77", text="My kettle leaks", raw=b"{raw}", private=True, posted_at=NOW - timedelta(minutes=5))
    store.identify_mention(case.latest, post)
    assert store.mention(case.latest) == replace(post, id=case.latest)
    assert store.mention_of("x", "77") == (store.mention(case.latest), case.id)
    assert store.mention_of("link", "mark") is None
    assert [one.id for one in store.find("kettle", private=True)] == [case.id]
    assert store.add_mention(a_post("77"), LATER) == 0


def test_a_case_takes_the_name_of_its_real_post_for_good(store):
    case, post = by_link(store), a_post("77", root_id="70", author=Author(id="a9", handle="omar", name="Omar"))
    event = LinkedPostArrived(by="network", at=LATER, mention=case.latest, post=post)
    after = store.record(case, event)
    read = store.case(case.id)
    assert (read.network, read.account, read.root_id, read.author) == ("x", OUR_ACCOUNT, "70", post.author)
    assert read == after
    assert store.live_case("x", "70", "a9") == read
    assert store.live_cases("x", "a9") == [read]
    assert store.is_whole(f"case:{case.id}")


def test_posts_move_to_another_case(store):
    case, other = by_link(store), builders.opened(store, post=a_post("900"))
    store.move_mentions([case.latest], other.id)
    assert [one.ref.post_id for one in store.mentions(other.id)] == ["mark", "900"]
    assert store.mentions(case.id) == []


def test_an_unreadable_post_is_found_by_its_id_until_somebody_settles_it(store):
    store.quarantine("x", OUR_ACCOUNT, Unparsed(raw=b"{odd", why="odd", post_id="77"), NOW)
    row = store.unreadable_post("x", OUR_ACCOUNT, "77")
    assert store.unreadable(row).post_id == "77"
    assert store.unreadable_post("x", "9002", "77") == store.unreadable_post("x", OUR_ACCOUNT, "78") == 0
    store.settle_unreadable(row, "left_out", "UANA", 0, LATER)
    assert store.unreadable_post("x", OUR_ACCOUNT, "77") == 0


def test_closed_cases_are_none_of_an_authors_live_ones(store):
    case = by_link(store)
    store.record(case, Joined(by="desk", at=LATER, into=7))
    assert store.live_cases("link", case.author.id) == []
