"""Sentences that went to other customers lately are remarked to the writer and to the approver."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.replies import draft_text
from bot.domain.mentions.mention import Author
from bot.domain.replies.draft_checks import RemarkKind
from bot.domain.replies.sentences import sentences
from bot.ports import Desk
from bot.services.cases.view import remarks
from bot.services.replies.reply_form import ReplyForm, noted
from bot.services.replies.wording import sent_often
from tests.fakes import ANA, a_post
from tests.services.journey import approve, clock, draft_of, receive, seen, send, written

LINE = "The depot has found your parcel behind a shelf and sends it on today."
TELLS = "“The depot has found your parcel behind a shelf and sends it…” went to 3 customers this week: say what you found for Tom"
NAMES = ("Priya", "Lena", "Omar", "Tom")


def a_customer(desk: Desk, number: int, name: str) -> int:
    """Return the case of another customer."""
    author = Author(id=f"7{number}", handle=f"{name.lower()}_x", name=name)
    receive(desk, replace(a_post(f"{number}00", "Late again @northwind"), root_id=f"{number}00", author=author))
    return number


def answered(desk: Desk, number: int, text: str = LINE) -> None:
    name = NAMES[number - 1]
    case = a_customer(desk, number, name)
    written(desk, case, text=f"{name}, I asked case {number}00. {text} ^AN")
    approve(desk, case)
    send(desk)
    clock(desk).move(hours=1)


def said_to_tom(desk: Desk, text: str) -> list[str]:
    case = desk.store.case(a_customer(desk, 4, "Tom"))
    return [one.sentence for one in remarks(desk, case, text, clock(desk).now()) if one.kind == RemarkKind.SENT_OFTEN]


def test_a_sentence_that_went_to_three_others_this_week_is_remarked(desk: Desk) -> None:
    for number in (1, 2, 3):
        assert said_to_nobody(desk)
        answered(desk, number)
    text = f"Tom, here is the news. {LINE} ^AN"
    assert said_to_tom(desk, text) == [TELLS]
    assert said_to_tom(desk, text.replace("sends it on today", "sends it on at noon")) != []  # a word changed
    assert said_to_tom(desk, "Tom, here is the news. We found it in Leeds, in a van. ^AN") == []
    form = noted(desk, desk.store.case(4), ReplyForm(words=text), by=ANA, now=clock(desk).now())
    assert TELLS in form.notes
    written(desk, 4, text=text)
    case, draft = desk.store.case(4), draft_of(desk, 4)
    assert TELLS in str(draft_text.numbers(seen(desk, case), draft))


def said_to_nobody(desk: Desk) -> bool:
    rows = desk.store.engine.rows("SELECT whole FROM sent_sentences GROUP BY whole HAVING count(*) > 2")  # type: ignore[attr-defined]
    return not rows


def test_sentences_of_last_week_and_those_that_may_repeat_are_not(desk: Desk) -> None:
    for number in (1, 2, 3):
        answered(desk, number)
    may = replace(desk, policy=replace(desk.policy, may_repeat=(LINE,)))
    assert said_to_tom(may, LINE) == []
    clock(desk).move(hours=24 * 7)
    assert said_to_tom(desk, LINE) == []


def test_the_same_customer_does_not_count_and_old_sentences_are_forgotten(desk: Desk) -> None:
    answered(desk, 1)
    engine = desk.store.engine  # type: ignore[attr-defined]
    assert len(engine.rows("SELECT 1 FROM sent_sentences")) == 1
    since, [line] = clock(desk).now() - timedelta(days=7), sentences(LINE, ())
    assert desk.store.sentence_went_to(desk.store.case(1), line, since) == []
    a_customer(desk, 2, "Lena")
    assert desk.store.sentence_went_to(desk.store.case(2), line, since) == ["71"]
    clock(desk).move(hours=24 * 31)
    answered(desk, 2, "It is with the courier, who brings it to the shop in Leeds.")
    assert len(engine.rows("SELECT 1 FROM sent_sentences")) == 1


def test_the_fallback_text_says_the_remarks_too(desk: Desk) -> None:
    case = a_customer(desk, 1, "Priya")
    written(desk, case, text="Priya, please calm down. It is with the courier, who comes at noon. ^AN")
    shown = seen(desk, desk.store.case(case))
    assert "“calm down” tells them how to feel: say what you do about it." in str(
        draft_text.both_aloud(shown, draft_of(desk))
    )


def test_a_draft_of_new_sentences_asks_the_store_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(desk, 1)
    asked, engine = [], desk.store.engine  # type: ignore[attr-defined]
    rows = engine.rows
    monkeypatch.setattr(engine, "rows", lambda sql, *params: asked.append(sql) or rows(sql, *params))
    text = "".join(f"We found the parcel in town {word} and send it. " for word in "abcdefghijkl")
    case = desk.store.case(a_customer(desk, 2, "Lena"))
    assert [*sent_often(desk, case, text, clock(desk).now())] == []
    assert sum("sent_sentences" in sql for sql in asked) == 1
