"""From the form to the approver, the trail and the export: where each part of a draft's words comes from."""

from dataclasses import replace

import pytest

from bot.blocks.base.parts import Block
from bot.blocks.replies import draft_text
from bot.domain.cases.view import CaseView
from bot.domain.promises.spoken_promise import PromiseAnswer
from bot.domain.replies.origins import OriginKind, StartingText, TextOrigin, cut_into_passages, person
from bot.domain.replies.seen_mark import conversation_mark
from bot.domain.slack.readers import InChannel
from bot.ports import Desk
from bot.ports.exports import Table
from bot.services.cases.view import view
from bot.services.replies import correcting, reply_form, review
from bot.services.replies.reply_form import ReplyForm
from bot.services.replies.sent_form import put_up
from bot.services.replies.starting_texts import begin_with, kept_starts
from storage import SqlStore
from tests.fakes import ANA, BEN, NOON, a_desk
from tests.services.journey import a_case, delivered, draft_of, only_case

MACHINE = TextOrigin(OriginKind.MACHINE, "local")
PAST = TextOrigin(OriginKind.PAST_REPLY, "7")
MADE = StartingText("The courier has the parcel now and brings it to you.", MACHINE)
OLD = StartingText("We have asked the depot and they look for it today.", PAST)
SORRY = TextOrigin(OriginKind.TEMPLATE, "sorry")


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """A desk with one case that Ana writes on."""
    desk = a_desk(store)
    review.begin_writing(desk, a_case(desk).id, by=ANA, at=NOON)
    return desk


def submitted(desk: Desk, form: ReplyForm) -> None:
    seen = conversation_mark(only_case(desk), desk.store.mentions(1))
    put_up(desk, 1, form, PromiseAnswer(), seen=seen, by=ANA, at=NOON)


def told(desk: Desk) -> list[tuple[TextOrigin, str]]:
    draft = draft_of(desk)
    return [(origin, words.strip()) for origin, words in cut_into_passages(draft.text, draft.origins)]


def shown(desk: Desk) -> CaseView:
    case = only_case(desk)
    return view(desk, case, InChannel(case.channel), NOON)


def lines(blocks: list[Block]) -> str:
    return " ".join(str(one) for one in blocks)


def test_a_template_that_a_person_went_on_with_has_two_origins(desk: Desk) -> None:
    filled = reply_form.template_text(desk, only_case(desk), "sorry", {}, by=ANA)
    words = f"{filled.removesuffix(' ^AN')} I have the parcel here. ^AN"
    submitted(desk, ReplyForm(words=words, template="sorry"))
    assert told(desk) == [(SORRY, "I'm sorry, Priya."), (person(ANA), "I have the parcel here."), (SORRY, "^AN")]


def test_the_approver_sees_how_much_is_whose_and_which_words(desk: Desk) -> None:
    submitted(desk, ReplyForm(words="I'm sorry, Priya. I have the parcel here. ^AN", template="sorry"))
    now = shown(desk)
    said = "template 47 % (in italics)"
    assert f"Ana 53 %, {said}" in lines(draft_text.numbers(now, draft_of(desk)))
    assert f"Ana 53 %, {said}." in str(draft_text.both_aloud(now, draft_of(desk)))
    [quote] = draft_text.words(now, draft_of(desk))
    assert quote["elements"] == [
        {"type": "text", "text": "I'm sorry, Priya. ", "style": {"italic": True}},
        {"type": "text", "text": "I have the parcel here. "},
        {"type": "text", "text": "^AN", "style": {"italic": True}},
    ]


def test_words_of_one_person_alone_need_no_such_line(desk: Desk) -> None:
    submitted(desk, ReplyForm(words="Priya, I have the parcel here. ^AN"))
    assert "%" not in lines(draft_text.numbers(shown(desk), draft_of(desk)))
    assert draft_text.words(shown(desk), draft_of(desk)) == [
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "Priya, I have the parcel here. ^AN"}]}
    ]


