"""A machine is asked from the reply form: its words wait for a person, and nothing it does changes anything else."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks.base import ids
from bot.domain.base.tables import DraftState
from bot.domain.mentions.mention import private_root
from bot.domain.replies.origins import OriginKind, TextOrigin, cut_into_passages
from bot.domain.replies.solo import Lane, LaneRule
from bot.domain.replies.suggestion import ReplyWanted, SuggestionPolicy
from bot.ports.suggests import NoSuggestion
from bot.services.mentions import intake
from bot.services.replies import reply_form, review, sending, suggesting
from bot.services.replies.starting_texts import machines_read, past_reply_start
from bot.services.team import shifts
from handlers.door import SLOW_AT_ONCE, SlowWork
from storage import SqlStore
from tests.blocks.reading import read
from tests.blocks.walker import judge_view
from tests.fakes import ANA, BEN, CARO, POLICY, a_desk, a_post
from tests.handlers.pressing import Hands
from tests.handlers.test_forms import words_in
from tests.services.journey import a_case, draft_of, only_case, receive, street, written

SAYS = "Hello [first name], a kettle that leaks is no good. We look at it [by when]."
THEIRS = "Hello Priya, a kettle that leaks is no good. We look at it [by when]."


@dataclass
class Machine:
    """A machine that gives out these answers; `meanwhile` happens while it is asked."""

    answers: list[str] = field(default_factory=lambda: [SAYS])
    name: str = "tiny-7b"
    meanwhile: Callable[[], object] = lambda: None
    told: list[ReplyWanted] = field(default_factory=list)
    translated: list[tuple[str, str]] = field(default_factory=list)

    def first_version(self, wanted: ReplyWanted) -> str:
        self.told.append(wanted)
        return self._next()

    def translation(self, text: str, into: str) -> str:
        self.translated.append((text, into))
        return self._next()

    def _next(self) -> str:
        self.meanwhile()
        if not self.answers:
            raise NoSuggestion("tiny-7b did not answer in time.")
        return self.answers.pop(0)


class Later(SlowWork):
    """Slow work that runs when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[[], object]] = []

    def begin(self, work: Callable[[], object]) -> bool:
        self.waiting.append(work)
        return True

    def run(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


TINY = TextOrigin(OriginKind.MACHINE, "tiny-7b")
ON_X = SuggestionPolicy(networks=frozenset({"x"}))


def hands_with(
    store: SqlStore, machine: Machine | None, policy: SuggestionPolicy | None = ON_X, **more: Any
) -> Hands:
    hands = Hands(a_desk(store, suggests=machine, policy=replace(POLICY, suggestions=policy, **more)))
    hands.door.slow = Later()
    return hands


def later(hands: Hands) -> Later:
    assert isinstance(hands.door.slow, Later)
    return hands.door.slow


def offered(form: dict[str, Any]) -> list[str]:
    made = [one for block in form["blocks"] for one in block.get("elements", []) if isinstance(one, dict)]
    return [one["action_id"] for one in made if one.get("action_id") in {ids.SUGGEST, ids.SUGGESTED_START}]


def value(hands: Hands, case: int = 1) -> str:
    return ids.button_value(ids.CASE, case, hands.desk.store.case(case).version, hands.desk.secret)


def writing(hands: Hands, by: str = ANA) -> Hands:
    a_case(hands.desk)
    assert hands.press(ids.CASE_REPLY, hands.button(ids.CASE_REPLY), by) == ""
    return hands


def ask(hands: Hands, by: str = ANA, **typed: str) -> str:
    said = hands.change(ids.SUGGEST, by, suggest=value(hands), **typed)
    later(hands).run()
    return said


def begin(hands: Hands, by: str = ANA) -> str:
    return hands.change(ids.SUGGESTED_START, by, suggested_start=value(hands))


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def asked(store: SqlStore, machine: Machine) -> Hands:
    hands = writing(hands_with(store, machine))
    assert ask(hands) == ""
    return hands


def test_its_words_are_shown_as_a_machine_s_and_stand_in_the_form_only_after_a_person_took_them(asked: Hands) -> None:
    waiting, answered = dict(asked.chat.views[-2]), asked.form()
    judge_view(waiting)
    judge_view(answered)
    assert "tiny-7b was asked at" in read(waiting)
    assert asked.chat.updated_from == ["1.abc", "2.2"]
    assert "Suggested by a machine" in read(answered)
    assert f"tiny-7b\n┃ {THEIRS}" in read(answered)
    assert (words_in(answered), offered(answered)) == ("", [ids.SUGGESTED_START, ids.SUGGEST])
    assert begin(asked) == ""
    assert (words_in(asked.form()), offered(asked.form())) == (THEIRS, [])
    assert only_case(asked.desk).draft is None


def test_words_of_a_machine_that_were_copied_into_another_case_stay_a_machine_s(asked: Hands) -> None:
    receive(asked.desk, a_post("200", "my lamp is broken", by="ben"))
    text = f"{THEIRS.replace('[by when]', 'today')} ^AN"
    review.submit(asked.desk, 2, review.Words(text=text), by=ANA, at=asked.desk.clock.now())
    draft = asked.desk.store.case(2).draft
    assert draft is not None
    assert TINY in {one.origin for one in draft.origins}


def test_a_window_that_a_restart_cut_off_says_so_and_can_ask_again(store: SqlStore, machine: Machine) -> None:
    hands = writing(hands_with(store, machine))
    hands.change(ids.SUGGEST, suggest=value(hands))
    later(hands).waiting.clear()  # the desk ended before the call
    assert "where none does, the desk was interrupted" in read(hands.form())
    assert offered(hands.form()) == [ids.SUGGEST]
    assert ask(hands) == ""
    assert f"tiny-7b\n┃ {THEIRS}" in read(hands.form())


def test_the_approver_the_trail_and_the_draft_say_that_the_words_are_a_machine_s(asked: Hands) -> None:
    begin(asked)
    words = THEIRS.replace("[by when]", "today") + " ^AN"
    assert asked.submit(words_input=words) == {}
    draft = draft_of(asked.desk)
    assert draft.state == DraftState.IN_REVIEW
    kinds = {(one.origin.kind, one.origin.name) for one in draft.origins}
    assert kinds == {(OriginKind.MACHINE, "tiny-7b"), (OriginKind.PERSON, ANA)}
    asked.publish()
    assert any('machine "tiny-7b"' in one.text for one in asked.chat.messages.values())
    [written] = [one for one in asked.desk.store.audit("case:1") if "origins" in one.facts]
    assert '["machine", "tiny-7b", ' in json.dumps(dict(written.facts))
    [told] = [one for one in asked.desk.store.audit("desk") if one.verb == "machine_asked"]
    assert (told.by, dict(told.facts)) == (ANA, {"case": 1, "machine": "tiny-7b", "purpose": "reply"})
    sending.send_due(asked.desk, asked.desk.clock.now())
    assert street(asked.desk).published == []


def test_a_machine_that_fails_changes_nothing_and_is_one_short_sentence(store: SqlStore) -> None:
    hands = writing(hands_with(store, Machine(answers=[])))
    assert ask(hands, words_input="I write myself") == ""
    assert "tiny-7b did not answer in time. Nothing has changed." in read(hands.form())
    assert (words_in(hands.form()), offered(hands.form())) == ("I write myself", [ids.SUGGEST])
    assert "ask it again" in begin(hands)


def test_words_typed_while_it_is_asked_stay(store: SqlStore, machine: Machine) -> None:
    hands = writing(hands_with(store, machine))
    machine.meanwhile = lambda: hands.change(ids.WORDS_INPUT, words_input="My own words. ^AN")
    ask(hands)
    assert words_in(hands.form()) == "My own words. ^AN"
    assert THEIRS in read(hands.form())


def test_an_answer_to_a_conversation_that_went_on_is_dropped(store: SqlStore, machine: Machine) -> None:
    hands = writing(hands_with(store, machine))
    now = hands.desk.clock.now()
    machine.meanwhile = lambda: intake.take_in(hands.desk, a_post("2", "Never mind", root="100", at=now), now)
    ask(hands)
    assert "suggested" not in hands.desk.store.saved_words(1, ANA)
    assert THEIRS not in read(hands.form())
    assert "ask it again" in begin(hands)


def test_words_for_a_conversation_that_went_on_are_not_there_any_more(asked: Hands) -> None:
    now = asked.desk.clock.now()
    intake.take_in(asked.desk, a_post("2", "Never mind", root="100", at=now), now)
    assert "ask it again" in begin(asked)
    assert asked.press(ids.CASE_REPLY, value(asked)) == ""
    assert (THEIRS in read(asked.form()), offered(asked.form())) == (False, [ids.SUGGEST])


def test_nobody_sends_a_machine_s_words_alone(store: SqlStore, machine: Machine) -> None:
    hands = hands_with(store, machine, solo=(LaneRule(lanes=frozenset({Lane.REASON})),))
    shifts.go_off(hands.desk, by=CARO, at=hands.desk.clock.now())
    writing(hands, BEN)
    ask(hands, BEN)
    begin(hands, BEN)
    words = THEIRS.replace(" [by when]", "") + " ^BE"
    answer = hands.submit(BEN, words_input=words, lane_choice="reason", why_input="Her train leaves at ten")
    assert "A machine's words need a second person" in json.dumps(answer)
    assert only_case(hands.desk).draft is None


def test_it_is_offered_only_where_it_may_be_told(store: SqlStore) -> None:
    hands = hands_with(store, Machine())
    a_case(hands.desk)
    message = a_post("9", "My card is 1", by="tom", private=True, root=private_root("id-tom"))
    intake.take_in(hands.desk, message, hands.desk.clock.now())
    all_of_it = replace(ON_X, private=True)
    for policy, public, private in ((ON_X, True, False), (all_of_it, True, True), (SuggestionPolicy(), False, False)):
        hands.desk.take_over(replace(POLICY, suggestions=policy))
        for number, told in ((1, public), (2, private)):
            assert hands.press(ids.CASE_REPLY, value(hands, number)) == ""
            assert offered(hands.form()) == [ids.SUGGEST] * told
            refused = hands.change(ids.SUGGEST, suggest=value(hands, number))
            assert ("is not told of this case" in refused) is not told


GERMAN = "Mein Kessel leckt @northwind"


def in_german(store: SqlStore, machine: Machine) -> Hands:
    hands = hands_with(store, machine)
    receive(hands.desk, a_post("100", GERMAN, language="de"))
    return hands


def test_the_approver_reads_post_and_draft_beside_a_translation_and_nothing_of_it_goes_anywhere(
    store: SqlStore,
) -> None:
    machine = Machine(answers=["My kettle leaks", "Priya, we look at it. ^AN"])
    hands = in_german(store, machine)
    written(hands.desk, 1, text="Priya, wir schauen es an. ^AN")
    before = hands.desk.store.case(1)
    assert hands.press(ids.CASE_TRANSLATE, hands.button(ids.CASE_TRANSLATE), BEN) == ""
    assert "press Translate again" in read(hands.form())
    later(hands).run()
    judge_view(hands.form())
    columns = [one["text"] for one in hands.form()["blocks"][0]["fields"]]
    assert columns == [f"Priya N:\n{GERMAN}", "tiny-7b, in English:\nMy kettle leaks"]
    assert hands.form()["blocks"][1]["fields"][1]["text"] == "tiny-7b, in English:\nPriya, we look at it. ^AN"
    assert machine.translated == [(GERMAN, "en"), ("Priya, wir schauen es an. ^AN", "en")]
    assert hands.desk.store.case(1) == before
    assert hands.desk.store.saved_words(1, BEN) == {}


def test_a_translation_longer_than_a_column_is_shown_whole(store: SqlStore) -> None:
    words = "It leaks. " * 250
    hands = in_german(store, Machine(answers=[words.strip()]))
    assert hands.press(ids.CASE_TRANSLATE, value(hands)) == ""
    later(hands).run()
    judge_view(hands.form())
    columns = [one["fields"][1]["text"] for one in hands.form()["blocks"] if "fields" in one]
    assert "".join(columns).count("leaks") == 250


def test_a_translation_that_fails_is_one_sentence_in_its_window(store: SqlStore) -> None:
    hands = in_german(store, Machine(answers=[]))
    assert hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_TRANSLATE)) == ""
    later(hands).run()
    assert read(hands.form()).count("did not answer in time") == 1


