"""The situation of a case decides which templates come first."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.replies.template_order import Circumstance
from bot.ports import Desk
from bot.services.mentions import intake
from bot.services.replies import reply_form
from bot.services.replies.situation import situation
from tests.fakes import NOON, FakeTemplates, Words, a_post, our_post

MINUTE = timedelta(minutes=1)
KNOWN = (
    Words("alone", "I have it.", topics=("nobody approves",)),
    Words("asked", "Thank you.", topics=("answers us",)),
    Words("lamp", "The lamp is sorry.", words=("lamp*",)),
    Words("money", "It goes back.", topics=("billing",)),
)


def told(desk: Desk, *texts: str) -> Desk:
    """Take in these posts of one customer, after the first of which we ask something."""
    desk = replace(desk, templates=FakeTemplates(KNOWN))
    intake.take_in(desk, a_post("100", texts[0]), NOON)
    if texts[1:]:
        intake.take_in(desk, our_post("101", "Which one?", to="100", root="100", at=NOON + MINUTE), NOON + MINUTE)
    for n, text in enumerate(texts[1:], 2):
        at = NOON + n * MINUTE
        intake.take_in(desk, a_post(f"10{n}", text, root="100", at=at), at)
    return desk


def first(desk: Desk, **chosen: bool) -> str:
    return reply_form.fitting(desk, desk.store.case(1), **chosen)[0].name


def test_the_topic_of_the_case_and_the_words_of_the_post_decide(desk: Desk) -> None:
    desk = told(desk, "@northwind my lamps are broken and I was charged")
    assert [one.name for one in reply_form.fitting(desk, desk.store.case(1))][:2] == ["money", "lamp"]


def test_all_that_was_said_since_our_answer_counts_and_nothing_before(desk: Desk) -> None:
    desk = told(desk, "@northwind the kettle is broken", "the big one", "and a lamp")
    said = situation(desk, desk.store.case(1))
    assert said.wording.text.split() == ["the", "big", "one", "and", "a", "lamp"]
    assert Circumstance.ANSWERS_US in said.topics
    assert first(desk) == "asked"


def test_who_is_alone_is_offered_first_what_needs_no_second_person(desk: Desk) -> None:
    desk = told(desk, "@northwind a lamp broke")
    assert (first(desk), first(desk, alone=True)) == ("lamp", "alone")
