"""A lead writes a template in Slack, sees how it reads, and a second person lets it be used; one press puts it back."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.blocks.base import ids
from bot.blocks.replies.template_use import LINES, report_lines, templates
from bot.domain.mentions.mention import RECORDED
from bot.domain.replies.template_start import as_template, template_name
from bot.domain.replies.template_use import LackingTemplate, RepeatedSentence, TemplateReport, TemplateUse
from bot.domain.replies.template_version import TemplateVersion, VersionState
from bot.gateways.living_templates import living_templates
from bot.gateways.template_files import read_content, read_folder, write_folder
from bot.ports import Message
from bot.services.replies import template_news, template_writing
from handlers.template_files import answers, ask_to_put_up
from tests.blocks.reading import read
from tests.blocks.walker import judge_message, judge_view
from tests.builders import NOW
from tests.fakes import ANA, BEN, CARO, LEADS, FakeNetwork
from tests.handlers.pressing import Hands
from tests.handlers.test_do_not_feed import value_in
from tests.services.journey import clock, everybody_is_known
from tests.services.replies.test_past_replies import answered

NAME = "late_lamp"
FACTS = [f"fact_{letter}" for letter in "abcdefghijk"]
FIRST = """---
title: Late lamp
use_when: A lamp is late.
asks.by_when: By when?
---
{{ first_name or "Hello" }}, your lamp comes by {{ by_when }}. ^{{ initials }}"""
SECOND = FIRST.replace("comes by", "is on its way, by")


@pytest.fixture
def hands(store) -> Hands:  # type: ignore[no-untyped-def]
    from tests.fakes import a_desk

    return Hands(a_desk(store, templates=living_templates(store)))


def write(hands: Hands, content: str, name: str = NAME, by: str = CARO) -> dict[str, object]:
    """Open the form, fill it in and send it once; return Slack's answer."""
    value = ids.button_value(ids.TEMPLATE, 0, "", hands.desk.secret)
    assert hands.press(ids.TEMPLATE_WRITE, value, by) == ""
    return hands.submit(by, template_name_input=name, words_input=content)


def proposed(hands: Hands, content: str) -> int:
    """Put a template up for approval; return its version."""
    answer = write(hands, content)
    view = dict(answer["view"])  # type: ignore[call-overload]
    judge_view(view)
    assert "Alexandra" in read(view)
    assert "[by when]" in read(view)
    assert "of 280" in read(view)
    assert hands.submit(CARO, view, template_name_input=NAME, words_input=content) == {}
    return hands.desk.store.template_versions(VersionState.PROPOSED)[-1].id


def press(hands: Hands, action: str, version: int, by: str) -> str:
    return hands.press(action, ids.button_value(ids.TEMPLATE, version, version, hands.desk.secret), by)


def told(hands: Hands, room: str) -> str:
    hands.publish()
    return " ".join(one.text for (where, _), one in hands.chat.messages.items() if where == room)


def words(hands: Hands) -> str:
    return hands.desk.templates.fill(NAME, {"first_name": "Priya", "by_when": "noon", "initials": "AN"}).text


def test_a_template_is_measured_for_the_networks_on_which_a_reply_can_go_out(hands: Hands) -> None:
    networks = {(RECORDED, "files"): FakeNetwork(name=RECORDED, account="files"), **hands.desk.networks}
    hands.desk = hands.door.desk = replace(hands.desk, networks=networks)
    view = dict(write(hands, FIRST.replace("your lamp", "{{ network }}, your lamp"))["view"])  # type: ignore[call-overload]
    assert "Length: X" in read(view)
    assert "Recorded" not in read(view)


