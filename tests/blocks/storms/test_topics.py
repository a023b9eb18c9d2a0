"""The answer to `/care topics` as it is read: numbers beside every bar, and the same in the fallback line."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.storms.topics import MOST_TOPICS, topics
from bot.domain.storms.heard import Heard
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.spikes import Spike
from bot.domain.storms.topics import TopicCount, Topics
from tests.blocks.hostile import TEXTS
from tests.blocks.scenes import NOW, post
from tests.blocks.walker import judge_message
from tests.long import part

HOUR = timedelta(hours=1)
SPIKE = Spike(
    id=1, traits=(Trait(FeatureKind.WORD, "app"),), words=("app", "open"), since=NOW - HOUR, noticed_at=NOW, usual=1.0
)
FOUND = Topics(
    title="today",
    counts=[
        TopicCount(topic="billing", cases=23, usual=9.0, words=("charged", "twice")),
        TopicCount(topic="safety", cases=2, usual=3.0),
        TopicCount(topic="", cases=11, usual=None),
    ],
    compared=8,
    unit="week",
    spikes=[(SPIKE, 14), (replace(SPIKE, over_at=NOW), 30)],
    loudest=[Heard(post(), 412, "billing", NOW)],
    looked_at=36,
    partly=False,
    now=NOW,
)


def drawn(found: Topics = FOUND) -> str:
    message = topics(found, {412: "https://northwind.slack.com/archives/C1/p1"}, {"x": "X"})
    judge_message(message)
    return str(message.blocks)


def test_each_bar_has_its_numbers_beside_it() -> None:
    message = topics(FOUND, {}, {"x": "X"})
    [chart] = [one for block in message.blocks if block["type"] == "rich_text" for one in block["elements"]][:1]  # type: ignore[attr-defined]
    assert chart["elements"][0]["text"].splitlines() == [
        "billing  ████████████████████ 23, usual 9, rose",
        "safety   ██                    2, usual 3",
        "no topic ██████████           11",
    ]


def test_the_fallback_line_says_what_the_blocks_say() -> None:
    line = topics(FOUND, {}, {"x": "X"}).text
    assert line.startswith(
        "What it is about, today: 36 cases opened. Usual: the middle of 8 weeks before, by this time. "
        "billing 23, usual 9, rose; what stands out: charged, twice. safety 2, usual 3. no topic 11. "
        "14 people about “app”, “open” since "
    )
    assert "Case 412, @priya_n on X, 12,400 followers: “Charged twice AGAIN" in line


def test_the_loudest_lead_to_their_threads() -> None:
    assert "https://northwind.slack.com/archives/C1/p1" in drawn()


@pytest.mark.parametrize(
    ("compared", "said"), [(0, "Nothing is known yet"), (1, "as many as by this time a week before"), (2, "2 weeks")]
)
def test_with_how_much_it_is_compared_is_said(compared: int, said: str) -> None:
    assert said in drawn(replace(FOUND, compared=compared))


def test_a_day_without_cases_says_so() -> None:
    assert "No case was opened." in drawn(replace(FOUND, counts=[], spikes=[], loudest=[]))


def test_more_topics_than_fit_are_counted() -> None:
    many = [TopicCount(topic=f"t{n}", cases=1, usual=0.0) for n in range(MOST_TOPICS + 3)]
    assert "and 3 more topics" in drawn(replace(FOUND, counts=many))


def test_words_that_were_left_out_are_said() -> None:
    assert "those of the newest 2,000 posts" in drawn(replace(FOUND, partly=True, looked_at=2_000))


@pytest.mark.parametrize("words", part(TEXTS, 4))
def test_whatever_was_written_stays_mere_words(words: str) -> None:
    author = replace(post().author, handle=words, name=words)
    loud = Heard(replace(post(text=words), author=author), 412, words, NOW)
    spike = replace(SPIKE, words=(words,))
    drawn(
        replace(FOUND, loudest=[loud] * 3, spikes=[(spike, 5)], counts=[TopicCount(topic=words, cases=3, usual=1.0)])
    )
