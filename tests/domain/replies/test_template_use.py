"""What became of templates is counted from what went out; what people write again and again is found."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.cases.earlier_case import Ending
from bot.domain.replies.origins import OriginKind, Passage, TextOrigin
from bot.domain.replies.past_reply import Answered
from bot.domain.replies.template_use import SentReply, after_reply, lacking, repeated, uses
from tests.builders import NOW

DAY = timedelta(days=1)
ONE = Answered(
    draft=1, case=1, said="", reply="We are on it.", at=NOW, handle="p", name="P", author="1", network="x", language="en"
)  # fmt: skip
SENT = SentReply(words=ONE)
FROM, OWN = TextOrigin(OriginKind.TEMPLATE, "late"), TextOrigin(OriginKind.PERSON, "U0ANA")


@dataclass(frozen=True)
class Prepared:
    topics: tuple[str, ...]
    language: str = "en"
    words: tuple[str, ...] = ()


def by_template(reply: str, text: str, kept: int, ending: Ending = Ending.SILENT) -> SentReply:
    passages = tuple(one for one in (Passage(FROM, kept), Passage(OWN, len(reply) - kept)) if one.length)
    return replace(
        SENT, words=replace(ONE, reply=reply, template="late"), template_text=text, passages=passages, ending=ending
    )


def test_a_template_is_used_edited_and_answered_so_and_so_often():
    sent = [
        by_template("It is late.", "It is late.", 11, Ending.THANKED),
        by_template("It is late. Sorry!", "It is late.", 11),
        by_template("All else is ours.", "It is late.", 0),
        SENT,
    ]
    [late] = uses({"late": "Late"}, sent)
    assert (late.title, late.used, late.unchanged) == ("Late", 3, 1)
    assert late.kept == 11 / 18
    assert late.endings == Counter({Ending.SILENT: 2, Ending.THANKED: 1})


def test_who_wrote_nothing_is_silent_only_after_three_days():
    assert after_reply(Ending.SILENT, NOW, NOW + DAY) == Ending.UNANSWERED
    assert after_reply(Ending.SILENT, NOW, NOW + 3 * DAY) == Ending.SILENT
    assert after_reply(Ending.THANKED, NOW, NOW) == Ending.THANKED


def test_a_language_and_a_topic_without_a_template_are_named_with_how_often_they_came():
    topics = [("en", "Billing"), ("en", "lamps"), ("en", "lamps"), ("pt", "lamps"), ("pt", ""), ("", "x"), ("en", "")]
    sent = [replace(SENT, words=replace(ONE, language=language, topic=topic)) for language, topic in topics]
    found = lacking([Prepared(("any", "billing"))], sent)
    assert {(one.language, one.topic, one.replies) for one in found} == {("en", "lamps", 2), ("pt", "", 2)}


def wrote(*said: tuple[str, str]) -> list[tuple[str, int]]:
    """Return the sentences that are found in what was written to each author."""
    own = [(replace(SENT, words=replace(ONE, author=author)), text) for author, text in said]
    return [(one.words, one.customers) for one in repeated(own)]


def test_a_sentence_that_went_to_three_customers_in_nearly_the_same_words_is_found():
    said = "Please press the small button for [number] seconds"
    assert wrote(
        ("1", f"Hi. {said}."),
        ("2", f"{said}."),
        ("3", f"Now {said.lower()}. ^AN"),
        ("4", "Your lamp is a good one, truly."),
    ) == [(f"{said}.", 3)]


def test_what_went_to_one_customer_three_times_or_is_short_is_not():
    long = "Please press the small button twice."
    assert wrote(("1", long), ("1", long), ("1", long), ("1", "On it."), ("2", "On it."), ("3", "On it.")) == []
