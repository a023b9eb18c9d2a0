"""Mentions about an open storm are folded into it: no card and no reminders, and nothing of them is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import CaseState
from bot.domain.cases import events
from bot.domain.cases.queue import Place
from bot.domain.mentions.mention import RECORDED, PostRef
from bot.domain.mentions.safety import SafetyRule
from bot.domain.mentions.word_rules import Sign
from bot.domain.promises.promise import LAPSE
from bot.domain.slack.telling import TellingKind
from bot.domain.storms.folding import NEW_WORDS, WordsOfStorms
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.storm import Standout, Storm, StormPlace, StormPolicy
from bot.ports import Batch, Desk
from bot.services.cases import casework
from bot.services.mentions import intake
from bot.services.reminders import remind
from bot.services.storms import acting, folding, noticing
from tests.fakes import ANA, CARE, a_post
from tests.services.doubles import BreakingStore, Killed, always, at_call
from tests.services.journey import clock, receive, street, written

DAY = timedelta(days=1)
APP = Trait(FeatureKind.WORD, "app")


@pytest.fixture(autouse=True)
def rules(desk: Desk) -> None:
    """Let nobody's followers count but those of a test that says so."""
    ours = StormPolicy(followers=50_000, influencers=frozenset({"loud_anna"}))
    burning = SafetyRule(signs=(Sign(words=("melt*", "burn*"), beside=("battery", "charger*")),))
    desk.take_over(replace(desk.policy, storms=ours, safety=burning))


def a_storm(desk: Desk, *traits: Trait, spike: int = 0) -> Storm:
    now = desk.clock.now()
    return desk.store.open_storm(
        Storm(
            channel=CARE,
            traits=traits or (APP,),
            words=("app",),
            since=now,
            opened_at=now,
            opened_by=ANA,
            spike=spike,
        )
    )


def wrote(desk: Desk, n: int, text: str = "my app will not open", **facts: object) -> int:
    """Let another person write; return the number of the case."""
    receive(desk, a_post(f"{n}", text, **({"by": f"someone{n}", "at": desk.clock.now()} | facts)))
    found = desk.store.mention_of("x", f"{n}")
    assert found is not None
    return found[1]


def place(desk: Desk, case: int, storm: int = 1) -> tuple[StormPlace, Standout | None] | None:
    found = desk.store.placed(storm, case)
    return (found.place, found.why) if found else None


def has_card(desk: Desk, case: int) -> bool:
    """Tell whether the card of a case stands in Slack, or waits to be posted."""
    card = desk.store.card(case)
    return any(one.id == card.id for one in desk.store.to_tell(desk.clock.now(), 500)) if card else False


def reminded(desk: Desk, **later: float) -> int:
    return remind.remind(desk, clock(desk).move(**later))


FOLDED = (StormPlace.FOLDED, None)


def test_a_similar_mention_is_a_case_without_a_card_and_without_reminders(desk: Desk) -> None:
    storm = a_storm(desk)
    number = wrote(desk, 1)
    case = desk.store.case(number)
    assert (case.state, case.storm, place(desk, number)) == (CaseState.NEW, storm.id, FOLDED)
    assert case.due_at is not None, "the customer is owed an answer as ever"
    assert not has_card(desk, number)
    assert reminded(desk, days=1) == 0
    assert desk.store.next_reminder_at() is None
    ends = desk.store.loose_ends(desk.clock.now())
    assert not any((ends.without_card, ends.not_reminded, ends.without_step, ends.without_line))
    assert desk.store.untold_cases(storm.id) == [number]


def test_without_a_storm_and_with_another_matter_everything_is_as_ever(desk: Desk) -> None:
    before = wrote(desk, 1)
    a_storm(desk)
    other = wrote(desk, 2, "the parcel came broken")
    assert has_card(desk, before)
    assert has_card(desk, other)
    assert place(desk, before) is place(desk, other) is None


