"""A person is found in a text by their handle, their whole name, and eight of their words in a row."""

import pytest

from bot.domain.erasure.traces import GONE, traces_of
from bot.domain.replies.draft_checks import unfilled

SAID = "I was charged twice for the kettle, and nobody at all answers me!"
TRACES = traces_of(["@jo_k", "Jo Kälin", "Will", "@anna"], [SAID, "Short post"])


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Ask @JO_K, or jo_k.", "Ask [erased], or [erased]."),
        ("jo_kim and x_jo_k are others", "jo_kim and x_jo_k are others"),
        ("Jo  kälin wrote; Jo did not", "[erased] wrote; Jo did not"),
        ("Will Anna come? @anna will, @will", "Will Anna come? [erased] will, [erased]"),
        ("“Charged twice, for the kettle and nobody at all”.", "“[erased]”."),
        ("charged twice for the kettle and nobody knows", "charged twice for the kettle and nobody knows"),
        ("Short post", "Short post"),
        ("", ""),
    ],
)
def test_each_trace_is_taken_out_and_what_anybody_may_say_stays(text: str, without: str) -> None:
    assert TRACES.without(text) == without


def test_what_stands_there_instead_is_a_gap_that_no_reply_goes_out_with() -> None:
    assert unfilled(f"Hello, {GONE} is on its way.") == (GONE,)


def test_of_somebody_without_a_name_and_words_nothing_is_found() -> None:
    assert traces_of(["", "@"], [""]).without("Hello @everybody") == "Hello @everybody"


def test_what_we_wrote_before_they_did_is_ours_though_they_quote_it_or_are_called_so() -> None:
    ours = "We are sorry that your parcel is late, dear Google user. Please write @google_user to us."
    said = [(5, f"You said: {ours}"), (6, SAID)]
    found = traces_of(["google_user", "Google user"], [text for _, text in said])
    assert found.without(ours) != ours
    assert found.without_ours(said, [(4, ours)]).without(ours) == ours.replace("@google_user", GONE)
    assert found.without_ours(said, [(4, ours)]).without(SAID) == f"{GONE}!"
    assert found.without_ours(said, [(5, ours)]) == found
