"""Where the lists of words leave a kind open, the clues of a post are weighed by what people called such posts."""

import pytest

from bot.domain.mentions.word_rules import Sign, WordRule
from bot.domain.triage.clues import clues_of, words_of
from bot.domain.triage.kind import KindFound, kind_of
from bot.domain.triage.triage import Kind, Reason
from bot.domain.triage.vocabulary import Tongue, Vocabulary
from bot.domain.triage.weighing import ALWAYS, Weights, weighed
from bot.domain.triage.words_of_their_own import own_words
from bot.settings.kind_weights import kind_weights, weights_from, written

TONGUE = Tongue(
    wrong=WordRule(signs=(Sign(words=("broken",)),)), thanks=WordRule(signs=(Sign(words=("thanks",)),)),
    plain=frozenset(("the", "lamp", "thanks", "for")),
)  # fmt: skip
VOCABULARY = Vocabulary(spam=WordRule(signs=(Sign(words=("follow back",)),)))
WEIGHTS = Weights(
    kinds=(Kind.COMPLAINT, Kind.QUESTION, Kind.CHATTER),
    of_clue={
        ALWAYS: (50, 0, 0),
        "w costume": (-20, 0, 200),
        "p my costume": (0, 0, 40),
        "begins which": (0, 120, 0),
        "w blue": (0, 60, 0),
        "wrong=1": (100, 0, 0),
    },
    certain=180,
)


def read(text: str, weights: Weights = WEIGHTS, *, media: bool = False, answers: bool = False) -> KindFound:
    own = own_words(text, "en")
    found = kind_of(own, VOCABULARY, TONGUE, media=media, answers=answers)
    return weighed(weights, own, VOCABULARY, TONGUE, found, media=media, answers=answers)


def test_the_kind_is_the_one_that_most_speaks_for_and_the_reason_is_words_of_the_post() -> None:
    assert read("me in my costume") == KindFound(Kind.CHATTER, Reason(("costume",), "weighed"), sure=True)
    assert read("which is the blue lamp") == KindFound(Kind.QUESTION, Reason(("blue",), "weighed"))


def test_what_no_sign_speaks_for_is_a_complaint_as_always() -> None:
    assert read("the lamp for them") == KindFound(Kind.COMPLAINT)


@pytest.mark.parametrize(
    "text", ["my costume is broken", "my costume?", "my costume https://pics.example/1", "my costume 😡"]
)
def test_what_may_hold_something_wrong_is_never_light_for_sure(text: str) -> None:
    told = read(text)
    assert told.kind != Kind.CHATTER or not told.sure


def test_an_answer_and_a_photo_are_never_light_by_weights_alone() -> None:
    assert read("my costume", answers=True).sure is False
    assert read("my costume", media=True).sure is False


def test_a_light_kind_with_a_small_lead_is_a_guess() -> None:
    assert read("a costume").sure is False


def test_what_the_lists_are_sure_of_stays_light_with_their_reason() -> None:
    thankful = Weights(kinds=(Kind.COMPLAINT, Kind.THANKS), of_clue={ALWAYS: (0, 1)}, certain=999)
    assert read("thanks for the lamp", thankful) == KindFound(Kind.THANKS, Reason(("thanks",), "thanks"))


def test_weights_can_take_a_post_out_of_the_light_lane() -> None:
    strict = Weights(kinds=(Kind.COMPLAINT, Kind.THANKS), of_clue={ALWAYS: (1, 0)}, certain=0)
    assert read("thanks for the lamp", strict) == KindFound(Kind.COMPLAINT)


@pytest.mark.parametrize("text", ["follow back", "👍", "@northwind"])
def test_strangers_and_posts_without_words_are_told_by_the_lists_alone(text: str) -> None:
    own = own_words(text, "en")
    found = kind_of(own, VOCABULARY, TONGUE)
    assert weighed(WEIGHTS, own, VOCABULARY, TONGUE, found) == found


def test_no_sign_holds_a_number_a_handle_or_a_link_of_a_customer() -> None:
    own = own_words("@northwind order 4417 of @omar https://shop.example/4417 came 2 days late", "en")
    clues = clues_of(own, VOCABULARY, TONGUE, KindFound(Kind.COMPLAINT), answers=False)
    assert not [one for one in clues if "4417" in one or "omar" in one or "northwind" in one or "example" in one]
    assert "w 0" in clues
    assert words_of("w 0") == ""


def test_a_file_of_weights_is_read_as_it_was_written() -> None:
    assert weights_from(written(WEIGHTS)) == WEIGHTS


def test_the_weights_that_come_with_the_desk_hold_words_of_many_and_nothing_of_one_customer() -> None:
    weights = kind_weights()
    assert set(weights.kinds) == {Kind.COMPLAINT, Kind.QUESTION, Kind.THANKS, Kind.PRAISE, Kind.CHATTER}
    assert weights.certain > 0
    said = [words_of(clue) for clue in weights.of_clue]
    assert [one for one in weights.of_clue if "@" in one or "http" in one or "www" in one] == []
    assert [one for one in said if any(clue.isdigit() for clue in one) or one != one.casefold()] == []
    assert 500 < len(weights.of_clue) < 5000
    assert max(len(one) for one in said) < 30
