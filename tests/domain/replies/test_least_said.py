"""The choice of ways: what our replies said least lately, the same for the same case, and never by chance."""

from itertools import product

from bot.domain.replies.least_said import by_chooser, least_said, standing

WAYS = (
    (("i have read this",), ("a person has it now",)),
    (("more here by",), ("you hear from me by", "whatever it is"), ("i am back by",), ("by then i write",)),
)


def test_cases_in_a_row_are_told_in_all_ways_before_one_returns():
    assert {least_said(WAYS, [], case) for case in range(8)} == set(product(range(2), range(4)))


def test_cases_in_a_row_differ_in_each_sentence():
    one, other = least_said(WAYS, [], 6), least_said(WAYS, [], 7)
    assert all(a != b for a, b in zip(one, other, strict=True))


def test_a_way_that_was_said_lately_is_left_to_the_others():
    sent = ["Priya, I have read this. More here by 5. ^AN"]
    assert all(least_said(WAYS, sent, case)[0] == 1 for case in range(8))


def test_a_reply_that_began_in_the_same_way_counts_more():
    """Way 0 of the second sentence was said more often, but never behind a beginning that is due now."""
    sent = [
        "I have read this. More here by 5.",
        "I have read this. More here by 5.",
        "A person has it now. I am back by 5.",
    ]
    ways = (WAYS[0], (WAYS[1][0], WAYS[1][2]))
    assert least_said(ways, sent, 0) == (1, 0)


def test_half_of_the_ways_stay_open_for_replies_that_wait_for_approval():
    sent = ["I have read this. More here by 5."]
    assert len({least_said(WAYS, sent, case) for case in range(6)}) > 1


def test_a_way_is_known_again_in_words_that_somebody_changed():
    assert standing(WAYS, "Tom, I HAVE read this! You hear from me by 5, sure.") == (0, 1)
    assert standing(WAYS, "Tom, we are on it.") == (None, None)
    assert standing(WAYS, "") == (None, None)


def test_a_way_that_goes_on_where_another_ends_is_told_from_it():
    ways = ((("i am sorry",), ("i am sorry and it is ours",), ("i am sorry", "for the wait and all of it")),)
    assert standing(ways, "I am sorry.") == (0,)
    assert standing(ways, "I am sorry, and it is ours.") == (1,)


def test_what_is_chosen_is_filled_by_name():
    assert by_chooser((2, 0)) == {"way_1": "2", "way_2": "0"}
