"""The forms ask for all needed values, keep what was typed, and are read back completely."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.base import ids, simple_forms
from bot.blocks.base.form_values import as_typed
from bot.blocks.base.simple_forms import View
from bot.blocks.replies import draft_text, forms
from bot.blocks.replies.promise_input import promise_block
from bot.domain.base.tables import DraftState
from bot.domain.promises.spoken_promise import Spoken
from bot.domain.replies.text_length import TextLength, tightest
from bot.domain.team.shifts import Choice
from tests.blocks.everything import TEMPLATES
from tests.blocks.reading import lines, read
from tests.blocks.scenes import REPLY, at, drafted, post, view, wrote_again
from tests.blocks.walker import judge_view, nodes

IN_REVIEW = drafted(DraftState.IN_REVIEW)
EMPTY = forms.reply(view(), TEMPLATES, chosen="", facts={}, words="", notes=[], metadata={"case": 412})
BEGUN = forms.reply(
    view(), TEMPLATES, chosen="wrong-charge", facts={"by_when": "17:00"}, needed=["by_when"], words=REPLY, notes=["promises an answer by 17:00"],
    metadata={"case": 412, "replaces": 2},
)  # fmt: skip


def test_a_reply_begins_with_the_complaint_in_sight_and_prepared_words_at_hand():
    assert read(EMPTY) == lines(
        """
        ~ Reply, case 412 ~
        Priya N  @priya_n wrote at 14:02 UTC:
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Prepared words (optional)
          Wrong charge | We have seen it
        The reply to Priya
          plain_text_input
          (At most 280 characters, as X counts them. Nothing goes out before somebody else approves it.)
        (Send for approval)
        """
    )


def test_the_unit_with_the_least_room_left_is_told():
    most = tightest((TextLength(count=90, limit=300), TextLength(count=2_900, limit=3_000, unit="bytes")))
    form = forms.reply(replace(view(), length=most), TEMPLATES, chosen="", facts={}, words="", notes=[], metadata={})
    assert "(At most 3000 bytes, as X counts them." in read(form)
    assert draft_text.taken_room(replace(view(), length=most)) == ["2900 of 3000 bytes"]
    assert tightest((TextLength(count=0, limit=300), TextLength(count=0, limit=3_000, unit="bytes"))).unit == ""


def test_a_chosen_template_asks_for_its_facts_and_shows_what_gives_pause():
    assert read(BEGUN) == lines(
        """
        ~ Reply, case 412 ~
        Priya N  @priya_n wrote at 14:02 UTC:
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Prepared words (optional)
          Wrong charge | We have seen it | now: Wrong charge
          (Somebody was charged twice, or too much)
        By when do they hear from us?
          plain_text_input | now: 17:00
          (Clock times are read as UTC, the desk's own.)
        The reply to Priya
          plain_text_input | now: Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
          (At most 280 characters, as X counts them. Nothing goes out before somebody else approves it.)
        · promises an answer by 17:00
        (Send for approval)
        """
    )


def test_the_form_speaks_to_us_while_it_is_written_and_when_it_is_closed():
    assert EMPTY["notify_on_close"] is True
    words = next(block for block in EMPTY["blocks"] if block.get("block_id", "").startswith(ids.WORDS_BLOCK))
    assert words["dispatch_action"] is True
    assert words["element"]["dispatch_action_config"] == {"trigger_actions_on": ["on_character_entered"]}
    assert ids.unpack(BEGUN["private_metadata"]) == {"case": 412, "replaces": 2, "kept_to": "ours"}


def test_new_words_come_under_a_new_id_since_slack_keeps_what_was_typed_under_the_old_one():
    def words_block(words):
        form = forms.reply(view(), TEMPLATES, chosen="", facts={}, words=words, notes=[], metadata={"case": 1})
        return next(block["block_id"] for block in form["blocks"] if block.get("block_id", "").startswith("words."))

    assert words_block("one") != words_block("two")
    assert words_block("one") == words_block("one")


def test_an_approver_edits_with_the_newest_line_in_sight():
    assert read(forms.edit_approve(wrote_again(), {"draft": 31})) == lines(
        """
        ~ Edit & approve ~
        Priya N  @priya_n wrote at 14:02 UTC:
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Priya added at 14:31 UTC:
        ┃ never mind the chat, just refund me
        The reply to Priya
          plain_text_input | now: Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
          (At most 280 characters, as X counts them. It goes out as soon as you approve.)
        · Your name joins that of Ana. If less than half of the words stay, it goes back for approval.
        (Approve & send)
        """
    )


def test_asking_for_changes_shows_the_words_it_is_about():
    assert read(forms.request_changes(IN_REVIEW, {"draft": 31})) == lines(
        """
        ~ Request changes ~
        Ana's draft, version 2   for @priya_n on X
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        What should change?
          plain_text_input
          (The writer reads this in the thread.)
        (Send to the writer)
        """
    )


def test_setting_aside_asks_why_and_for_how_long():
    assert read(forms.set_aside(view(), {"case": 412})) == lines(
        """
        ~ Set aside ~
        Priya N  @priya_n wrote at 14:02 UTC:
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Why?
          Nothing to solve | Not about us | Spam or advertising | Bait, better left alone | Pretends to be our support | Something else | now: Nothing to solve
        In your own words (optional)
          plain_text_input
        For how long?
          For a day | For a week | For 30 days | Until somebody reopens it | now: For a day
        (Set aside)
        """
    )


def test_an_approver_who_has_a_hand_in_the_words_already_joins_nobody():
    form = read(forms.edit_approve(wrote_again(), {"draft": 31}, joins=False))
    assert "· If less than half of the words stay, it goes back for approval." in form
    assert "joins" not in form


ON = [
    Choice(who="UCARO", name="Caro", on=True, until=at(18)),
    Choice(who="UBEN", name="Ben", on=True, until=at(2, day=13), cases=1),
    Choice(who="UANA", name="Ana", on=False, cases=12),
]


def giving(who: str = "", choice: Sequence[Choice] = ON, *, anybody: bool = False, words: str = "") -> View:
    return forms.assign(view(), who, choice, {"case": 412}, anybody=anybody, words=words)


def test_a_form_is_called_by_what_was_pressed():
    assert "~ Assign or set priority ~" in read(giving("UANA"))


def test_giving_a_case_away_lists_who_is_on_first_and_takes_a_note():
    assert read(giving()) == lines(
        """
        ~ Hand over the case ~
        Priya N  @priya_n wrote at 14:02 UTC:
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Who takes case 412, Priya? (optional)
          On now: Caro · on until 18:00 today | On now: Ben · on until 02:00 tomorrow · 1 case | Not on now: Ana · 12 cases
          (Times are UTC.)
        A note to them (optional)
          plain_text_input
          (Whoever takes the case reads it on the card; the customer never sees it.)
        Priority
          Urgent | High priority | Normal priority | Low priority | now: High priority
          (The time by which we owe an answer changes with it.)
        (Hand over)
        """
    )
    chosen = giving("UBEN")
    assert [node["initial_option"]["value"] for node in nodes(chosen) if "option_groups" in node] == ["UBEN"]


def test_a_note_that_was_begun_stands_in_the_form_again():
    assert "now: she waits for a call" in read(giving(words="she waits for a call"))


def test_where_everybody_of_the_workspace_may_work_others_can_be_chosen_too():
    assert "Or somebody who is not listed (optional)" in read(giving(anybody=True))
    assert "users_select" in read(giving(choice=[]))


@pytest.mark.parametrize("count", [1, 100, 101, 1_500])
def test_so_many_people_can_be_chosen(count):
    many = [Choice(who=f"U{one}", name=f"Person {one}", on=one < 150) for one in range(count)]
    judge_view(giving(choice=many))
    options = [group["options"] for node in nodes(giving(choice=many)) for group in node.get("option_groups", ())]
    assert sum(map(len, options)) == count


def test_a_pasted_link_stands_beside_the_words_it_must_show():
    assert read(forms.paste_link(IN_REVIEW, {"draft": 31})) == lines(
        """
        ~ Where is the reply? ~
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        Link to the reply on X
          url_text_input
          (Open the reply there, copy its address, and paste it here.)
        (Save the link)
        """
    )


def test_the_form_names_the_time_in_which_the_network_takes_an_answer():
    window = post(answerable_until=at(18, 2))
    form = forms.reply(view(mentions=(window,)), TEMPLATES, chosen="", facts={}, words="", notes=[], metadata={})
    assert "lets apps answer until 18:02 UTC; after that" in read(form)
    assert "lets apps answer" not in str(EMPTY)


def test_a_correction_says_that_it_is_approved_like_any_reply():
    assert read(forms.correction(IN_REVIEW, {"draft": 31})) == lines(
        """
        ~ Correct or take back ~
        This was sent:
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        What do you want to do?
          Correct it: a second reply with new words | Take it back: delete it on X | now: Correct it: a second reply with new words
        New words (optional)
          plain_text_input | now: Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
          (Only for a correction. The words that were sent stand here: change what is wrong.)
        · Somebody else approves it before anything goes out.
        (Send for approval)
        """
    )


@pytest.mark.parametrize(("until", "said"), [(None, ""), (at(15, 20), ", until 15:20 today")])
def test_a_correction_first_offers_to_change_the_words_where_they_stand(until, said):
    seen = replace(drafted(DraftState.SENT), can_change_there=True, change_until=until)
    form = forms.correction(seen, {"draft": 31})
    judge_view(form)
    first = f"Change its words on X{said}"
    assert f"{first} | Correct it: a second reply with new words | Take it back: delete it on X" in read(form)
    assert f"now: {first}" in read(form)
    kept = forms.correction(seen, {"draft": 31}, REPLY, AT_FIVE, chosen=ids.CORRECT)
    assert "now: Correct it: a second reply with new words" in read(kept)


def test_a_correction_says_why_the_words_cannot_be_changed_where_they_stand():
    why = "Instagram does not let the desk change a reply."
    form = forms.correction(replace(drafted(DraftState.SENT), why_no_change=why), {"draft": 31})
    assert f"{why} Somebody else approves it before anything goes out." in read(form)


@pytest.mark.parametrize(
    ("by_hand", "offered"), [(True, "Take it back: somebody deletes it on X by hand"), (False, "")]
)
def test_a_correction_says_who_deletes_a_reply_that_the_desk_cannot_delete(by_hand, offered):
    why = "X lets no app delete it."
    form = forms.correction(replace(drafted(DraftState.SENT), why_kept=why, kept_by_hand=by_hand), {"draft": 31})
    judge_view(form)
    assert f"{why} Somebody else approves it" in read(form)
    assert ("Take it back" in read(form)) == bool(offered)
    assert offered in read(form)


def test_a_sentence_over_slack_has_nothing_to_submit():
    form = simple_forms.simple("Not done", "<@UANA> holds this case already.")
    assert "submit" not in form
    assert read(form) == "~ Not done ~\n<@UANA> holds this case already."


def filled_in(form, **typed):
    """Return the state that Slack would send for a form: what was typed, else the initial values."""
    values = {}
    for block in form["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            state = {"type": element["type"], "value": element.get("initial_value")}
            if "initial_option" in element:
                state = {"type": element["type"], "selected_option": element["initial_option"]}
            values[block["block_id"]] = {element["action_id"]: state | typed.get(element["action_id"], {})}
    return values


def test_what_stands_in_the_reply_form_comes_back():
    form = as_typed(filled_in(BEGUN))
    assert (form.template, form.facts, form.words) == ("wrong-charge", {"by_when": "17:00"}, REPLY)
    assert form.words_block in [block.get("block_id") for block in BEGUN["blocks"]]


def test_an_empty_reply_form_comes_back_empty():
    assert as_typed(filled_in(EMPTY)).words == ""
    assert as_typed({}).facts == {}


def test_slacks_escapes_are_undone_once_and_what_cannot_be_stored_is_replaced():
    typed = {ids.WORDS_INPUT: {"value": "a &lt;b&gt; &amp;amp; \0\ud800"}}
    assert as_typed(filled_in(EMPTY, **typed)).words == "a <b> &amp; \ufffd\ufffd"


@pytest.mark.parametrize(
    ("reason", "own", "said"),
    [
        ("spam", None, "Spam or advertising"),
        ("other", "a bot", "Something else: a bot"),
        ("unheard of", "odd", "odd"),
    ],
)
def test_a_reason_comes_back_in_words(reason, own, said):
    typed = {ids.REASON_SELECT: {"selected_option": {"value": reason}}, ids.REASON_INPUT: {"value": own}}
    form = as_typed(filled_in(forms.set_aside(view(), {"case": 412}), **typed))
    assert form.reason == said


@pytest.mark.parametrize(("term", "hours"), [("24", 24), ("0", 0), ("1e9", 0), ("", 0)])
def test_only_an_offered_term_counts(term, hours):
    typed = {ids.TERM_SELECT: {"selected_option": {"value": term}}}
    assert as_typed(filled_in(forms.set_aside(view(), {"case": 412}), **typed)).hours == hours


def test_person_link_note_and_choice_come_back():
    other = {ids.ASSIGNEE_OTHER: {"selected_user": "UCARO"}}
    assert as_typed(filled_in(giving(anybody=True), **other)).assignee == "UCARO"
    listed = {ids.ASSIGNEE_SELECT: {"selected_option": {"value": "UCARO"}}}
    assert as_typed(filled_in(giving(), **listed)).assignee == "UCARO"
    link = {ids.LINK_INPUT: {"value": " https://x.com/northwind/status/1 "}}
    assert as_typed(filled_in(forms.paste_link(IN_REVIEW, {}), **link)).link == "https://x.com/northwind/status/1"
    note = {ids.NOTE_INPUT: {"value": "name the day"}}
    assert as_typed(filled_in(forms.request_changes(IN_REVIEW, {}), **note)).note == "name the day"
    back = {ids.CORRECTION_CHOICE: {"selected_option": {"value": ids.TAKE_BACK}}}
    assert as_typed(filled_in(forms.correction(IN_REVIEW, {}), **back)).choice == ids.TAKE_BACK


AT_FIVE = Spoken(phrase="by 17:00", due_at=at(17))
IN_TWO_HOURS = Spoken(phrase="within 2 hours", due_at=at(16, 10), within=timedelta(hours=2))


def with_promise(spoken):
    return forms.reply(
        view(), (), chosen="", facts={}, words=REPLY, notes=[], metadata={"case": 412}, spoken=spoken
    )  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "said"), [("Europe/London", "London time"), ("UTC", "UTC"), ("America/New_York", "New York time")]
)
def test_the_form_says_whose_clock_a_promised_time_is_on(zone, said):
    seen = replace(view(), zone=ZoneInfo(zone))
    for form in (
        forms.reply(seen, (), chosen="", facts={}, words=REPLY, notes=[], metadata={"case": 412}, spoken=AT_FIVE),
        forms.correction(replace(drafted(DraftState.SENT), zone=ZoneInfo(zone)), {"draft": 31}, REPLY, AT_FIVE),
    ):
        judge_view(form)
        assert f"(Clock times are read as {said}, the desk's own. " in read(form)


def test_a_promise_in_the_words_is_shown_with_its_moment_and_kept_unless_declined():
    shown = read(with_promise(AT_FIVE))
    assert "Your words promise an answer by 17:00" in shown
    assert "now: Remind me before 17:00 today" in shown
    assert "Remind me before 16:10 today, counted from when it goes out | No promise" in read(
        with_promise(IN_TWO_HOURS)
    )


def test_the_answer_about_a_promise_comes_back_with_the_promise_it_was_about():
    found = as_typed(
        filled_in(with_promise(AT_FIVE), **{ids.PROMISE_SELECT: {"selected_option": {"value": ids.NO_PROMISE}}})
    )
    assert (found.promise, found.promise_block) == (ids.NO_PROMISE, promise_block(AT_FIVE))
    assert promise_block(AT_FIVE) != promise_block(replace(AT_FIVE, due_at=at(17, day=13)))
    assert promise_block(IN_TWO_HOURS) == promise_block(replace(IN_TWO_HOURS, due_at=at(16, 11)))


@pytest.mark.parametrize(("how_many", "listed"), [(100, 100), (101, 101), (140, 140), (400, 400), (450, 400)])
def test_all_prepared_words_can_be_chosen_and_what_is_left_out_is_said(how_many, listed):
    title = "縺" * 75
    templates = [replace(TEMPLATES[0], name=f"words-{n}", title=title[:70] + f"{n:05}") for n in range(how_many)]
    form = forms.reply(
        view(), templates, chosen="words-99", facts={}, words="x" * 3_000, notes=[], metadata={"case": 412}
    )
    judge_view(form)
    assert len(json.dumps(form)) < 250_000
    [select] = [node for node in nodes(form) if node.get("action_id") == ids.TEMPLATE_SELECT]
    options = select.get("options") or [one for group in select["option_groups"] for one in group["options"]]
    assert [one["value"] for one in options] == [f"words-{n}" for n in range(listed)]
    assert select["initial_option"] in options
    said = read(form)
    assert ("type a part of a title" in said) is (how_many > 100)
    assert ("50 more fit less well and are not listed" in said) is (how_many > 400)