def test_a_template_is_used_once_a_second_person_approved_it_and_one_press_puts_the_one_before_back(
    hands: Hands,
) -> None:
    first = proposed(hands, FIRST)
    assert NAME not in [one.name for one in hands.desk.templates.all()]
    assert "You wrote this template" in press(hands, ids.TEMPLATE_APPROVE, first, CARO)
    press(hands, ids.TEMPLATE_APPROVE, first, BEN)
    assert words(hands) == "Priya, your lamp comes by noon. ^AN"
    second = proposed(hands, SECOND)
    press(hands, ids.TEMPLATE_APPROVE, second, BEN)
    assert words(hands) == "Priya, your lamp is on its way, by noon. ^AN"
    assert "already" in press(hands, ids.TEMPLATE_DECLINE, second, BEN)
    press(hands, ids.TEMPLATE_PUT_BACK, first, CARO)
    assert words(hands) == "Priya, your lamp comes by noon. ^AN"
    told = [line for line in hands.desk.store.audit("desk") if line.verb.startswith("template_")]
    assert [(one.verb, one.by) for one in told] == [
        ("template_proposed", CARO),
        ("template_approved", BEN),
        ("template_proposed", CARO),
        ("template_approved", BEN),
        ("template_put_back", CARO),
    ]
    answer = hands.command(f"templates {NAME}")
    judge_message(Message(text=answer["text"], blocks=answer["blocks"]))
    assert "3 versions" in answer["text"]


def test_what_is_proposed_waits_in_the_answer_and_can_be_declined(hands: Hands) -> None:
    version = proposed(hands, FIRST)
    answer = hands.command("templates", CARO)
    drawn = Message(text=answer["text"], blocks=answer["blocks"])
    judge_message(drawn)
    assert "Waiting for approval: 1." in answer["text"]
    assert f"by @{CARO}" in read(drawn)  # as Slack shows a person, not as a code in a text
    assert "<@" not in read(drawn)
    assert "You wrote this template" in press(hands, ids.TEMPLATE_DECLINE, version, CARO)
    press(hands, ids.TEMPLATE_DECLINE, version, BEN)
    assert "Please say why" in str(hands.submit(BEN, note_input=" ")["errors"])
    everybody_is_known(hands.desk)
    assert hands.submit(BEN, note_input="Say *when* it comes") == {}
    assert "for approval" not in hands.command("templates", CARO)["text"]
    assert NAME not in [one.name for one in hands.desk.templates.all()]
    assert "Ben declined it: “Say *when* it comes”" in told(hands, f"D{CARO[1:]}")
    answer = hands.command(f"templates {NAME}", CARO)
    assert "declined: “Say *when* it comes”" in read(Message(text=answer["text"], blocks=answer["blocks"]))


def test_further_templates_are_counted_in_the_message_that_asks_for_the_first_one(hands: Hands) -> None:
    proposed(hands, FIRST)
    told(hands, "")
    clock(hands.desk).move(minutes=5)
    proposed(hands, SECOND)
    assert told(hands, f"D{BEN[1:]}").startswith("Templates were put up for approval 2 times since ")
    assert len([one for one, _ in hands.buttons() if one == ids.TEMPLATE_PROPOSALS]) == 1


@pytest.mark.parametrize("decided", [True, False])
def test_who_decided_on_all_that_they_were_asked_for_gets_a_new_message_while_others_have_some(
    hands: Hands, *, decided: bool
) -> None:
    desk = hands.desk
    others = ["lost_lamp", "old_lamp"]

    def asks(name: str) -> None:
        template_writing.put_up_files(desk, {name: FIRST}, at=clock(desk).move(minutes=1))
        told(hands, "")

    asks(NAME)  # Ben is asked
    if not decided:
        asks(others.pop(0))  # Caro is, before Ben decides: the message of Ben stays as it is
    template_writing.decide(desk, 1, approves=True, by=BEN, at=clock(desk).now())
    for name in others:
        asks(name)
    mine = [one.text for (where, _), one in hands.chat.messages.items() if where == f"D{BEN[1:]}"]
    assert [one for one in mine if one.startswith("Whoever runs Heard put the template old_lamp up for approval.")]
    assert len(mine) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (FIRST.replace("by_when }}", "order_number }}"), "Nobody fills"),
        (FIRST.replace("your lamp", "{% for x in y %}{% endfor %}"), "a loop"),
        ("Hello", "A template begins with"),
        (
            "---\ntitle: T\nuse_when: U.\n"
            + "".join(f"asks.{fact}: What?\n" for fact in FACTS)
            + "---\n"
            + "".join(f"{{{{ {fact} }}}} " for fact in FACTS),
            "Line 14: It asks for 11 facts, the most is 10.",
        ),
    ],
)
def test_a_template_with_a_fault_is_refused_in_its_form(hands: Hands, content: str, says: str) -> None:
    assert says in str(write(hands, content)["errors"])


