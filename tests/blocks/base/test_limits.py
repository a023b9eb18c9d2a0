"""`fit` keeps every message within Slack's limits, notes where it cut, and never raises."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.base import limits, parts
from bot.blocks.base.phrases import slack_date
from bot.ports.chat import Message
from tests.blocks.reading import read
from tests.blocks.scenes import NOW, at
from tests.long import examples


def test_a_message_within_the_limits_is_left_as_it_is():
    message = Message(text="Case 412", blocks=[parts.rich(parts.quote("words"))])
    assert limits.fit(message) == message


def test_too_many_blocks_are_cut_and_counted():
    fitted = limits.fit(Message(text="x", blocks=[parts.small(f"line {n}") for n in range(60)]))
    assert len(fitted.blocks) == 50
    assert read(fitted).endswith("line 48\n· 11 more parts of this message are not shown.")


def test_too_much_text_loses_from_the_longest_words_first_and_says_so():
    short, long = (
        parts.rich(parts.quote("short words", 3000)),
        [parts.rich(parts.quote(sign * 2900, 3000)) for sign in "abcde"],
    )
    fitted = limits.fit(Message(text="x", blocks=[short, *long]))
    assert sum(map(len, limits.texts(fitted.blocks))) <= limits.MESSAGE_TEXT
    assert "short words" in read(fitted)
    assert "more characters)" in read(fitted)


def test_what_slack_parses_is_never_torn():
    forms = " ".join([slack_date(at(9, day=1), NOW)] * 200)
    kept = limits.fit(Message(text=forms)).text
    assert len(kept) <= limits.FALLBACK
    assert kept.count("<") == kept.count(">")
    assert kept.endswith("…")


@given(st.lists(st.text(min_size=1, max_size=3000), max_size=8), st.text(max_size=9000))
@settings(max_examples=examples(40), deadline=None)
def test_the_guard_never_raises_and_always_fits(quotes, text):
    fitted = limits.fit(Message(text=text, blocks=[parts.rich(parts.quote(one * 4, 3000)) for one in quotes]))
    assert len(fitted.text) <= limits.FALLBACK
    assert sum(map(len, limits.texts(fitted.blocks))) <= limits.MESSAGE_TEXT
