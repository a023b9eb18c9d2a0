"""A past reply is found by what was complained of, and holds nothing that was the other customer's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.replies.draft_checks import unfilled
from bot.domain.replies.past_reply import (
    Answered,
    addressed_to,
    common_words,
    most_fitting,
    suited_replies,
    with_gaps,
    words_asked_by,
)
from tests.builders import NOW

DAY = timedelta(days=1)
ONE = Answered(
    draft=1,
    case=1,
    said="",
    reply="",
    at=NOW - DAY,
    handle="priya_k",
    name="Priya Kapoor",
    author="501",
    network="x",
    language="en",
)
PLAIN = ("the", "it", "we", "your", "see", "more")
OTHERS = (
    replace(ONE, author="1", reply="Please open the App. It is on us, and we put it right."),
    replace(ONE, author="2", reply="Your App is fine. Ask Tom, in the Leeds shop."),
    replace(ONE, author="2", reply="We asked Tom in Leeds."),
)
COMMON = common_words([*OTHERS], PLAIN)


def start(reply: str, **facts: str) -> str:
    return with_gaps(replace(ONE, reply=reply, facts=facts), COMMON)


def test_what_people_are_called_is_a_gap_and_becomes_the_name_of_the_next():
    words = start("Priya, we put it right. See you, @priya_k! ^AN")
    assert words == "[first name], we put it right. See you, [first name]!"
    assert addressed_to(words, "Caro") == "Caro, we put it right. See you, Caro!"
    assert addressed_to("[first name], it is on us.", "") == "Hello, it is on us."
    assert addressed_to("Hello [first name], it is on us.", "") == "Hello, it is on us."


def test_a_name_is_a_gap_also_where_it_was_written_without_its_dots():
    ipek = replace(ONE, name="İpek Yılmaz", handle="iy", reply="Ipek Yilmaz, it is on us.")
    assert with_gaps(ipek, COMMON) == "[first name], it is on us."


def test_no_number_day_link_address_or_other_name_is_left():
    words = start(
        "Tom at the Leeds depot has your order 4417-22 and parcel TBA566517950000; it comes on Friday. See "
        "https://x.example/a, northwind.example/b, @someone, tom@mail.example or 12 Baker Street, +44 20 7946 0018, £12.50."
    )
    assert words == (
        "[name] at the [name] depot has your [number] and [number]; it comes on [day]. See "
        "[link] [name], [e-mail] or [address], [number]."
    )


def test_a_promise_and_the_facts_that_were_asked_for_are_gaps_again():
    words = start("Priya, it should have come on Friday. More by noon tomorrow.", when_due="on Friday")
    assert words == "[first name], it should have come [when due]. More [by when]."
    assert set(unfilled(words)) == {"[first name]", "[when due]", "[by when]"}


def test_every_moment_is_a_gap_that_asks_by_when():
    assert start("It is with you by 17:00, the rest in 2 days.") == "It is with you [by when], the rest [by when]."
    assert start("By 5 pm it is there. We see that order 4417 came at 18:30.") == (
        "[by when] it is there. We see that [number] came [by when]."
    )


def test_moments_in_french_and_spanish_are_gaps_that_ask_by_when_too():
    assert start("vous aurez un mot avant 17h demain, le reste d'ici 18 h 30, tout dans les 24 heures.") == (
        "vous aurez un mot [by when], le reste [by when], tout [by when]."
    )
    assert start("lo tiene antes de las 17:00 de mañana; el resto en dos días, o mañana a las 10.") == (
        "lo tiene [by when]; el resto [by when], o [by when]."
    )
    assert start("de 12 pièces, a 3 clientes, a 24 h service") == (
        "de [number] pièces, a [number] clientes, a [number] h service"
    )


def test_without_a_name_a_start_greets_in_the_language_of_the_customer():
    words = "[first name], c'est réglé."
    greeted = [addressed_to(words, "", one).partition(",")[0] for one in ("fr", "fr-CA", "es", "de", "en", "it", "")]
    assert greeted == ["Bonjour", "Bonjour", "Hola", "Hallo", "Hello", "Hello", "Hello"]
    assert addressed_to(words, "Caro", "fr") == "Caro, c'est réglé."


def test_a_word_with_a_capital_stays_where_it_went_to_several_people():
    assert start("We love the App, and the Kettle.") == "We love the App, and the [name]."
    assert start("We asked Tom.") == "We asked [name]."


def test_a_name_that_is_a_word_too_is_a_gap_only_where_it_is_a_name():
    will = replace(ONE, handle="the_real_will", name="Will Young", reply="Will, the kettle is here: we will send it.")
    assert with_gaps(will, COMMON) == "[first name], the kettle is here: we will send it."
    assert with_gaps(replace(will, reply="hi will, it is Will's"), COMMON) == "hi [first name], it is [first name]'s"
    assert with_gaps(replace(will, reply="The kettle: Will has it"), COMMON) == "The kettle: [first name] has it"


def test_a_name_with_which_a_post_is_signed_is_a_gap_also_where_it_is_a_word():
    signed = replace(ONE, reply="Bill, your bill is fine.", said="My bill is wrong.\nThanks, Bill")
    common = common_words([signed], PLAIN)
    assert with_gaps(signed, common) == "[name], your bill is fine."
    assert with_gaps(replace(signed, said="Bill is wrong"), common) == "Bill, your bill is fine."


def test_words_in_brackets_are_no_gap():
    assert start("It is here. [UPDATE: order 4417 for Mia]") == "It is here. ([name]: [number] for [name])"


def test_telling_words_are_no_names_numbers_or_words_of_every_post():
    assert words_asked_by("@northwind Hello, my KETTLE broke again!! #fail order 4417 https://x.example") == (
        "kettle",
        "broke",
        "order",
    )


def found(*said: str, **more: object) -> list[int]:
    posts = [replace(ONE, draft=n, said=text) for n, text in enumerate(said, 1)]
    asked = words_asked_by("my kettle leaks water")
    return offered(asked, posts)


def offered(asked: Sequence[str], posts: Sequence[Answered], topic: str = "", **wanted: str) -> list[int]:
    """Return the replies to offer, by number; `wanted`: the template as which each post's reply counts, in order."""
    kinds = {int(number[1:]): frozenset({kind}) for number, kind in wanted.items()}
    suits = suited_replies(asked, posts, topic=topic, network="x", now=NOW)
    fitting = most_fitting(suits, [*dict.fromkeys(wanted.values())], lambda one: kinds.get(one.draft, frozenset()))
    return [fit.one.draft for fit in fitting]