def test_an_approver_is_asked_once_the_leads_after_a_day_and_the_writer_hears_the_decision(hands: Hands) -> None:
    version = proposed(hands, FIRST)
    assert f"Caro put the template {NAME} up for approval." in told(hands, f"D{BEN[1:]}")
    shown = hands.press(ids.TEMPLATE_PROPOSALS, hands.button(ids.TEMPLATE_PROPOSALS), BEN)
    assert "Waiting for approval: 1." in shown
    assert (
        template_news.remind_of_proposals(
            hands.desk, clock(hands.desk).now() + template_news.WAITS - timedelta(minutes=1)
        )
        == 0
    )
    late = clock(hands.desk).move(hours=24)
    assert template_news.remind_of_proposals(hands.desk, late) == 1
    assert template_news.remind_of_proposals(hands.desk, late) == 0
    assert f"Nobody has decided for a day: the template {NAME} waits for approval." in told(hands, LEADS)
    everybody_is_known(hands.desk)
    press(hands, ids.TEMPLATE_APPROVE, version, BEN)
    assert f"Your template {NAME} is used from now on: Ben approved it." in told(hands, f"D{CARO[1:]}")
    for room in (LEADS, f"D{BEN[1:]}"):
        assert f"Ben decided: the template {NAME} is used from now on. Nothing waits" in told(hands, room)
    assert not [one for one, _ in hands.buttons() if one == ids.TEMPLATE_PROPOSALS]


def test_only_leads_write_and_a_strange_name_is_refused(hands: Hands) -> None:
    value = ids.button_value(ids.TEMPLATE, 0, "", hands.desk.secret)
    assert "Only leads" in hands.press(ids.TEMPLATE_WRITE, value, ANA)
    assert "small letters" in str(write(hands, FIRST, name="../late")["errors"])


def test_another_desk_of_the_same_database_reads_the_change_at_once(hands: Hands) -> None:
    other = replace(hands.desk, templates=living_templates(hands.desk.store))
    assert NAME not in [one.name for one in other.templates.all()]
    press(hands, ids.TEMPLATE_APPROVE, proposed(hands, FIRST), BEN)
    assert NAME in [one.name for one in other.templates.all()]


def test_the_approver_reads_all_words_of_a_template_and_decides_on_no_cut_one(hands: Hands) -> None:
    long = FIRST.replace("your lamp", "your lamp " + "that you ordered " * 150)
    for number in range(4):
        version = TemplateVersion(
            name=f"lamp_{number}", content=f"{long} END{number}", state=VersionState.PROPOSED, by=CARO, at=NOW
        )
        hands.desk.store.add_template_version(version)
    answer = hands.command("templates", BEN)
    message = Message(text=answer["text"], blocks=answer["blocks"])
    judge_message(message)
    shown = read(message)
    assert "END0" in shown
    assert "END1" in shown
    assert shown.count("Approve") == 2
    assert "More that wait for approval: 2." in shown
    assert "lamp_0, version 1" in answer["text"]