def test_only_another_language_than_the_desk_s_is_offered_for_translation(store: SqlStore) -> None:
    hands = hands_with(store, Machine())
    a_case(hands.desk)
    assert (ids.CASE_MORE, ids.MORE_TRANSLATE) not in hands.buttons()


def test_a_few_slow_calls_run_at_once_and_further_ones_are_refused() -> None:
    work, done = SlowWork(), []
    for _ in range(SLOW_AT_ONCE):
        work.places.acquire()
    assert not work.begin(lambda: done.append(1))
    work.places.release()
    work._run(lambda: 1 / 0)
    assert work.begin(lambda: done.append(2))


def its_words(hands: Hands) -> str:
    draft = draft_of(hands.desk)
    return "".join(words for origin, words in cut_into_passages(draft.text, draft.origins) if origin == TINY)


def test_words_copied_from_what_was_shown_are_a_machine_s_too(asked: Hands) -> None:
    assert asked.submit(words_input="Thank you. A kettle that leaks is no good. We look at it today. ^AN") == {}
    assert its_words(asked) == "kettle that leaks is no good. We look at it "


def test_words_copied_from_a_withdrawn_draft_of_the_case_are_a_machine_s_still(asked: Hands) -> None:
    begin(asked)
    words = THEIRS.replace("[by when]", "today") + " ^AN"
    assert asked.submit(words_input=words) == {}
    review.withdraw(asked.desk, draft_of(asked.desk).id, by=ANA, at=asked.desk.clock.now())
    assert asked.press(ids.CASE_REPLY, value(asked)) == ""
    assert asked.submit(words_input=words) == {}
    assert its_words(asked).startswith("Hello Priya, a kettle that leaks is no good. We look at it ")


