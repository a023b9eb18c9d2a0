"""A storm is opened, shown, worked on, merged and ended; nothing in it ends silently."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import CaseState
from bot.domain.slack.telling import Telling, TellingKind
from bot.domain.storms.folding import WordsOfStorms
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.storm import MarkKind, Standout, Storm, StormPlace, StormPolicy, StormRole
from bot.gateways.drawing import draw
from bot.ports import Desk, Message
from bot.rehearsal.workspace.blockkit import message_problems
from bot.services.reminders import remind
from bot.services.storms import acting, noticing, opening, tending
from tests.fakes import ANA, BEN, CARE, LEADS
from tests.services.journey import clock, notices
from tests.services.storms.test_folding import APP, has_card, place, wrote

TV = Trait(FeatureKind.WORD, "television")


@pytest.fixture(autouse=True)
def rules(desk: Desk) -> None:
    desk.take_over(replace(desk.policy, storms=StormPolicy(followers=50_000, opens_at=8)))


def many_write(desk: Desk, count: int, begin: int = 1, text: str = "my app will not open") -> None:
    for n in range(begin, begin + count):
        clock(desk).move(seconds=10)
        wrote(desk, n, text)
        noticing.check_new_posts(desk, desk.clock.now())


def tended(desk: Desk, **later: float) -> None:
    tending.tend_storms(desk, clock(desk).move(**later))


def opened(desk: Desk, *traits: Trait, words: tuple[str, ...] = ("app",)) -> Storm:
    now = desk.clock.now()
    storm = Storm(channel=CARE, traits=traits or (APP,), words=words, since=now, opened_at=now, opened_by=ANA)
    return desk.store.open_storm(storm)


def wanted(desk: Desk, kind: TellingKind) -> list[Telling]:
    return [one for one in desk.store.to_tell(desk.clock.now(), 500) if one.kind == kind]


def post_all(desk: Desk) -> None:
    """Let Slack show what waits, until nothing does."""
    for turn in range(5):
        for one in desk.store.to_tell(desk.clock.now(), 500):
            desk.store.telling_started(one.id, desk.clock.now())
            desk.store.mark_told(
                one.id, one.channel or LEADS, one.ts or f"{one.id}.{turn}", one.wanted, desk.clock.now()
            )


def drawn(desk: Desk, kind: TellingKind, storm: int = 1) -> Message:
    telling = Telling(
        id=0, case_id=0, kind=kind, about=storm, recipient="", channel=CARE, ts="", thread_ts="", wanted=1, shown=0,
        urgency=3, started_at=None, tries=0, retry_at=None, due_at=None, since=desk.clock.now(),  # type: ignore[arg-type]
    )  # fmt: skip
    found = draw(desk, telling, desk.clock.now())
    assert found is not None
    return found[0]


def test_a_large_spike_opens_a_storm_by_itself_once(desk: Desk) -> None:
    many_write(desk, 7)
    assert desk.store.open_storms() == []
    many_write(desk, 3, begin=8)
    [storm] = desk.store.open_storms()
    assert (storm.opened_by, storm.channel, storm.spike) == ("desk", CARE, 1)
    assert desk.store.storm_counts(1) == {StormPlace.FOLDED: 10}
    assert notices(desk)[-1][0] == LEADS
    assert notices(desk)[-1][1].startswith(
        "Storm 1 is open about “app”, “open”. Mentions about it are folded into one"
    )
    assert [one.channel for one in wanted(desk, TellingKind.STORM)] == [CARE]
    acting.end(desk, 1, by=ANA, at=desk.clock.now())
    many_write(desk, 3, begin=20)
    assert desk.store.open_storms() == [], "what somebody ended is not opened by itself"


def test_a_person_opens_one_from_a_smaller_spike(desk: Desk) -> None:
    many_write(desk, 5)
    storm = opening.open_storm(desk, 1, by=ANA, at=desk.clock.now())
    assert desk.store.storm_counts(storm.id) == {StormPlace.FOLDED: 5}
    with pytest.raises(Outdated, match="Storm 1 is open"):
        opening.open_storm(desk, 1, by=BEN, at=desk.clock.now())


def test_its_message_says_how_many_what_they_say_and_what_stands_out(desk: Desk) -> None:
    opened(desk)
    for n in range(1, 13):
        clock(desk).move(seconds=10)
        wrote(desk, n)
    wrote(desk, 13, "my app is dead, my lawyer will sue you")
    said = drawn(desk, TellingKind.STORM).text
    assert said.startswith("STORM 1 · 13 mentions about “app” since ")
    assert "6 a minute and rising as of " in said
    assert "12 folded · 0 answered · 12 of these wait for an answer, " in said
    assert "Stand out: case 13 (urgent)" in said
    assert "Folded (12)" in str(drawn(desk, TellingKind.STORM).blocks)


def rows_of(message: Message) -> list[list[str]]:
    rows = [one["elements"] for one in message.blocks if one["type"] == "actions"]
    return [[one.get("text", one.get("placeholder"))["text"] for one in row] for row in rows]  # type: ignore[union-attr,index,attr-defined]


def test_its_buttons_are_one_row_with_the_holding_reply_first_until_it_is_written(desk: Desk) -> None:
    opened(desk, TV, words=("television",))
    storm = opened(desk)
    wrote(desk, 1)
    whole = ["Holding reply…", "Folded (1)", "Tell them it is fixed…", "It is over…", "Same as storm 1"]
    assert rows_of(drawn(desk, TellingKind.STORM, 2)) == [whole]
    thread = ["I lead communications", "I own it", "I am scribe", "Tick a step…", "Ask marketing to pause"]
    assert rows_of(drawn(desk, TellingKind.STORM_DESK, 2)) == [thread]

    def primary() -> list[str]:
        shown = drawn(desk, TellingKind.STORM, 2).blocks
        row = next(one["elements"] for one in shown if one["type"] == "actions")
        return [one["text"]["text"] for one in row if one.get("style") == "primary"]  # type: ignore[union-attr,index,attr-defined]

    assert primary() == ["Holding reply…"]
    from tests.services.storms import test_holding_replies as holding

    holding.write(desk, storm)
    assert primary() == [], "a second one would end the first"
    acting.end(desk, 2, by=ANA, at=desk.clock.now())
    assert rows_of(drawn(desk, TellingKind.STORM, 2)) == [["Tell them it is fixed…", "Folded (1)"]]


def test_a_line_leads_to_its_message_where_many_cards_came_after_it_each_half_hour_at_most(desk: Desk) -> None:
    def lines() -> list[str]:
        return [said for room, said in notices(desk) if room == CARE]

    opened(desk)
    wrote(desk, 1)
    tended(desk, minutes=31)
    assert lines() == [], "its message is not in Slack yet"
    post_all(desk)
    for n in range(2, 11):
        wrote(desk, n, f"the parcel {n} came broken")
    tended(desk, minutes=30)
    assert lines() == [], "nine cards do not hide it"
    for n in range(20, 30):
        clock(desk).move(seconds=10)
        wrote(desk, n, f"the parcel {n} came broken")
    for _ in range(20):
        tended(desk, minutes=2)
    [line] = lines()
    assert line.startswith("1 mention about “app” since ")
    assert line.endswith("The message of storm 1 with its figures and buttons is further up.")
    tended(replace(desk, storming=WordsOfStorms()), seconds=10)
    assert len(lines()) == 1, "a start says it once, too"
    tended(desk, hours=2)
    assert len(lines()) == 1, "a quiet channel needs no line"


def test_every_sentence_about_a_storm_leads_to_its_message(desk: Desk) -> None:
    opened(desk)
    wrote(desk, 1)
    post_all(desk)
    tended(desk, days=1)
    tellings = [one for one in desk.store.to_tell(desk.clock.now(), 50) if one.kind == TellingKind.NOTICE]
    for telling in tellings:
        found = draw(desk, telling, desk.clock.now())
        assert found is not None
        assert "/archives/C0CARE/p" in str(found[0].blocks)
    assert len(tellings) == 2, "what is owed, and whether it is over"


def test_each_of_the_loudest_is_named_once(desk: Desk) -> None:
    opened(desk)
    for n in range(1, 6):
        wrote(desk, n, f"my app is dead {'again' * n}", by="loud")
    wrote(desk, 9, by="quiet")
    said = str(drawn(desk, TellingKind.STORM).blocks)
    assert (said.count("@loud on X"), said.count("@quiet on X")) == (1, 1)


def test_its_thread_waits_for_its_message(desk: Desk) -> None:
    opened(desk)
    [head] = wanted(desk, TellingKind.STORM)
    assert wanted(desk, TellingKind.STORM_DESK) == []
    desk.store.mark_told(head.id, CARE, "17.1", head.wanted, desk.clock.now())
    [below] = wanted(desk, TellingKind.STORM_DESK)
    assert (below.thread_ts, below.channel) == ("17.1", CARE)
    desk.store.gone(head.id, "17.1")
    assert wanted(desk, TellingKind.STORM_DESK) == []


def test_it_is_redrawn_when_it_grows_and_at_most_every_ten_seconds(desk: Desk) -> None:
    opened(desk)
    wrote(desk, 1)
    tended(desk, seconds=30)
    post_all(desk)
    wrote(desk, 2)
    tended(desk, seconds=5)
    assert wanted(desk, TellingKind.STORM) == []
    tended(desk, seconds=5)
    assert len(wanted(desk, TellingKind.STORM)) == 1
    post_all(desk)
    tended(desk, minutes=10)
    assert len(wanted(desk, TellingKind.STORM)) == 1, "once more, to say that nothing comes any more"
    post_all(desk)
    tended(desk, minutes=10)
    assert wanted(desk, TellingKind.STORM) == []


def test_taking_one_out_gives_it_its_card_and_the_desk_learns_it(desk: Desk) -> None:
    opened(desk)
    for n in range(1, 31):
        wrote(desk, n)
    number = wrote(desk, 31, "the app icon is ugly")
    assert place(desk, number) == (StormPlace.FOLDED, None)
    acting.take_out(desk, 1, number, by=ANA, at=desk.clock.now())
    assert has_card(desk, number)
    assert place(desk, wrote(desk, 32, "what an ugly app")) == (StormPlace.STANDS_OUT, Standout.UNLIKE)
    assert place(desk, wrote(desk, 33)) == (StormPlace.FOLDED, None)
    with pytest.raises(Outdated, match="own thread already"):
        acting.take_out(desk, 1, number, by=BEN, at=desk.clock.now())


def test_roles_and_steps_are_marked_by_name_and_taken_back(desk: Desk) -> None:
    opened(desk)
    now = desk.clock.now()
    acting.take_role(desk, 1, StormRole.OWNER, by=ANA, at=now)
    acting.take_role(desk, 1, StormRole.OWNER, by=BEN, at=now)
    acting.tick(desk, 1, "step", by=ANA, at=now)
    assert [(one.kind, one.person) for one in desk.store.storm_marks(1)] == [
        (MarkKind.ROLE, BEN),
        (MarkKind.STEP, ANA),
    ]
    acting.tick(desk, 1, "step", by=ANA, at=now)
    assert [one.kind for one in desk.store.storm_marks(1)] == [MarkKind.ROLE]
    verbs = [line.verb for line in desk.store.audit("desk")]
    assert verbs == ["storm_opened", "storm_marked", "storm_marked", "storm_marked", "storm_unmarked"]


def test_marketing_is_asked_once_and_says_by_name_that_they_saw_it(desk: Desk) -> None:
    desk.take_over(replace(desk.policy, storms=replace(desk.policy.storms, marketing="C0MARKET")))
    opened(desk)
    now = desk.clock.now()
    acting.ask_to_pause(desk, 1, by=ANA, at=now)
    assert [one.channel for one in wanted(desk, TellingKind.STORM_PAUSE)] == ["C0MARKET"]
    assert "Nobody has said yet" in drawn(desk, TellingKind.STORM_PAUSE).text
    with pytest.raises(Outdated, match="asked already"):
        acting.ask_to_pause(desk, 1, by=BEN, at=now)
    acting.saw_request(desk, 1, by=BEN, at=now)
    assert "seen by Ben" in drawn(desk, TellingKind.STORM_DESK).text
    assert "Seen by Ben" in drawn(desk, TellingKind.STORM_PAUSE).text


def test_at_its_end_who_waits_comes_out_as_a_case(desk: Desk) -> None:
    opened(desk)
    numbers = [wrote(desk, n) for n in range(1, 4)]
    acting.end(desk, 1, by=ANA, at=desk.clock.now())
    assert "3 not answered: they come out as cases" in drawn(desk, TellingKind.STORM_OVER).text
    tended(desk)
    assert [desk.store.case(one).storm for one in numbers] == [0, 0, 0]
    assert all(has_card(desk, one) for one in numbers)
    assert place(desk, 1) == (StormPlace.CAME_OUT, Standout.OVER)
    assert remind.remind(desk, clock(desk).move(days=1)) == 3
    assert place(desk, wrote(desk, 9)) is None, "and nothing is folded any more"
    with pytest.raises(Outdated, match="is over"):
        acting.end(desk, 1, by=BEN, at=desk.clock.now())


def test_or_they_are_set_aside_with_a_reason(desk: Desk) -> None:
    opened(desk)
    numbers = [wrote(desk, n) for n in range(1, 4)]
    with pytest.raises(NotUsable, match="say why"):
        acting.end_and_set_aside(desk, 1, reason=" ", by=ANA, at=desk.clock.now())
    assert acting.end_and_set_aside(desk, 1, reason="all told by mail", by=ANA, at=desk.clock.now()) == 3
    tended(desk)
    assert {desk.store.case(one).state for one in numbers} == {CaseState.DISMISSED}
    assert {desk.store.case(one).reason for one in numbers} == {"all told by mail"}
    assert "3 set aside" in drawn(desk, TellingKind.STORM_OVER).text


def test_who_was_answered_and_writes_after_the_end_has_a_card(desk: Desk) -> None:
    from bot.domain.cases import events
    from tests.fakes import a_post
    from tests.services.journey import receive

    opened(desk)
    number = wrote(desk, 1)
    now = desk.clock.now()
    desk.store.record(desk.store.case(number), events.AnsweredElsewhere(by="network", at=now, posted_at=now))
    acting.end(desk, 1, by=ANA, at=now)
    tended(desk)
    assert not has_card(desk, number), "nobody waits there"
    clock(desk).move(minutes=5)
    receive(desk, a_post("9", "still nothing", by="someone1", root="1", at=desk.clock.now()))
    assert desk.store.case(number).storm == 0
    assert has_card(desk, number)


def test_two_storms_that_are_one_are_merged_by_a_click(desk: Desk) -> None:
    opened(desk)
    opened(desk, TV, words=("television",))
    first, second = wrote(desk, 1), wrote(desk, 2, "television is dark")
    assert "Same as storm 1" in str(drawn(desk, TellingKind.STORM, 2).blocks)
    acting.merge(desk, 2, 1, by=ANA, at=desk.clock.now())
    assert [one.id for one in desk.store.open_storms()] == [1]
    assert desk.store.storm_cases(1) == [first, second]
    third = wrote(desk, 3, "television is dark again")
    assert desk.store.case(third).storm == 1
    merged = drawn(desk, TellingKind.STORM, 2)
    assert merged.text.endswith("It goes on in storm 1")
    assert "wait" not in str(merged.blocks), "how its cases stand is kept right in the message of the other"
    tended(desk)
    assert desk.store.case(second).storm == 2, "it stays folded while the other goes on"
    acting.take_out(desk, 1, second, by=ANA, at=desk.clock.now())
    acting.end(desk, 1, by=ANA, at=desk.clock.now())
    tended(desk)
    assert {desk.store.case(one).storm for one in (first, second, third)} == {0}


def test_a_spike_in_other_words_is_added_to_an_open_storm_by_a_click(desk: Desk) -> None:
    opened(desk)
    desk.take_over(replace(desk.policy, storms=StormPolicy(followers=50_000, opens_at=0)))
    many_write(desk, 6, text="kein netz seit heute")
    assert desk.store.storm_of_spike(1) is None
    opening.add_to_storm(desk, 1, 1, by=ANA, at=desk.clock.now())
    assert desk.store.storm_counts(1) == {StormPlace.FOLDED: 6}
    assert [one.id for one in desk.store.open_storms()] == [1]
    assert desk.store.case(wrote(desk, 20, "immer noch kein netz")).storm == 1
    assert len(wanted(desk, TellingKind.STORM)) == 1, "it has no message of its own"
    with pytest.raises(Outdated, match="Storm 1 is open"):
        opening.open_storm(desk, 1, by=BEN, at=desk.clock.now())


def test_who_answers_a_folded_post_is_folded_with_it(desk: Desk) -> None:
    opened(desk)
    first = wrote(desk, 1)
    second = wrote(desk, 2, "same here in Mill Street", root="1")
    assert desk.store.case(second).storm == desk.store.case(first).storm == 1
    assert place(desk, wrote(desk, 3, "same here in Mill Street", root="77")) is None


def answered(desk: Desk, post: int, people: int, begin: int = 100, seconds: int = 20) -> None:
    for n in range(begin, begin + people):
        clock(desk).move(seconds=seconds)
        wrote(desk, n, "same here", root=f"{post}")


def test_a_post_that_many_answer_at_once_stands_out_first_however_few_follow_its_author(desk: Desk) -> None:
    desk.take_over(replace(desk.policy, storms=StormPolicy(followers=50_000, opens_at=0)))
    opened(desk)
    quiet, loud = wrote(desk, 1), wrote(desk, 2)
    wrote(desk, 3, "my app is dead, my lawyer will sue you")
    answered(desk, 2, 7)
    for n in range(3):  # one person counts once, and the author does not
        wrote(desk, 200 + n, "same here, still", root="2", by="someone100")
        wrote(desk, 300 + n, "see this", root="2", by="someone2")
    tended(desk, seconds=20)
    assert place(desk, loud) == (StormPlace.FOLDED, None)
    answered(desk, 2, 1, begin=150)
    tended(desk, seconds=20)
    assert place(desk, loud) == (StormPlace.CAME_OUT, Standout.SPREADING)
    assert (has_card(desk, loud), desk.store.case(loud).priority) == (True, "high")
    assert place(desk, quiet) == (StormPlace.FOLDED, None)
    said = drawn(desk, TellingKind.STORM).text
    assert f"Stand out: case {loud} (spreads: many people answer it within minutes), case 3 (urgent)" in said
    tended(desk, seconds=20)
    assert desk.store.storm_counts(1)[StormPlace.CAME_OUT] == 1


def test_a_post_that_is_answered_slowly_or_by_a_setting_never_stays_folded(desk: Desk) -> None:
    opened(desk)
    slow, fast = wrote(desk, 1), wrote(desk, 2)
    for _ in range(4):
        answered(desk, 1, 5, begin=100 + 10 * _, seconds=150)
        tended(desk, seconds=20)
    assert place(desk, slow) == (StormPlace.FOLDED, None)
    desk.take_over(replace(desk.policy, storms=replace(desk.policy.storms, spreads_at=0)))
    answered(desk, 2, 30, begin=200, seconds=1)
    tended(desk, seconds=20)
    assert place(desk, fast) == (StormPlace.FOLDED, None)


def test_what_nearly_all_of_its_posts_say_folds_too(desk: Desk) -> None:
    many_write(desk, 12, text="app frozen")
    assert [one.name for one in desk.store.storm(1).traits] == ["app", "frozen"]
    assert desk.store.case(wrote(desk, 20, "everything is frozen")).storm == 1


def test_one_series_of_reminders_goes_to_the_roles(desk: Desk) -> None:
    opened(desk)
    for n in range(1, 6):
        wrote(desk, n)
    acting.take_role(desk, 1, StormRole.OWNER, by=BEN, at=desk.clock.now())
    due = desk.store.storm_figures(1, desk.clock.now()).due_at
    assert due is not None
    length = due - desk.clock.now()
    for _ in range(40):
        clock(desk).move(seconds=length.total_seconds() / 40)
        tended(desk)
    told = [one for one in desk.store.to_tell(desk.clock.now(), 100) if one.recipient == BEN]
    assert len(told) == 4, "at 50, 75, 90 per cent and at the lapse"
    for _ in range(7):
        tended(desk, minutes=10)
    told = [one for one in desk.store.to_tell(desk.clock.now(), 100) if one.recipient == BEN]
    assert len(told) == 6, "and every half hour since"
    assert notices(desk)[-1][1].startswith(
        "Storm 1 about “app”: 5 wait for an answer. 5 are overdue, the first since "
    )


def test_without_a_role_the_leads_are_reminded(desk: Desk) -> None:
    opened(desk)
    wrote(desk, 1)
    tended(desk, days=1)
    [late, _] = notices(desk)
    assert late[0] == LEADS
    assert "1 waits for an answer. 1 is overdue, the first since" in late[1]
    assert "Nobody has a role in it yet" in late[1]


def test_a_storm_that_never_ends_is_asked_about(desk: Desk) -> None:
    opened(desk)
    tended(desk, hours=3)
    assert notices(desk) == []
    tended(desk, hours=1)
    tended(desk, minutes=1)
    [(room, said)] = notices(desk)
    assert (room, said.startswith("Storm 1 about “app” goes on since ")) == (LEADS, True)
    tended(desk, hours=4)
    assert len(notices(desk)) == 2


def test_a_storm_while_slack_is_down_folds_and_loses_nothing(desk: Desk) -> None:
    many_write(desk, 40)
    assert desk.store.storm_counts(1)[StormPlace.FOLDED] == 40
    cards = wanted(desk, TellingKind.CARD)
    assert cards == [], "nothing was posted, and no card waits"
    assert len(wanted(desk, TellingKind.STORM)) == 1


def test_thousand_siblings_cost_a_page_at_a_time(desk: Desk) -> None:
    from bot.blocks.storms.storm import storm_page as draw_page
    from bot.services.storms.sight import storm_page

    opened(desk)
    for n in range(1, 61):
        wrote(desk, n)
    page = storm_page(desk, 1, 0)
    assert ([one.case for one in page.entries], page.left) == ([1, 2, 3, 4, 5], 55)
    following = storm_page(desk, 1, 5)
    assert following.entries[0].case == 6
    message = draw_page(following, desk.secret, desk.clock.now())
    assert str(message.blocks).count("Take out") >= 5
    assert message.text.startswith("Folded into storm 1: Case 6, @someone6: “my app will not open”.")


STORM_KINDS = (TellingKind.STORM, TellingKind.STORM_DESK, TellingKind.STORM_PAUSE, TellingKind.STORM_OVER)


@pytest.mark.parametrize("kind", STORM_KINDS)
def test_slack_takes_each_of_its_messages_in_every_state(desk: Desk, kind: TellingKind) -> None:
    for words in (("app",), ("television",), ("phone",)):
        opened(desk, Trait(FeatureKind.WORD, words[0]), words=words)
    for n, words in enumerate(("my app is dead", "television is dark", "phone is dead, my lawyer sues"), 1):
        wrote(desk, n, words)
    for role in StormRole:
        acting.take_role(desk, 1, role, by=ANA, at=desk.clock.now())
    acting.ask_to_pause(desk, 1, by=ANA, at=desk.clock.now())
    assert [message_problems(list(drawn(desk, kind, storm).blocks)) for storm in (1, 2, 3)] == [[], [], []]
    acting.merge(desk, 2, 1, by=ANA, at=desk.clock.now())
    acting.end(desk, 1, by=ANA, at=desk.clock.now())
    assert [message_problems(list(drawn(desk, kind, storm).blocks)) for storm in (1, 2)] == [[], []]


def test_reminded_moments_are_half_an_hour_apart() -> None:
    from tests.fakes import NOON

    storm = Storm(channel=CARE, traits=(), words=(), since=NOON, opened_at=NOON, opened_by=ANA)
    due, minute = NOON + timedelta(hours=1), timedelta(minutes=1)
    assert tending.level_of(storm, due, NOON + 29 * minute) is None
    assert tending.level_of(storm, due, NOON + 30 * minute) == 50
    late = replace(storm, reminded_due=due, reminded_level=101)
    assert tending.level_of(late, due + minute, due + 20 * minute) is None, "another one is owed first by now"
    assert tending.level_of(late, due + minute, due + 31 * minute) == 102
    assert tending.level_of(late, due + 300 * minute, due + 250 * minute) == 75