def test_sentences_without_a_button_and_what_is_not_named_are_counted() -> None:
    said = [
        RepeatedSentence(words=f"We look into number {n} for you", customers=9, template_language="en")
        for n in range(27)
    ]
    report = TemplateReport(since=NOW, replies=9, with_template=9, uses=(), never_used=(), lacking=(), repeated=said)
    shown = read(templates(report, b"secret"))
    assert shown.count("Make it a template") == 5
    assert "22 more have no button here" in shown
    assert [*report_lines(report)][-1] == "2 more sentences are written again."


def test_a_full_report_leaves_room_for_what_waits(hands: Hands) -> None:
    uses = [TemplateUse(name=f"t{n}", title=f"A title {n}", used=1) for n in range(30)]
    lacking = [LackingTemplate(language="de", topic=f"topic {n}", replies=2) for n in range(30)]
    report = TemplateReport(
        since=NOW, replies=9, with_template=9, uses=uses, never_used=["Sorry"], lacking=lacking, repeated=()
    )
    message = templates(report)
    assert len(message.blocks) <= LINES + 2
    assert message.text.endswith("more lines: heard templates")
    assert "Never used" not in message.text  # fewer replies than templates: it would list them all


def test_each_decision_is_read_at_once_also_one_in_the_same_moment(hands: Hands) -> None:
    other = replace(hands.desk, templates=living_templates(hands.desk.store))
    first, second = proposed(hands, FIRST), proposed(hands, SECOND)
    for version, says in ((first, "comes by"), (second, "is on its way, by")):
        press(hands, ids.TEMPLATE_APPROVE, version, BEN)
        assert says in other.templates.fill(NAME, {"by_when": "noon", "initials": "AN"}).text


def test_files_go_up_for_approval_together_and_with_one_message(hands: Hands, tmp_path: Path) -> None:
    desk, folder = hands.desk, tmp_path / "words"
    every = {name: desk.templates.content_of(name) for name in ("apology", "thanks", "thanks_de")}
    assert write_folder(folder, every, over=False) == []
    (folder / "apology.txt").write_text(every["apology"].replace("title:", "title: Once more,"))
    (folder / f"{NAME}.txt").write_text(FIRST)

    def imported() -> tuple[str, bool]:
        found, faults = read_folder(folder)
        assert faults == ()
        return ask_to_put_up(
            lambda do, **facts: {"ok": True, **answers(desk)[do](facts)},
            {name: one.content for name, one in found.items()},
        )

    said, done = imported()
    assert done
    assert said.splitlines() == [
        f"Put up for approval: apology, {NAME}. Whoever approves replies decides on them under /care templates.",
        "Read, and in use as they are: 2.",
    ]
    assert f"Waits for approval already: apology, {NAME}." in imported()[0]
    asked = told(hands, f"D{BEN[1:]}")
    assert asked.count("Whoever runs Heard put 2 templates (apology, late_lamp) up for approval.") == 1
    assert desk.store.template_versions(VersionState.CURRENT) == []
    for one in desk.store.template_versions(VersionState.PROPOSED):
        press(hands, ids.TEMPLATE_APPROVE, one.id, CARO)
    now = {name: desk.templates.content_of(name) for name in (*every, NAME)}
    assert write_folder(folder, now, over=False) == []  # what is exported is what was imported
    assert "Once more" in now["apology"]
    assert write_folder(folder, every, over=False) == ["apology.txt"]


