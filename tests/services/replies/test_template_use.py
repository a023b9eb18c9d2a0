"""`/care templates` says what became of templates, from what went out."""

import pytest

from bot.blocks.replies.template_use import templates
from bot.domain.replies.template_use import PERIOD
from bot.domain.triage.triage import Kind
from bot.ports import Desk
from bot.services.replies.template_use import template_report
from tests.services.journey import clock
from tests.services.replies.test_past_replies import again, answered

HINT = "Please take the lid off and let it dry for a day."


def test_the_report_names_use_answers_and_what_people_wrote_again_and_again(desk: Desk) -> None:
    answered(desk, 1, ours=f"Priya, sorry for that. {HINT} ^AN")
    answered(desk, 2, ours=f"Tom, a leak is annoying. {HINT} ^AN")
    answered(desk, 3, ours=f"Lee, thank you for the photo. {HINT} ^AN")
    answered(desk, 4, ours="Sam, only for you: 4417. ^AN", private=True)
    clock(desk).move(days=5)
    again(desk, "Thank you so much, great service!")
    found = template_report(desk.store, desk.templates.all(), desk.policy.vocabulary, desk.clock.now())
    assert templates(found).text.splitlines() == [
        "Templates.",
        "0 of 4 replies in the last 90 days began with a template.",
        "Never used: sorry, thanks.",
        f"Written to 3 customers in nearly these words: “{HINT}”",
    ]


def test_the_answers_of_customers_come_with_the_replies_and_cost_no_query_each(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(desk, 1, ours="Priya, sorry for that. ^AN")
    answered(desk, 2, ours="Tom, sorry for that. ^AN")
    clock(desk).move(days=1)
    again(desk, "Thank you so much, great service!")
    monkeypatch.setattr(desk.store, "triage", lambda _: pytest.fail("asked once more"))
    since = desk.clock.now() - PERIOD
    found = {
        one.words.case: (last, taken_for and taken_for.kind)
        for one, last, taken_for in desk.store.sent_replies(since)
    }
    assert found[2] == (0, None)
    assert found[1][1] == Kind.THANKS
    template_report(desk.store, desk.templates.all(), desk.policy.vocabulary, desk.clock.now())