def test_a_past_reply_says_which_of_its_words_were_a_machine_s(asked: Hands) -> None:
    begin(asked)
    assert asked.submit(words_input=THEIRS.replace("[by when]", "today") + " We are sorry about that. ^AN") == {}
    start = past_reply_start(asked.desk, draft_of(asked.desk).id, THEIRS + " We are sorry about that.")
    kinds = [
        (one.origin.kind, words)
        for one, (_, words) in zip(start.passages, cut_into_passages(start.text, start.passages), strict=True)
    ]
    assert kinds[0] == (OriginKind.MACHINE, "Hello Priya, a kettle that leaks is no good. We look at it ")
    assert kinds[-1][0] == OriginKind.PAST_REPLY


def test_a_draft_that_answers_a_private_message_is_not_told_once_the_customer_writes_in_public(
    store: SqlStore,
) -> None:
    machine = Machine(answers=["My kettle leaks"])
    hands = in_german(store, machine)
    written(hands.desk, 1, text="Priya, wir schauen es an. ^AN")
    mentions = hands.desk.store.mentions(1)
    first = replace(mentions[0], private=True)
    newer = replace(mentions[0], id=99, text="Und jetzt?", posted_at=first.posted_at + timedelta(minutes=1))
    found, why = suggesting.translations(hands.desk, hands.desk.store.case(1), [first, newer])
    assert (machine.translated, len(found), why) == ([("Und jetzt?", "en")], 1, "")


