"""A past reply counts as the template it began with, or as those whose words and signs it has."""

from typing import NamedTuple

from bot.domain.replies.reply_kind import IN_PRIVATE, QUESTION, kinds_of


class Said(NamedTuple):
    name: str
    said_as: tuple[str, ...]
    topics: tuple[str, ...] = ()
    language: str = "en"


SORRY = Said("apology", ("sorry",), ("any",))
LOOKS = Said("acknowledgement", ("look into",), ("any",))
ASKS = Said("one_question", (QUESTION,), ("any", "complaint"))
PRIVATE = Said("details_in_private", (IN_PRIVATE, "dm us"), ("account",))
THANKS = Said("thanks", ("thank you", "glad"), ("thanks",))
LATE = Said("late_delivery", ("parcel*",), ("delivery",))
GERMAN = Said("late_delivery_de", ("paket*",), ("delivery",), "de")
EVERY = (SORRY, LOOKS, ASKS, PRIVATE, THANKS, LATE, GERMAN)


def kinds(reply: str, begun_with: str = "", language: str = "en") -> set[str]:
    return set(kinds_of(reply, begun_with, EVERY, language))


def test_what_a_reply_asks_for_counts_more_than_the_sentences_around_it() -> None:
    assert kinds("Sorry to hear that, we look into it.") == {"apology", "acknowledgement"}
    assert kinds("Sorry, thank you. Which lamp is it?") == {"one_question"}
    assert kinds("Sorry about your parcel! Please DM us your number, will you?") == {
        "details_in_private",
        "late_delivery",
    }
    assert kinds("Here you go: https://x.example/?a=1") == set()


def test_kind_words_in_a_reply_that_says_more_are_no_thanks() -> None:
    assert kinds("Thank you, we are glad!") == {"thanks"}
    assert kinds("Thank you for telling us, we look into it.") == {"acknowledgement"}


def test_the_template_that_it_began_with_is_known_whatever_it_says_and_a_variant_counts_as_the_same() -> None:
    assert kinds("Sorry!", "late_delivery_de") == {"late_delivery"}
    assert kinds("Sorry!", "gone") == {"apology"}
    assert kinds("Ihr Paket ist da.", language="de") == {"late_delivery"}
