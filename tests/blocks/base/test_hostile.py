"""Other people's words can never notify, format, link, hide or overflow anything in our messages and forms."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.base import ids, simple_forms
from bot.blocks.base.phrases import Channel, Person, safe_url, slack_date
from bot.blocks.cases import card as case_card
from bot.blocks.cases import thread_messages
from bot.blocks.replies import forms as modals
from bot.domain.base.refusals import NotMadeHere
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.base.text import visible
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Author, Side
from bot.ports.chat import Message
from tests.blocks.everything import (
    alone_forms,
    alone_messages,
    aside_messages,
    forms,
    holding_messages,
    joint_messages,
    light_messages,
    messages,
    personal,
    said_by_author,
    storm_messages,
    unreadable_messages,
)
from tests.blocks.hostile import TEXTS, URLS
from tests.blocks.scenes import SECRET, at, attempt, case, draft, post, view
from tests.blocks.walker import judge_message, judge_view, nodes, parsed, parsed_in
from tests.long import examples, part

_OURS = re.compile(r"<!date\^\d+\^[^<>]*\|[^<>|]*>|<https?://[^<>|]+\|[^<>|]+>")
_MARKED = re.compile("<[^>]*>")
STATES = (None, DraftState.WRITING, DraftState.IN_REVIEW, DraftState.FAILED, DraftState.BY_HAND, DraftState.SENT)


def filled_with(text: str, draft_state: DraftState | None, case_state: CaseState = CaseState.OPEN) -> CaseView:
    """Return a view with the text in every field of other people's words."""
    author = Author(id="77", handle=text, name=text, followers=3)
    made = None
    if draft_state:
        made = draft(draft_state, text=text, note=text, why=text, stale="author_wrote", template=text)
        made = replace(made, attempt=attempt(made.attempt.outcome if made.attempt else None, why=text, url=text))
    about = case(
        case_state, author=author, topic=text, language=text, reason=text, answer_url=text, latest=814, draft=made,
        latest_at=at(14, 4), ended_at=at(14, 5),
    )  # fmt: skip
    told = {"url": text, "author": author, "written_with": text}
    changed = {"said_before": f"{text}!", "stars": 4, "stars_before": 1}  # a review
    posts = tuple(replace(one, **told, **changed) for one in said_by_author(text))  # type: ignore[arg-type]
    ours = post(
        811, text, at(14, 3), side=Side.OURS, parent_id=made.target.post_id if made else posts[-1].ref.post_id
    )
    return view(
        about,
        mentions=(*posts, ours),
        one_reply=True,
        names={"UANA": text, "UBEN": text},
        changes=text,
        remarks=(text,),
        since_version=text,
        asked_for=text,
        web_reply_url=text,
    )


def judge(text: str, draft_state: DraftState | None, case_state: CaseState = CaseState.OPEN, rows: int = 2) -> None:
    seen = filled_with(text, draft_state, case_state)
    for message in [*messages(seen, rows), *personal(seen, text)]:
        assert calls(message) <= {"UANA", "UBEN"}
    for form in forms(seen, text):
        judge_view(form)


def calls(message: Message) -> set[object]:
    """Fail unless Slack takes the message, or if something in it is parsed that we did not write; return whom it calls."""
    return _calls(message.text, judge_message(message))


def assert_inert(blocks: object) -> None:
    """Fail if something in these blocks is parsed that we did not write, or somebody is called."""
    assert _calls("", list(nodes(blocks))) <= {"UANA", "UBEN"}


def _calls(text: str, parts: Sequence[Mapping[str, Any]]) -> set[object]:
    for line in (text, *parsed_in(parts)):
        left = _OURS.sub("", line)
        assert "<" not in left, line
        assert ">" not in left, line
    assert not [node for node in parts if node.get("type") in {"broadcast", "usergroup", "channel", "emoji"}]
    return {node["user_id"] for node in parts if node.get("type") == "user"}


def test_the_corpus_is_large_enough_to_mean_something():
    assert len(set(TEXTS)) >= 200


@pytest.mark.parametrize("text", part(TEXTS, 6), ids=lambda text: ascii(text[:20]))
def test_hostile_words_stay_inert_and_within_limits(text):
    judge(text, STATES[sum(map(ord, text[:50])) % len(STATES)])


WORST = ["<!channel> *now* @here", "a" * 10_000, "& " * 5_000, "\0\ud800\u202e", "", "😀" * 6_000]


@pytest.mark.parametrize("draft", range(len(STATES)))
@pytest.mark.parametrize("text", part(range(len(WORST)), 3))
def test_the_worst_words_stay_inert_in_every_state(text, draft):
    # Each text meets each draft state and each case state; each pair of states meets two texts.
    states = list(CaseState)
    for turn in (text + draft, text + draft + 3):
        judge(WORST[text], STATES[draft], states[turn % len(states)], rows=15)


@pytest.mark.parametrize("text", part(TEXTS[::7], 3), ids=lambda text: ascii(text[:20]))
def test_posts_that_could_not_be_read_stay_inert_too(text):
    drawn = [*unreadable_messages(text), *light_messages(text), *joint_messages(view(), text), *aside_messages(text)]
    drawn += [*holding_messages(text), *storm_messages(text)]
    for message in drawn:
        assert calls(message) == set()