def test_a_busy_machine_is_said_in_the_form_and_can_be_asked_again(store: SqlStore, machine: Machine) -> None:
    hands = writing(hands_with(store, machine))
    hands.door.slow = SlowWork()
    for _ in range(SLOW_AT_ONCE):
        hands.door.slow.places.acquire()
    assert hands.change(ids.SUGGEST, suggest=value(hands), words_input="I write myself") == ""
    assert "The machine is busy" in read(hands.form())
    assert (words_in(hands.form()), offered(hands.form())) == ("I write myself", [ids.SUGGEST])


def test_a_client_that_breaks_is_said_in_the_form_and_its_words_are_not_logged(
    store: SqlStore, machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks() -> None:
        raise ValueError("My kettle leaks")

    machine.meanwhile = breaks
    ask(hands := writing(hands_with(store, machine)))
    assert "tiny-7b gave no usable words. Nothing has changed." in read(hands.form())
    assert "kind=ValueError" in caplog.text
    assert "kettle" not in caplog.text


def test_words_that_an_approver_copies_into_an_edit_are_a_machine_s(store: SqlStore, machine: Machine) -> None:
    hands = writing(hands_with(store, machine))
    written(hands.desk, 1, text="Priya, I am sorry that your kettle arrived in this state. ^AN")
    case = hands.desk.store.case(1)
    found = suggesting.suggested(hands.desk, 1, hands.desk.store.mentions(1))
    suggesting.keep_suggestion(hands.desk, 1, found, by=BEN, at=hands.desk.clock.now())
    draft = draft_of(hands.desk)
    text = f"{draft.text} A kettle that leaks is no good. We look at it today."
    review.edit_and_approve(
        hands.desk, draft.id, text, version=draft.version, seen=case.latest, by=BEN, at=hands.desk.clock.now()
    )
    assert "kettle that leaks is no good. We look at it" in its_words(hands)


def test_a_correction_of_an_older_reply_keeps_a_machine_s_words_a_machine_s(asked: Hands) -> None:
    begin(asked)
    assert asked.submit(words_input=THEIRS.replace("[by when]", "today") + " ^AN") == {}
    old = draft_of(asked.desk)
    newer = replace(old, id=9, origins=(), text="Something else.", template="")
    case = replace(only_case(asked.desk), draft=newer)
    [found] = machines_read(asked.desk, case, old.text, by=CARO, beside=old)
    assert found.origin == TINY


def test_what_is_typed_and_a_machine_s_answer_are_stored_one_after_the_other(
    asked: Hands, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_words, alone = store.saved_words, list[bool]()

    def noted(case_id: int, by: str) -> Mapping[str, str]:
        alone.append(store.engine.busy)
        return read_words(case_id, by)

    monkeypatch.setattr(store, "saved_words", noted)
    reply_form.keep(asked.desk, 1, reply_form.ReplyForm(words="Mine."), by=ANA, at=asked.desk.clock.now())
    assert alone == [True]
    assert {"words", "suggested", "read"} <= set(read_words(1, ANA))
