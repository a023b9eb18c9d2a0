"""A search finds posts by their words, also before they are in the index, and never those a person may not read."""

from datetime import timedelta

import pytest

from bot.domain.mentions.mention import Author
from storage.cases import search
from tests import builders
from tests.builders import NOW, PRIYA, a_post
from tests.storage.scenes import another

LATER = NOW + timedelta(hours=1)
JURGEN = Author(id="2", handle="Jürgen_B")
SAID = "ÄRGERLICH: 100% der Straße zu_spät! “Don’t – ever”"


@pytest.fixture(params=["indexed", "on their way"])
def come_in(request, store):
    """Return a function to call after adding posts: it indexes them, or leaves them without the index."""

    def done():
        while request.param == "indexed" and store.index_words(2):
            pass

    return done


def found(store, words, **how):
    return [case.id for case in store.find(words, **({"private": True} | how))]


def test_a_search_finds_handles_and_words_in_any_script_and_case(store, come_in):
    first = builders.opened(store)
    post = a_post("2", root_id="2", parent_id=None, author=JURGEN, text=SAID)
    second = builders.opened(store, post=post)
    third = builders.opened(store, post=another("3", text="荷物が届かない。もう三日 ไม่มีใครตอบ"))
    come_in()
    expected = {
        "PARCEL late": [first.id],
        '"parcel" late': [first.id],
        "@priya_k": [first.id],
        "priya": [first.id],
        "PRI": [first.id],
        "ärgerlich": [second.id],
        "argerlich": [second.id],
        "ärgerl": [second.id],
        "STRASSE": [second.id],
        "jürgen_b": [second.id],
        "@JURGEN_B": [second.id],
        "100%": [second.id],
        "zu_sp": [second.id],
        "don't": [second.id],
        "don’t": [second.id],
        "don't - ever": [second.id],
        "“ever”": [second.id],
        "届": [third.id],
        "届か": [third.id],
        "荷物": [third.id],
        "物荷": [],
        "ตอบ": [third.id],
        "x_y": [],
        "parcel argerlich": [],
        "%": [second.id],
        "": [],
        '"': [],
    }
    assert {words: found(store, words) for words in expected} == expected


def test_a_search_shows_the_newest_case_first_and_each_once(store, come_in):
    old = builders.closed(store)
    new = builders.opened(store, post=a_post("1002"))
    store.add_mention(a_post("1003"), LATER, new.id)
    come_in()
    assert found(store, "parcel") == [new.id, old.id]
    assert found(store, "parcel", limit=1) == [new.id]
    assert store.find("parcel", private=True)[0].author == PRIYA


def test_what_is_in_the_index_and_what_is_not_are_found_together(store):
    cases = [builders.opened(store, post=another(str(n))) for n in range(10, 14)]
    assert store.index_words(2) == 2
    assert found(store, "parcel") == [case.id for case in reversed(cases)]


def test_a_case_is_found_by_its_number_before_all_others(store, come_in):
    first = builders.opened(store)
    second = builders.opened(store, post=another("77", text=f"order {first.id} is wrong"))
    come_in()
    for number in (f"{first.id}", f"#{first.id}", f"case {first.id}", f"Case #{first.id}"):
        assert found(store, number)[0] == first.id
    assert found(store, f"{first.id}") == [first.id, second.id]
    assert found(store, f"order {first.id}") == [second.id]
    assert found(store, "999999999999") == []


def test_what_is_private_is_found_by_nobody_else(store, come_in):
    case = builders.opened(store, post=a_post(private=True), private=True)
    come_in()
    for words in ("parcel", "@priya_k", f"#{case.id}", "p", "@"):
        assert (found(store, words, private=False), words) == ([], words)
    assert found(store, "parcel", private=True) == found(store, f"#{case.id}", private=True) == [case.id]


def test_changed_words_are_found_and_old_ones_no_more(store, come_in):
    case = builders.opened(store)
    come_in()
    assert store.change_mention(case.latest, a_post(text="Mein Päckchen fehlt"), LATER)
    for _ in range(2):
        assert (found(store, "PÄCKCHEN"), found(store, "nine days"), found(store, "priya")) == (
            [case.id],
            [],
            [case.id],
        )
        come_in()


def test_the_index_forgets_what_is_taken_out_of_it(store):
    case = builders.opened(store)
    assert (store.index_words(), store.index_words()) == (1, 0)
    with store.transaction():
        store.engine.run(
            "UPDATE mentions SET text = '', author_handle = '', words = '' WHERE id = :id", {"id": case.latest}
        )
    assert found(store, "parcel") == found(store, "priya") == []
    if store.engine.name == "sqlite":
        rows = store.engine.rows("SELECT rowid FROM mention_words WHERE mention_words MATCH 'parcel'")
        assert rows == []
        store.engine.run("INSERT INTO mention_words (mention_words) VALUES ('integrity-check')")