@pytest.mark.parametrize("text", TEXTS[::7], ids=lambda text: ascii(text[:20]))
def test_reasons_and_solo_replies_stay_inert_too(text):
    seen = filled_with(text, DraftState.SENT)
    for message in alone_messages(seen, text):
        assert calls(message) == set()
    for form in alone_forms(seen, text):
        judge_view(form)


@given(st.text(st.characters(), max_size=400), st.sampled_from(STATES))
@settings(max_examples=examples(25), deadline=None)
def test_any_words_at_all_stay_inert(text, draft_state):
    judge(text, draft_state)


@pytest.mark.parametrize("url", URLS, ids=lambda url: ascii(url[:20]))
def test_an_address_that_could_deceive_is_never_a_link(url):
    assert safe_url(url) == ""
    card = case_card.card(view(mentions=(post(url=url),), web_reply_url=url), SECRET)
    assert not [node for node in nodes(card.blocks) if "url" in node]
    assert not [text for text in parsed(card.blocks) if "|open the post>" in text]


def test_markup_in_a_complaint_is_shown_as_it_was_typed():
    words = "*now* <!channel> `x` _y_ :fire: @here <http://evil.example|your bank>"
    card = case_card.card(view(mentions=(post(text=words),)), SECRET)
    assert {"type": "text", "text": words} in list(nodes(card.blocks))
    assert all(words not in text for text in parsed(card.blocks))


def test_names_and_words_stand_only_where_nothing_is_parsed():
    seen = filled_with("Zebra_mark", DraftState.IN_REVIEW)
    for message in list(messages(seen)):
        assert not [text for text in parsed(message.blocks) if "Zebra" in text]
    assert not [text for form in forms(seen) for text in parsed(form) if "Zebra" in text]


def test_a_draft_is_shown_whole_however_long_it_may_be():
    words = "We looked into it and this is what happened. " * 66
    seen = replace(filled_with("x" * 10_000, DraftState.IN_REVIEW), remarks=())
    seen = replace(seen, case=replace(seen.case, draft=replace(seen.case.draft, text=words)))
    for message in (thread_messages.draft(seen, SECRET), thread_messages.approval_request(seen, SECRET)):
        assert [node for node in nodes(message.blocks) if node.get("text") == words]


def test_what_an_approver_reads_hides_nothing():
    text = "Fine\u202e\u200b, we pay\u2066 you"
    shown = thread_messages.approval_request(view(replace(case(CaseState.OPEN), draft=draft(text=text))), SECRET)
    assert visible(text) in [node.get("text") for node in nodes(shown.blocks)]


def test_a_sentence_of_ours_cannot_call_a_channel_even_when_it_quotes_somebody():
    for message in (
        thread_messages.notice("New words: <!channel> <!here|x>"),
        simple_forms.refusal("No: <!everyone>"),
    ):
        assert not re.search("<!(channel|here|everyone)", message.text)
        assert not [text for text in parsed(message.blocks) if re.search("<!(channel|here|everyone)", text)]


@pytest.mark.parametrize("text", TEXTS[::3], ids=lambda text: ascii(text[:20]))
def test_words_in_a_sentence_about_the_desk_stay_words(text):
    since, room = at(14, 2), "C0CARE"
    said = thread_messages.about_desk((text, " since ", since, text, Channel(room), Person("UANA", text)), at(14, 9))
    judge_message(said)
    for line, ours in [(said.text, {f"<#{room}>"}), (next(parsed(said.blocks)), {f"<#{room}>", "<@UANA>"})]:
        whole = len(text) < 900  # else the line is cut, and its end is missing
        assert set(_MARKED.findall(line)) - ours <= {slack_date(since, at(14, 9))}
        assert not whole or len(_MARKED.findall(line)) == 1 + len(ours)


def test_the_form_keeps_no_words_in_what_travels_through_the_client():
    seen = filled_with("secret words", DraftState.IN_REVIEW)
    for form in forms(seen, "secret words"):
        assert "secret" not in form.get("private_metadata", "")


@pytest.mark.parametrize("text", TEXTS[:60], ids=lambda text: ascii(text[:20]))
def test_a_button_with_a_forged_or_broken_value_is_declined_in_a_sentence(text):
    for forged in (text, f"case.1.2.{text}", f"{text}.1.2.0123456789abcdef"):
        with pytest.raises(NotMadeHere) as declined:
            ids.read_value(forged, SECRET)
        assert declined.value.sentence.endswith(".")


def test_long_lists_of_templates_stay_within_what_a_select_takes():
    from tests.blocks.everything import Template

    many = [Template(f"t{n}", f"Title {n} " + "x" * 90, "y" * 200) for n in range(150)]
    form = modals.reply(view(), many, chosen="t149", facts={}, words="", notes=[], metadata={"case": 1})
    judge_view(form)
    select = next(node for node in nodes(form) if node.get("type") == "static_select")
    assert select["initial_option"]["value"] == "t149"


def test_a_post_of_a_thousand_empty_lines_pushes_no_channel_off_the_screen():
    tall = post(text="@northwind answer me" + "\n" * 1_000 + "now\n" * 1_000)
    shown = str(case_card.card(view(mentions=(tall,)), SECRET).blocks)
    assert shown.count("\\n") < 40
    assert "answer me\\n\\nnow\\n" in shown