def test_an_edit_by_the_approver_is_the_approvers(desk: Desk) -> None:
    submitted(desk, ReplyForm(words="Priya, I have the parcel here. It leaves at noon with a courier. ^AN"))
    draft = draft_of(desk)
    text = draft.text.replace("at noon", "at one")
    review.edit_and_approve(desk, draft.id, text, version=1, seen=draft.seen, by=BEN, at=NOON)
    assert (person(BEN), "one") in told(desk)


def test_a_machines_words_and_a_past_reply_keep_their_origin_through_the_form(desk: Desk) -> None:
    begun = begin_with(desk, only_case(desk), ReplyForm(), OLD, by=ANA, at=NOON)
    begun = begin_with(desk, only_case(desk), begun, MADE, by=ANA, at=NOON)
    assert begun.words == MADE.text
    typed = f"Priya, I asked. {MADE.text} {OLD.text} ^AN"
    reply_form.keep(desk, 1, ReplyForm(words=typed), by=ANA, at=NOON)  # as each key that is pressed does
    submitted(desk, ReplyForm(words=typed))
    assert told(desk) == [
        (person(ANA), "Priya, I asked."),
        (MACHINE, MADE.text),
        (PAST, OLD.text),
        (person(ANA), "^AN"),
    ]
    assert 'machine "local" 43 % (in italics), a past reply 42 % (in italics), Ana 15 %' in lines(
        draft_text.numbers(shown(desk), draft_of(desk))
    )
    assert kept_starts(desk, 1, "", by=ANA) == ()


def test_a_machines_words_that_nobody_changed_are_said_to_be_a_machines(desk: Desk) -> None:
    begin_with(desk, only_case(desk), ReplyForm(), MADE, by=ANA, at=NOON)
    submitted(desk, ReplyForm(words=MADE.text))
    assert 'machine "local" 100 %' in lines(draft_text.numbers(shown(desk), draft_of(desk)))


def test_a_correction_keeps_the_origins_of_what_is_public(store: SqlStore) -> None:
    desk = a_desk(store)
    delivered(desk)
    sent = draft_of(desk)
    text = sent.text.replace("17:00", "18:00")
    correcting.correct(desk, 1, text, take_back=False, by=BEN, at=NOON)
    assert told(desk)[0][0] == person(ANA)
    assert (person(BEN), "18:00") in told(desk)


def test_the_trail_has_counts_and_a_digest_and_the_export_has_counts(desk: Desk) -> None:
    submitted(desk, ReplyForm(words="I'm sorry, Priya. I have the parcel here. ^AN", template="sorry"))
    [facts] = [one.facts for one in desk.store.audit("case:1") if "origins" in one.facts]
    assert facts["origins"] == [["person", ANA, 24], ["template", "sorry", 21]]
    assert len(facts["passages"]) == 64
    assert "parcel" not in str(facts)
    found = desk.store.exported(Table.REPLIES, NOON)
    [row] = [dict(zip(found.columns, one, strict=True)) for one in found.rows]
    assert {kind: row[f"characters_of_{kind}"] for kind in OriginKind} == {
        OriginKind.PERSON: 24,
        OriginKind.TEMPLATE: 21,
        OriginKind.PAST_REPLY: 0,
        OriginKind.MACHINE: 0,
    }


def test_a_draft_of_an_earlier_version_says_nothing_until_it_is_edited(desk: Desk) -> None:
    submitted(desk, ReplyForm(words="I'm sorry, Priya. I have the parcel here. ^AN", template="sorry"))
    desk.store.engine.run("UPDATE draft_versions SET origins = '[]'")  # type: ignore[attr-defined]
    assert draft_of(desk).origins == ()
    assert "%" not in lines(draft_text.numbers(shown(desk), draft_of(desk)))
    words = review.Words(text="I'm sorry, Priya. I have your parcel here. ^AN", replaces=1, template="sorry")
    review.submit(desk, 1, replace(words, template_text="I'm sorry, Priya. ^AN"), by=ANA, at=NOON)
    assert told(desk) == [
        (SORRY, "I'm sorry, Priya."),
        (person(ANA), "I have your parcel here."),
        (SORRY, "^AN"),
    ]