def test_what_a_case_was_owed_while_folded_it_is_owed_when_it_comes_out(desk: Desk) -> None:
    a_storm(desk)
    number = wrote(desk, 1)
    due = desk.store.case(number).due_at
    clock(desk).move(days=1)
    case = desk.store.record(
        desk.store.case(number), events.CameOut(by=ANA, at=desk.clock.now(), why=Standout.TAKEN_OUT)
    )
    assert (case.storm, case.due_at) == (0, due)
    assert place(desk, number) == (StormPlace.TAKEN_OUT, Standout.TAKEN_OUT)
    assert has_card(desk, number)
    assert reminded(desk) == 1
    promise = desk.store.case(number).promise
    assert promise is not None
    assert [one.level for one in desk.store.reminders_of(promise.id)][-1] >= LAPSE


def test_a_post_that_follows_on_a_folded_case_adds_no_card_and_no_reminder(desk: Desk) -> None:
    a_storm(desk)
    number = wrote(desk, 1)
    clock(desk).move(minutes=10)
    receive(desk, a_post("9", "still my app is dead", by="someone1", root="1", at=desk.clock.now()))
    case = desk.store.case(number)
    assert (case.storm, case.latest) == (1, 2)
    assert not has_card(desk, number)
    assert reminded(desk, days=1) == 0


def test_a_new_promise_on_a_folded_case_reminds_nobody_by_itself(desk: Desk) -> None:
    a_storm(desk)
    number = wrote(desk, 1)
    now = desk.clock.now()
    desk.store.record(desk.store.case(number), events.AnsweredElsewhere(by="network", at=now, posted_at=now))
    clock(desk).move(minutes=1)
    receive(desk, a_post("9", "still my app is dead", by="someone1", root="1", at=desk.clock.now()))
    assert desk.store.case(number).due_at is not None
    assert reminded(desk, days=1) == 0


def test_whoever_claims_a_folded_case_has_it_in_a_thread_of_its_own(desk: Desk) -> None:
    a_storm(desk)
    number = wrote(desk, 1)
    case = casework.claim(desk, number, by=ANA, at=desk.clock.now())
    assert (case.storm, case.assignee, place(desk, number)) == (0, ANA, (StormPlace.CAME_OUT, None))
    assert has_card(desk, number)
    assert reminded(desk, days=1) == 1


@pytest.mark.parametrize(
    ("text", "facts", "why"),
    [
        ("my app overheats, the battery melted", {}, Standout.URGENT),
        ("my app is dead, my lawyer will sue you", {}, Standout.URGENT),
        ("my app is dead", {"private": True}, None),
        ("my app is dead", {"by": "@Loud_Anna"}, Standout.INFLUENCER),
        ("my app is dead", {"followers": 50_000}, Standout.INFLUENCER),
    ],
)
def test_what_stands_out_is_never_folded(
    desk: Desk, text: str, facts: dict[str, object], why: Standout | None
) -> None:
    a_storm(desk)
    followers = facts.pop("followers", None)
    post = a_post("1", text, at=desk.clock.now(), **facts)
    receive(desk, replace(post, author=replace(post.author, followers=followers)))
    case = desk.store.case(1)
    assert (case.storm, place(desk, 1)) == (0, (StormPlace.STANDS_OUT, why) if why else None)
    assert has_card(desk, 1)
    assert (case.priority in {"high", "urgent"}) == (why is not None), "first in line"


def test_a_customer_with_a_case_that_somebody_holds_is_not_folded(desk: Desk) -> None:
    first = wrote(desk, 1, "my parcel came broken", by="priya")
    casework.claim(desk, first, by=ANA, at=desk.clock.now())
    clock(desk).move(minutes=5)
    a_storm(desk)
    second = wrote(desk, 2, by="priya")
    assert place(desk, second) == (StormPlace.STANDS_OUT, Standout.HELD)