def test_a_post_that_changed_while_it_was_read_waits_for_the_next_look(store):
    case = builders.opened(store)
    params = {"id": case.latest, "text": "what was read before it changed", "words": "what was read"}
    with store.transaction():
        assert store.engine.run(search._INDEX, params) == 0
    assert store.index_words() == 1


def test_older_posts_that_wait_are_said_to_wait(store):
    for n in range(10, 13):
        builders.opened(store, post=another(str(n)))
    assert (store.index_is_behind(2), store.index_is_behind()) == (True, False)
    store.index_words(1)
    assert not store.index_is_behind(2)


def test_a_word_that_many_posts_hold_is_looked_for_in_pages(store):
    cases = [builders.opened(store, post=another(str(n))) for n in range(100, 100 + search.PAGE + 5)]
    store.add_mention(another("99", text="a needle"), LATER, cases[0].id)
    while store.index_words():
        pass
    assert len(found(store, "parcel", limit=search.PAGE + 2)) == search.PAGE + 2
    assert found(store, "needle") == [cases[0].id]


def test_a_word_that_the_newest_posts_hold_is_found_without_the_index(store, monkeypatch):
    cases = [builders.opened(store, post=another(str(n))).id for n in range(100, 115)]
    while store.index_words():
        pass
    monkeypatch.setattr(store, "_indexed", None)
    assert found(store, "parcel", limit=10) == cases[:-11:-1]


def test_what_the_newest_posts_do_not_hold_is_found_behind_them(store, monkeypatch):
    monkeypatch.setattr(search, "_LATEST", search._LATEST.replace(str(search.LATEST), "3"))
    cases = [
        builders.opened(store, post=another(str(n), text="parcel, " + ("kettle", "toaster")[n % 2])).id
        for n in range(100, 110)
    ]
    while store.index_words():
        pass
    assert found(store, "parcel", limit=3) == cases[:-4:-1]
    assert found(store, "parcel kettle", limit=10) == cases[-2::-2]


def test_posts_without_a_case_are_looked_up_in_the_index_at_most_twice(store, monkeypatch):
    alone = store.add_mention(another("1", text="thank you for the parcel"), NOW)
    monkeypatch.setattr(search, "PAGE", 2)  # and so many times as many come after them
    for number in range(100, 130):
        builders.opened(store, post=another(str(number), text="where is my parcel"))
    while store.index_words():
        pass
    monkeypatch.setattr(search, "_LATEST", search._LATEST.replace(str(search.LATEST), "3"))
    asked, rows = [], store.engine.rows
    monkeypatch.setattr(store.engine, "rows", lambda sql, *given: asked.append(sql) or rows(sql, *given))
    assert store.find_without_case("parcel", private=True) == [alone]
    place = store.engine.newest
    assert sum(f"{place} DESC" in sql and "words IS NULL" not in sql and "- 3" not in sql for sql in asked) == 2


@pytest.mark.parametrize(
    "odd", ['"', "'", "\\", "a' | 'b", '"* OR "', "NEAR(a b)", "a:*", "words : a", "-a", "^a", "(", "!"]
)
def test_what_a_search_engine_reads_as_a_sign_is_a_word_like_any(store, come_in, odd):
    builders.opened(store)
    come_in()
    assert found(store, odd) == []


def test_the_index_is_merged_by_small_steps_only(sqlite_store):
    config = dict(sqlite_store.engine.rows("SELECT k, v FROM mention_words_config"))
    assert config["automerge"] == 0
    for number in range(100, 140):
        builders.opened(sqlite_store, post=another(str(number)))
        sqlite_store.index_words(1)
        [(parts,)] = sqlite_store.engine.rows("SELECT count(DISTINCT segid) FROM mention_words_idx")
        assert parts <= 4, "of sixteen FTS5 would merge all at once"
    assert len(found(sqlite_store, "parcel", limit=50)) == 40


def test_a_case_is_found_behind_more_posts_without_a_case_than_are_read(store, monkeypatch):
    monkeypatch.setattr(search, "MOST", 3)
    case = builders.opened(store, post=another("1", text="thank you for the kettle"))
    for number in range(2, 8):
        store.add_mention(another(str(number), text="thank you for the kettle"), NOW)
    for _ in range(2):  # before the index has them, and after
        assert [one.id for one in store.find("kettle", private=True)] == [case.id]
        store.index_words()