def test_a_sentence_that_people_write_again_and_again_becomes_a_template_that_is_approved(hands: Hands) -> None:
    for number, name in enumerate(("Priya", "Tom", "Lee"), 1):
        answered(hands.desk, number, ours=f"{name}, your new lamp is on its way and with you by 17:00. ^AN")
    assert not [one for one in str(hands.command("templates", ANA)["blocks"]).split("'") if one == ids.TEMPLATE_BEGIN]
    value = value_in(hands.command("templates", CARO), ids.TEMPLATE_BEGIN)
    assert "Only leads" in hands.press(ids.TEMPLATE_BEGIN, value, ANA)
    assert hands.press(ids.TEMPLATE_BEGIN, value, CARO) == ""
    form = hands.form()
    judge_view(form)
    name, words = (block["element"]["initial_value"] for block in form["blocks"] if block["type"] == "input")
    assert name == "your_new_lamp_is"
    assert words.splitlines()[1:] == [
        "title: Your new lamp is on its",
        "use_when: In which situation it fits, one sentence.",
        "topics: any",
        "language: en",
        "asks.by_when: By when?",
        "---",
        '{{ first_name or "Hello" }}, your new lamp is on its way and with you {{ by_when }}. ^{{ initials }}',
    ]
    assert template_writing.tried(hands.desk, name, words, by=CARO).faults == ()
    seen = hands.submit(CARO, template_name_input=name, words_input=words)["view"]
    refused = hands.submit(CARO, seen, template_name_input=name, words_input=words)
    assert "in which situation it fits" in str(refused["errors"])
    finished = words.replace("In which situation it fits, one sentence.", "A lamp is late.")
    seen = hands.submit(CARO, template_name_input=name, words_input=finished)["view"]
    assert hands.submit(CARO, seen, template_name_input=name, words_input=finished) == {}
    assert [one.name for one in hands.desk.store.template_versions(VersionState.PROPOSED)] == [name]
    assert hands.press(ids.TEMPLATE_BEGIN, value, CARO) == ""
    named = next(block["element"] for block in hands.form()["blocks"] if block["type"] == "input")
    assert "initial_value" not in named, "a second template of that name would take the place of the first"


def test_each_gap_of_a_sentence_is_a_fact_of_its_own_and_braces_are_none() -> None:
    said = RepeatedSentence(
        words="We see {{ it }} on [number] and [number], [first name].", customers=3, template_language=""
    )
    content = as_template(said)
    assert content.endswith(
        "---\nWe see (( it )) on {{ number }} and {{ number_b }}{% if first_name %}, {{ first_name }}{% endif %}."
        " ^{{ initials }}"
    )
    assert read_content("sees.txt", content)[1] == ()
    assert template_name(said, ()) == "we_see_it_on"
    assert template_name(said, {"we_see_it_on"}) == ""


def test_one_fault_in_the_files_keeps_all_of_them_out(hands: Hands) -> None:
    said = answers(hands.desk)["templates"]({"files": {NAME: FIRST, "one": "Hello", "Two": FIRST}})
    assert not said["done"]
    assert "one.txt: Line 1: A template begins with" in said["said"][0]
    assert "Two.txt: Line 1: A template's name is small letters" in said["said"][0]
    assert hands.desk.store.template_versions(VersionState.PROPOSED) == []


def test_a_file_of_which_an_approver_would_not_read_all_is_not_put_up(hands: Hands) -> None:
    long = FIRST.replace("---\n", "---\n" + "# of the shop\n" * 450, 1) + " And a last sentence."
    unsaid = FIRST.replace("A lamp is late.", "In which situation it fits, one sentence.")
    said = answers(hands.desk)["templates"]({"files": {"long": long, "unsaid": unsaid, "nul": FIRST + "\0"}})
    assert not said["done"]
    sentences = said["said"][0].splitlines()
    assert "so that whoever approves it reads all of it" in sentences[0]
    assert "in which situation it fits: people choose by that" in sentences[1]
    assert "It holds a sign that no database keeps" in sentences[2]
    assert hands.desk.store.template_versions(VersionState.PROPOSED) == []


def test_the_same_words_are_put_up_for_approval_once(hands: Hands) -> None:
    proposed(hands, FIRST)
    seen = dict(write(hands, FIRST)["view"])  # type: ignore[call-overload]
    again = hands.submit(CARO, seen, template_name_input=NAME, words_input=FIRST)
    assert "waits for approval already" in str(again["errors"])
    assert len(hands.desk.store.template_versions(VersionState.PROPOSED)) == 1