def test_news_are_words_that_no_post_of_the_storm_says(desk: Desk) -> None:
    a_storm(desk)
    for n in range(1, 41):
        wrote(desk, n)
    assert place(desk, 40) == FOLDED
    told = "app: router firmware zwölf punkt crashes during nightly certificate renewal handshake"
    assert len(told.split()) > NEW_WORDS
    assert place(desk, wrote(desk, 41, told)) == (StormPlace.STANDS_OUT, Standout.NEW_INFORMATION)
    assert place(desk, wrote(desk, 42, "app dead, router")) == FOLDED, "a word or two are no new information"


def test_an_urgent_word_in_a_later_post_takes_its_case_out(desk: Desk) -> None:
    a_storm(desk)
    number = wrote(desk, 1)
    later = a_post("9", "now the app made my charger burn", by="someone1", root="1", at=desk.clock.now())
    receive(desk, later)
    assert desk.store.case(number).storm == 0
    assert place(desk, number) == (StormPlace.CAME_OUT, Standout.URGENT)
    assert has_card(desk, number)


def test_what_is_replayed_is_never_folded(desk: Desk) -> None:
    a_storm(desk)
    now = desk.clock.now()
    intake.take_in(desk, a_post("1", "my app is dead", at=now, ref=PostRef(RECORDED, "42", "1")), now)
    assert desk.store.case(1).storm == 0


def test_known_cases_of_the_spike_are_folded_and_stop_reminding(desk: Desk) -> None:
    for n in range(1, 8):
        clock(desk).move(seconds=10)
        wrote(desk, n)
        noticing.check_new_posts(desk, desk.clock.now())
    casework.claim(desk, 2, by=ANA, at=desk.clock.now())
    written(desk, 3)
    card = desk.store.card(1)
    assert card is not None
    desk.store.telling_started(card.id, desk.clock.now())
    desk.store.mark_told(card.id, CARE, "100.1", 1, desk.clock.now())
    storm = a_storm(desk, spike=1)
    assert folding.fold_known(desk, storm, desk.clock.now()) == 7
    assert [place(desk, n) == FOLDED for n in range(1, 8)] == [True, False, False, True, True, True, True]
    assert place(desk, 2) == place(desk, 3) == (StormPlace.STANDS_OUT, Standout.HELD)
    assert has_card(desk, 1), "the card that stands says that it is folded"
    assert not has_card(desk, 4), "the card that was not posted yet is not needed"
    assert folding.fold_known(desk, storm, desk.clock.now()) == 0
    reminded(desk, days=1)
    lapsed = {case for case in range(1, 8) if desk.store.reminders_told(case)}
    assert lapsed <= {2, 3}


@pytest.mark.parametrize("step", ["add_mention", "put_triage", "open_case", "stand_out", "move_cursor"])
def test_a_kill_while_a_mention_is_taken_in_loses_and_doubles_nothing(desk: Desk, step: str) -> None:
    a_storm(desk)
    now = desk.clock.now()
    posts = (
        a_post("1", "my app is dead", by="one", at=now),
        a_post("2", "app dead, my lawyer sues", by="two", at=now),
    )
    batch = Batch(posts=posts, cursor="2")
    killed = replace(desk, store=BreakingStore(desk.store, **{step: always(Killed())}))
    with pytest.raises(Killed):
        intake.receive(killed, street(desk), "mentions", batch, now)
    again = replace(desk, storming=WordsOfStorms())
    intake.receive(again, street(desk), "mentions", batch, now)
    intake.receive(again, street(desk), "mentions", batch, now)
    assert desk.store.storm_counts(1) == {StormPlace.FOLDED: 1, StormPlace.STANDS_OUT: 1}
    assert [has_card(desk, one) for one in (1, 2)] == [False, True]