def test_posts_with_the_rarer_words_come_first_and_those_with_one_word_in_common_not_at_all():
    assert found("water kettle on fire", "my kettle leaks", "the kettle is ugly", "lamp") == [2, 1]
    assert found("lamp") == []


def test_the_first_reply_of_a_young_desk_is_offered_to_a_post_that_tells_more():
    only = replace(ONE, said="my parcel was due on monday and it is still not here")
    asked = words_asked_by("my parcel was due on monday and has not arrived at my house")
    assert len(asked) == 4
    assert offered(asked, [only]) == [only.draft]


def test_after_what_is_much_alike_comes_one_reply_for_each_template_that_fits_though_little_is_alike() -> None:
    posts = [
        replace(ONE, draft=n, said=said)
        for n, said in enumerate(("kettle leaks water", "my lamp leaks", "a lamp and a kettle", "no lamp leaks"), 1)
    ]
    asked = words_asked_by("my kettle leaks water")
    assert offered(asked, posts) == [1]
    assert offered(asked, posts, _2="question", _3="apology", _4="question") == [1, 4, 3]


def test_of_posts_alike_the_one_of_the_topic_and_the_newer_one_come_first():
    alike = [replace(ONE, draft=n, said="kettle leaks") for n in (1, 2, 3)]
    alike[0] = replace(alike[0], topic="kettles", at=NOW - 40 * DAY)
    alike[1] = replace(alike[1], at=NOW - 400 * DAY)
    assert offered(("kettle", "leaks"), alike, "kettles") == [1, 3, 2]
