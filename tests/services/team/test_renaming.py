"""A customer's new name is used on the card and in our words; earlier decisions stay."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.base.tables import CaseVerb
from bot.domain.mentions.mention import Author
from bot.domain.mentions.segments import Segment
from bot.gateways.drawing import draw
from bot.ports import Desk
from bot.services.cases.view import remarks
from bot.services.replies import reply_form
from tests.blocks.reading import read
from tests.fakes import ANA, NOON, a_post
from tests.services.journey import a_case, clock, draft_of, in_review, only_case, receive, seen


def wrote(desk: Desk, post_id: str, name: str, handle: str, *, at: datetime | None = None) -> None:
    at = at or clock(desk).move(minutes=5)
    author = Author(id="id-priya", handle=handle, name=name, followers=900_000)
    receive(desk, a_post(post_id, "and again", root="100", at=at, author=author))


def card(desk: Desk) -> str:
    telling = desk.store.card(1)
    assert telling is not None
    drawn = draw(desk, telling, desk.clock.now())
    assert drawn is not None
    return f"{drawn[0].text}\n{read(drawn[0])}"


def test_the_card_calls_the_author_as_their_newest_post_does(desk: Desk) -> None:
    a_case(desk)
    assert "Priya N  @priya ·" in card(desk)
    wrote(desk, "101", "Zoë Kaur", "zoe_k")
    assert "Zoë Kaur  @zoe_k · 12.4k followers" in card(desk)
    assert "Priya" not in card(desk)


def test_a_post_that_comes_late_brings_no_old_name_back(desk: Desk) -> None:
    a_case(desk)
    wrote(desk, "102", "Zoë Kaur", "zoe_k")
    wrote(desk, "101", "Priya N", "priya", at=NOON + timedelta(minutes=1))
    assert "Zoë Kaur  @zoe_k" in card(desk)


def test_a_post_that_names_nobody_changes_no_name(desk: Desk) -> None:
    a_case(desk)
    wrote(desk, "101", "", "")
    assert "Priya N  @priya" in card(desk)


def test_a_name_that_is_no_name_stays_words(desk: Desk) -> None:
    a_case(desk)
    wrote(desk, "101", "<!here> <@U0BEN> Zoë", "zoe_k")
    assert "&lt;!here&gt; &lt;@U0BEN&gt; Zoë" in card(desk)


def test_templates_and_checks_go_by_the_new_name(desk: Desk) -> None:
    a_case(desk)
    wrote(desk, "101", "Zoë Kaur", "zoe_k")
    form = reply_form.ReplyForm(template=desk.templates.all()[0].name)
    assert "Zoë" in reply_form.filled(desk, only_case(desk), form, by=ANA, at=desk.clock.now()).words
    old, new = (
        remarks(desk, only_case(desk), f"@{handle} sorry. ^AN", desk.clock.now()) for handle in ("priya", "zoe_k")
    )
    assert (any("@priya" in one.sentence for one in old), any("@zoe_k" in one.sentence for one in new)) == (
        True,
        False,
    )


def test_a_draft_to_the_old_name_is_looked_at_again(desk: Desk) -> None:
    in_review(desk)
    wrote(desk, "101", "Zoë Kaur", "zoe_k")
    assert draft_of(desk).stale == CaseVerb.AUTHOR_WROTE


def test_the_segment_stays_what_it_was_by_the_name_at_the_opening(desk: Desk) -> None:
    press = Segment(name="press", title="Press", handles=frozenset({("x", "priya")}))
    desk = replace(desk, policy=replace(desk.policy, segments=(press,)))
    a_case(desk)
    wrote(desk, "101", "Zoë Kaur", "zoe_k")
    wrote(desk, "102", "Zoë Kaur", "zoe_k")
    assert (only_case(desk).segment, seen(desk, only_case(desk)).case.author.handle) == ("press", "zoe_k")