def test_what_was_learnt_is_known_after_a_start(desk: Desk) -> None:
    a_storm(desk)
    for n in range(1, 31):
        wrote(desk, n)
    acting.take_out(desk, 1, wrote(desk, 31, "the app icon is ugly"), by=ANA, at=desk.clock.now())
    started = replace(desk, storming=WordsOfStorms())
    assert place(desk, wrote(started, 32, "what an ugly app")) == (StormPlace.STANDS_OUT, Standout.UNLIKE)


def test_what_one_desk_was_taught_all_desks_know(desk: Desk) -> None:
    other = replace(desk, storming=WordsOfStorms())
    a_storm(desk)
    for n in range(1, 31):
        wrote(other, n)
    ugly = wrote(other, 31, "the app icon is ugly")
    wrote(other, 32)
    acting.take_out(desk, 1, ugly, by=ANA, at=desk.clock.now())
    assert place(desk, wrote(other, 33, "what an ugly app")) == (StormPlace.STANDS_OUT, Standout.UNLIKE)


def test_folded_ones_are_in_no_queue_and_no_list_of_reminders(desk: Desk) -> None:
    before = wrote(desk, 1)
    for n in range(2, 8):
        wrote(desk, n, "the parcel came broken")
    reminded(desk, minutes=55)
    storm = a_storm(desk)
    case = desk.store.case(before)
    desk.store.record(case, events.Folded(by="desk", at=desk.clock.now(), storm=storm.id))
    wrote(desk, 9)
    assert before not in [one.id for one in desk.store.queue()]
    assert [one.id for one in desk.store.queue(assignee="")] == [2, 3, 4, 5, 6, 7]
    assert desk.store.queued_before(Place(9, 2**61, 99, 99)) == 6
    assert sum(one.count for one in desk.store.queue_shares()) == 6
    assert desk.store.due_for(ANA, None, desk.clock.now() + DAY, limit=20).count == 6
    digest = max((row[0] for row in desk.store.engine.rows("SELECT id FROM digests")), default=0)  # type: ignore[attr-defined]
    assert before not in [one.case_id for one in desk.store.reminders_in(digest)]
    casework.claim(desk, before, by=ANA, at=desk.clock.now())
    assert before in [one.id for one in desk.store.queue(assignee=ANA)]


def test_a_kill_while_cases_are_folded_leaves_the_others_to_the_next_round(desk: Desk) -> None:
    for n in range(1, 8):
        clock(desk).move(seconds=10)
        wrote(desk, n)
        noticing.check_new_posts(desk, desk.clock.now())
    storm = a_storm(desk, spike=1)
    for call in range(1, 12):
        breaking = replace(desk, store=BreakingStore(desk.store, record=at_call(call, Killed())))
        try:
            folding.fold_known(breaking, storm, desk.clock.now())
        except Killed:
            continue
    folding.fold_known(replace(desk, storming=WordsOfStorms()), storm, desk.clock.now())
    assert desk.store.storm_cases(storm.id) == list(range(1, 8))
    assert desk.store.spike_cases_outside(storm.id) == []


def test_who_holds_a_case_is_not_overtaken_by_folding(desk: Desk) -> None:
    a_storm(desk)
    number = wrote(desk, 1, "the parcel came broken")
    case = casework.claim(desk, number, by=ANA, at=desk.clock.now())
    with pytest.raises(Outdated, match="works on this case"):
        desk.store.record(case, events.Folded(by="desk", at=desk.clock.now(), storm=1))


def test_a_card_of_a_folded_case_is_not_wanted_by_what_happens_to_it(desk: Desk) -> None:
    a_storm(desk)
    number = wrote(desk, 1)
    now = desk.clock.now()
    desk.store.change_mention(1, a_post("1", "my app will not even start", by="someone1"), now)
    desk.store.record(desk.store.case(number), events.PostEdited(by="author", at=now, mention=1))
    assert [one for one in desk.store.to_tell(now, 50) if one.kind == TellingKind.CARD] == []
