"""Templates come in the order in which they fit a post."""

from dataclasses import dataclass

from bot.domain.replies.template_order import Circumstance, Situation, asks_something, best_first, topics_of
from bot.domain.triage.triage import Kind, Triage, Unheard, Urgent
from bot.domain.triage.words_of_their_own import own_words


@dataclass(frozen=True)
class Prepared:
    name: str
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    language: str = "en"


SEEN = Prepared("seen", topics=("any", "question", "answers us"))
LATE = Prepared("late", topics=("delivery",), words=("late", "parcel*", "where is my"))
UNSAFE = Prepared("unsafe", topics=("safety",))
WAITED = Prepared("waited", topics=("no answer",), words=("nobody",))
SPAET = Prepared("spaet", topics=("delivery",), words=("spät", "paket*"), language="de")
EVERY = (SEEN, LATE, UNSAFE, WAITED, SPAET)


def order(text: str, *topics: str, language: str = "en") -> list[str]:
    here = Situation(wording=own_words(text, language).wording, topics=frozenset(topics), language=language)
    return [one.name for one in best_first(EVERY, here)]


def test_the_words_of_the_post_bring_a_template_up():
    assert order("@northwind where is my parcel?")[0] == "late"
    assert order("@northwind my parcels came, and nobody was there")[:2] == ["late", "waited"]


def test_what_triage_told_counts_more_than_a_word():
    assert order("The parcel was on fire", Urgent.SAFETY)[:2] == ["unsafe", "late"]


def test_where_nothing_speaks_for_one_the_general_one_is_first():
    assert order("Hmm @northwind")[0] == "seen"


def test_a_template_in_the_language_of_the_post_comes_before_all_others():
    assert order("Wo ist mein Paket?", language="de")[0] == "spaet"
    assert order("Nobody and no parcel", language="")[-1] == "spaet"


def test_two_words_count_more_than_that_the_customer_answers_us():
    assert order("Where is my parcel", Circumstance.ANSWERS_US)[0] == "late"
    assert order("My parcel", Circumstance.ANSWERS_US)[0] == "seen"


def test_the_topics_of_a_post_are_those_of_its_case_its_triage_and_where_it_stands():
    told = Triage(kind=Kind.QUESTION, urgent=Urgent.LEGAL, unheard=Unheard.NEVER_ANSWERED, topic="lamps")
    assert topics_of(told, "club", [Circumstance.LATE]) == {"question", "legal", "no answer", "lamps", "club", "late"}
    assert topics_of(None) == frozenset()


def test_a_reply_that_asks_is_told_from_one_that_says():
    assert asks_something("Which shop was it?")
    assert asks_something("Please send us a private message.")
    assert not asks_something("It goes back today.")
