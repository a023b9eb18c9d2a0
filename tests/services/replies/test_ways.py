"""A template with several ways: a form begins with what was said least, and keeps to it whatever goes out meanwhile."""

from dataclasses import replace

import pytest

from bot.domain.mentions.mention import Author
from bot.domain.promises.spoken_promise import PromiseAnswer
from bot.domain.replies.origins import OriginKind, cut_into_passages
from bot.domain.replies.seen_mark import conversation_mark
from bot.gateways.template_files import read_content
from bot.gateways.templates import ReplyTemplates
from bot.ports import Desk
from bot.services.replies import reply_form
from bot.services.replies.reply_form import ReplyForm
from bot.services.replies.sent_form import put_up
from storage import SqlStore
from tests.fakes import ANA, NOON, a_desk, a_post
from tests.services.journey import approve, clock, draft_of, receive, send, written

CONTENT = """---
title: Late
use_when: It is late.
asks.where: Where is it?
---
{{ first_name or "Hello" }}, I have looked for it, and it is {{ where }}.
or: {{ first_name or "Hello" }}, your parcel turned up: it is {{ where }}.
I keep an eye on it.
or: You need not ask again.
^{{ initials }}
"""
NAMES = ("Priya", "Lena", "Omar", "Tom", "Zoe")


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """A desk with one template, and a case each of five customers."""
    ready, _ = read_content("late.txt", CONTENT)
    assert ready
    desk = replace(a_desk(store), templates=ReplyTemplates({"late": ready}))
    for number, name in enumerate(NAMES, start=1):
        author = Author(id=f"7{number}", handle=f"{name.lower()}_x", name=name)
        receive(desk, replace(a_post(f"{number}00", "Late again @northwind"), root_id=f"{number}00", author=author))
    return desk


def begun(desk: Desk, number: int, form: ReplyForm) -> ReplyForm:
    return reply_form.filled(desk, desk.store.case(number), form, by=ANA, at=NOON)


def answered(desk: Desk, number: int, text: str) -> None:
    written(desk, number, text=text)
    approve(desk, number)
    send(desk)
    clock(desk).move(hours=1)


def test_what_went_out_lately_is_said_in_another_way(desk: Desk) -> None:
    first = begun(desk, 1, ReplyForm(template="late", facts={"where": "in Leeds"})).words
    assert begun(desk, 1, ReplyForm(template="late", facts={"where": "in Leeds"})).words == first
    answered(desk, 1, first)
    beginning, end = first.split(", ", 1)[1][:12], first[-26:]
    for number in (2, 3, 4, 5):
        words = begun(desk, number, ReplyForm(template="late", facts={"where": "in York"})).words
        assert beginning not in words
        assert end not in words


def test_a_form_keeps_its_ways_while_others_go_out_and_all_of_it_is_the_templates(desk: Desk) -> None:
    opened = begun(desk, 2, ReplyForm(template="late"))
    answered(desk, 1, opened.words.replace("Lena", "Priya").replace("[where]", "in Leeds"))
    typed = begun(desk, 2, replace(opened, facts={"where": "in York"}))
    assert typed.words == opened.words.replace("[where]", "in York")
    reply_form.keep(desk, 2, typed, by=ANA, at=NOON)
    mark = conversation_mark(desk.store.case(2), desk.store.mentions(2))
    put_up(desk, 2, typed, PromiseAnswer(), seen=mark, by=ANA, at=clock(desk).now())
    draft = draft_of(desk, 2)
    assert draft.template_text == draft.text
    by_people = [
        words for one, words in cut_into_passages(draft.text, draft.origins) if one.kind == OriginKind.PERSON
    ]
    assert by_people == ["in York"]
    again = reply_form.first_form(desk, desk.store.case(2), by=ANA, at=NOON)
    assert (again.words, again.prepared) == (draft.text, True)
