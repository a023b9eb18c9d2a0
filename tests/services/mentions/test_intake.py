"""Posts from a network are taken in once, completely, and belong to the right case."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import CaseState, CaseVerb, DraftState, FactVerb
from bot.domain.base.text import clean
from bot.domain.cases.case import Case, Priority
from bot.domain.mentions.mention import Author, Mention
from bot.domain.slack.telling import TellingKind
from bot.gateways.drawing import draw
from bot.ports import Batch, Desk, OutcomeLost, OutOfService, Unparsed
from bot.services.cases import casework
from bot.services.mentions import intake
from bot.services.replies import by_hand as settling
from bot.services.replies import correcting, review, sending
from storage import SqlStore
from tests.fakes import ANA, BEN, BILLING, CARE, CARO, LEADS, NOON, a_desk, a_post, our_post
from tests.hostile import texts
from tests.services.doubles import BreakingStore, Killed, always, at_call
from tests.services.journey import (
    WORDS,
    a_case,
    approved,
    attempt_of,
    by_hand,
    called_missing,
    clock,
    delivered,
    draft_of,
    notices,
    only_case,
    receive,
    send,
    street,
    unconfirmed,
    verbs,
)

FIVE = (
    a_post("100", "Charged twice"),
    a_post("101", "Hello?", root="100", at=NOON + timedelta(minutes=1)),
    a_post("102", "Same here", by="omar", root="100", at=NOON + timedelta(minutes=2)),
    a_post("200", "Where is my parcel", at=NOON + timedelta(minutes=3)),
    our_post("300", "Sale today", to="", root="300", at=NOON + timedelta(minutes=4)),
)


def all_cases(desk: Desk) -> list[Case]:
    return sorted(desk.store.queue(limit=1_000), key=lambda case: case.id)


def posts_on(desk: Desk, case_id: int) -> list[str]:
    return [post.ref.post_id for post in desk.store.mentions(case_id)]


def whose(desk: Desk) -> dict[tuple[str, str], list[str]]:
    return {(case.root_id, case.author.handle): posts_on(desk, case.id) for case in all_cases(desk)}


EXPECTED = {("100", "priya"): ["100", "101"], ("100", "omar"): ["102"], ("200", "priya"): ["200"]}


@pytest.mark.parametrize("order", [*permutations(FIVE)][::17])
def test_every_order_of_delivery_makes_the_same_cases(desk: Desk, order: tuple[Mention, ...]) -> None:
    clock(desk).move(minutes=5)
    assert receive(desk, *order) == 5
    assert whose(desk) == EXPECTED


def test_a_post_delivered_again_by_any_stream_is_taken_in_once(desk: Desk) -> None:
    clock(desk).move(minutes=5)
    assert [receive(desk, *FIVE), receive(desk, *FIVE[2:], *FIVE), receive(desk, *FIVE, stream="own")] == [5, 0, 0]
    assert whose(desk) == EXPECTED
    assert [len(verbs(desk, case.id)) for case in all_cases(desk)] == [2, 1, 1]


def test_a_batch_and_its_cursor_are_stored_together(desk: Desk) -> None:
    receive(desk, a_post("100", "Charged twice"), cursor="100")
    assert desk.store.cursor("x", "42", "mentions") == ("100", NOON)


@pytest.mark.parametrize("method", ["live_case", "add_mention", "open_case", "quarantine", "move_cursor"])
def test_a_kill_inside_a_batch_leaves_neither_rows_nor_cursor(store: SqlStore, method: str) -> None:
    second = 1 if method in {"quarantine", "move_cursor"} else 2
    broken = BreakingStore(store, **{method: at_call(second, Killed())})
    desk = a_desk(broken)  # type: ignore[arg-type]
    batch = Batch(posts=FIVE, unparsed=(Unparsed(b"{", "no JSON"),), cursor="300", gap="")
    with pytest.raises(Killed):
        intake.receive(desk, street(desk), "mentions", batch, NOON)
    assert (all_cases(desk), store.cursor("x", "42", "mentions")) == ([], ("", None))
    assert [store.mention_of("x", post.ref.post_id) for post in FIVE] == [None] * 5
    assert intake.receive(a_desk(store), street(desk), "mentions", batch, NOON) == 5
    assert whose(desk) == EXPECTED


def test_polling_takes_in_batch_by_batch_so_that_trouble_costs_only_the_rest(store: SqlStore) -> None:
    broken = BreakingStore(store, move_cursor=at_call(2, Killed()))
    desk = a_desk(broken)  # type: ignore[arg-type]
    first, second = Batch(posts=FIVE[:1], cursor="100"), Batch(posts=FIVE[1:], cursor="300")
    street(desk).waiting["mentions"] = [first, second]
    with pytest.raises(Killed):
        intake.poll(desk, street(desk), "mentions", NOON)
    assert store.cursor("x", "42", "mentions")[0] == "100"
    street(desk).waiting["mentions"] = [second]
    assert intake.poll(a_desk(store), street(desk), "mentions", NOON) == 4


def test_a_batch_above_the_size_that_clicks_can_bear_is_refused(desk: Desk) -> None:
    with pytest.raises(ValueError, match="at most 100"):
        receive(desk, *(a_post(str(n), "x") for n in range(101)))


def test_our_own_posts_open_no_case(desk: Desk) -> None:
    receive(desk, our_post("1", "Sale", to="", root="1"), our_post("2", "To a stranger", to="77", root="70"))
    assert all_cases(desk) == []


def test_words_decide_channel_priority_topic_and_promise(desk: Desk) -> None:
    receive(desk, a_post("1", "There is SMOKE, everywhere", by="omar"), a_post("2", "you charged me twice", by="pia"))
    smoke, charged = all_cases(desk)
    assert (smoke.channel, smoke.priority, smoke.topic) == (CARE, Priority.URGENT, "safety")
    assert smoke.due_at == NOON + timedelta(minutes=15)
    assert (charged.channel, charged.priority, charged.due_at) == (BILLING, Priority.HIGH, NOON + timedelta(hours=1))


def test_the_promise_runs_from_the_post_not_from_our_reading(desk: Desk) -> None:
    now = clock(desk).move(minutes=40)
    receive(
        desk, a_post("1", "late?", at=NOON), a_post("2", "from the future", by="omar", at=now + timedelta(hours=2))
    )
    late, ahead = all_cases(desk)
    assert (late.due_at, ahead.due_at) == (NOON + timedelta(hours=1), now + timedelta(hours=1))


# --- follow-ups -------------------------------------------------------------------------------------------


def test_a_follow_up_on_an_answered_case_is_ours_again_with_a_next_promise(desk: Desk) -> None:
    delivered(desk)
    now = clock(desk).move(minutes=10)
    receive(desk, a_post("101", "still nothing", root="100", at=now))
    case = only_case(desk)
    assert (case.state, case.assignee, case.due_at) == (CaseState.OPEN, ANA, now + timedelta(hours=1))


def test_a_follow_up_on_an_answered_case_nobody_holds_is_new_for_the_team(desk: Desk) -> None:
    delivered(desk)
    casework.release(desk, 1, by=ANA, at=desk.clock.now())
    receive(desk, a_post("101", "still nothing", root="100", at=clock(desk).move(minutes=10)))
    assert only_case(desk).state == CaseState.NEW


def test_a_post_after_closed_opens_a_case_that_follows_the_old_one(desk: Desk) -> None:
    delivered(desk)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    casework.tidy(desk, clock(desk).move(days=8))
    receive(desk, a_post("101", "It broke again", root="100", at=desk.clock.now()))
    old, new = desk.store.case(1), desk.store.case(2)
    assert (old.state, new.state, new.follows) == (CaseState.CLOSED, CaseState.NEW, 1)
    assert posts_on(desk, 2) == ["101"]
    assert desk.store.history(old).followed_by == 2
    assert (verbs(desk)[-1], verbs(desk, 2)) == (FactVerb.FOLLOWED, [FactVerb.OPENED])


def set_aside(desk: Desk) -> None:
    a_case(desk)
    until = desk.clock.now() + timedelta(days=7)
    casework.set_aside(desk, 1, by=ANA, at=desk.clock.now(), reason="Bait", until=until)


def test_more_of_the_same_on_a_case_set_aside_stays_aside(desk: Desk) -> None:
    set_aside(desk)
    receive(desk, a_post("101", "answer me you cowards", root="100"))
    case = only_case(desk)
    assert (case.state, case.due_at, posts_on(desk, 1)) == (CaseState.DISMISSED, None, ["100", "101"])


def test_safety_words_bring_a_case_back_that_was_set_aside(desk: Desk) -> None:
    set_aside(desk)
    receive(desk, a_post("101", "now there is smoke from the charger", root="100"))
    case = only_case(desk)
    assert (case.state, case.reason, case.resurfaces_at) == (CaseState.NEW, "", None)
    assert case.due_at is not None
    assert verbs(desk)[-3:] == [CaseVerb.AUTHOR_WROTE, CaseVerb.RESURFACE, FactVerb.REPRIORITISED]
    assert case.priority == "urgent"


def test_a_new_topic_brings_a_case_back_that_was_set_aside(desk: Desk) -> None:
    set_aside(desk)
    receive(desk, a_post("101", "and I was never given the refund", by="priya", root="100"))
    assert only_case(desk).state == CaseState.DISMISSED  # the same topic as before
    receive(desk, a_post("200", "hello there", by="omar"))
    casework.set_aside(desk, 2, by=ANA, at=NOON, reason="Bait", until=NOON + timedelta(days=7))
    receive(desk, a_post("201", "you charged me", by="omar", root="200"))
    assert desk.store.case(2).state == CaseState.NEW


# --- answers given on the network itself --------------------------------------------------------------------


def test_a_native_reply_ends_the_waiting(desk: Desk) -> None:
    a_case(desk)
    at = clock(desk).move(minutes=5)
    receive(desk, our_post("150", "We're on it", to="100", root="100", at=at), stream="own")
    case = only_case(desk)
    assert (case.state, case.due_at, case.first_response_at) == (CaseState.PENDING, None, at)
    assert case.answer_url.endswith("150")
    assert posts_on(desk, 1) == ["100", "150"]
    assert desk.store.reminders_due(at + timedelta(days=3)) == []


def test_a_native_reply_takes_back_what_was_approved_and_keeps_the_words(desk: Desk) -> None:
    approved(desk)
    receive(desk, our_post("150", "On it", to="100", root="100", at=clock(desk).move(minutes=1)), stream="own")
    draft = draft_of(desk)
    assert (draft.state, draft.approval, draft.text) == (DraftState.IN_REVIEW, None, WORDS)
    assert draft.stale == CaseVerb.ANSWERED_ELSEWHERE
    send(desk)
    assert street(desk).published == []


def test_a_native_reply_from_before_the_last_complaint_answers_nothing(desk: Desk) -> None:
    receive(desk, a_post("100", "Charged twice", at=NOON))
    receive(desk, a_post("101", "Still broken", root="100", at=NOON + timedelta(minutes=9)))
    receive(desk, our_post("150", "On it", to="100", root="100", at=NOON + timedelta(minutes=5)), stream="own")
    assert only_case(desk).state == CaseState.NEW


class SeenWhileSending:
    """A network on which our reply is on the timeline before the call returns."""

    def __init__(self, desk: Desk, seen: Mention) -> None:
        self.desk, self.seen, self.real = desk, seen, street(desk)

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)

    def reply(self, *of: object) -> object:
        answer = self.real.reply(*of)  # type: ignore[arg-type]
        receive(replace(self.desk, networks={("x", "42"): self.real}), self.seen, stream="own")
        return answer


def test_our_own_reply_seen_while_it_is_being_sent_is_not_counted_twice(desk: Desk) -> None:
    approved(desk)
    own = our_post("9000", WORDS, to="100", root="100", at=NOON)
    racing = replace(desk, networks={("x", "42"): SeenWhileSending(desk, own)})  # type: ignore[dict-item]
    sending.send_due(racing, NOON)
    receive(desk, own, stream="own")
    case = only_case(desk)
    assert (case.state, draft_of(desk).state, case.answered_by) == (CaseState.PENDING, DraftState.SENT, ANA)
    assert verbs(desk).count(CaseVerb.ANSWERED_ELSEWHERE) == 0
    assert posts_on(desk, 1) == ["100", "9000"]


def test_a_different_native_reply_seen_while_ours_is_being_sent_is_not_lost(desk: Desk) -> None:
    approved(desk)
    other = our_post("150", "Please call us", to="100", root="100", at=NOON)
    racing = replace(desk, networks={("x", "42"): SeenWhileSending(desk, other)})  # type: ignore[dict-item]
    sending.send_due(racing, NOON)
    assert posts_on(desk, 1) == ["100", "150", "9000"]
    assert draft_of(desk).state == DraftState.SENT


def test_a_reply_of_unknown_outcome_seen_on_our_timeline_is_delivered(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    receive(desk, our_post("9000", WORDS, to="100", root="100"), stream="own")
    assert (draft_of(desk).state, only_case(desk).answered_by) == (DraftState.SENT, ANA)
    assert verbs(desk).count(CaseVerb.ANSWERED_ELSEWHERE) == 0
    sending.check_due_outcomes(desk, clock(desk).move(minutes=1))
    assert len(street(desk).published) == 1


def test_a_different_native_reply_leaves_ours_of_unknown_outcome_to_be_looked_for(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    receive(desk, our_post("150", "Please call us", to="100", root="100", at=NOON), stream="own")
    assert (only_case(desk).state, draft_of(desk).state) == (CaseState.PENDING, DraftState.UNCONFIRMED)
    sending.check_due_outcomes(desk, clock(desk).move(minutes=1))
    assert (draft_of(desk).state, posts_on(desk, 1)) == (DraftState.SENT, ["100", "150", "9000"])


def test_a_reply_posted_by_hand_is_delivered_when_it_shows_on_our_timeline(desk: Desk) -> None:
    by_hand(desk)
    receive(desk, our_post("9001", WORDS + " ", to="100", root="100"), stream="own")
    case = only_case(desk)
    assert (case.state, draft_of(desk).state, case.answered_by) == (CaseState.PENDING, DraftState.SENT, ANA)
    assert case.answer_url.endswith("9001")


def test_a_reply_posted_by_hand_in_other_words_ends_the_waiting_too(desk: Desk) -> None:
    by_hand(desk)
    receive(desk, our_post("9001", "Priya, it is on us. ^AN", to="100", root="100"), stream="own")
    assert (only_case(desk).state, draft_of(desk).state) == (CaseState.PENDING, DraftState.WITHDRAWN)


def test_a_reply_that_shows_late_after_a_person_called_it_missing_is_not_sent_again(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    street(desk).visible = False
    called_missing(desk)
    now = clock(desk).move(minutes=3)
    receive(desk, our_post("9000", WORDS, to="100", root="100", at=NOON), stream="own")
    with pytest.raises(Outdated):
        settling.send_again(desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=now)
    assert (draft_of(desk).state, only_case(desk).state) == (DraftState.WITHDRAWN, CaseState.PENDING)
    assert len(street(desk).published) == 1


def test_a_correction_seen_while_its_outcome_is_unknown_is_that_correction(desk: Desk) -> None:
    delivered(desk)
    fix = "I wrote 17:00 and meant 18:00. ^AN"
    correcting.correct(desk, 1, fix, take_back=False, by=ANA, at=NOON)
    draft = draft_of(desk)
    review.approve(desk, draft.id, version=1, seen=draft.seen, by=CARO, at=NOON)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    send(desk)
    receive(desk, our_post("9100", fix, to="9000", root="100", at=clock(desk).move(minutes=1)), stream="own")
    assert draft_of(desk).state == DraftState.SENT
    assert CaseVerb.ANSWERED_ELSEWHERE not in verbs(desk)


# --- gaps, unreadable posts, hostile text --------------------------------------------------------------------


def a_gap() -> Batch:
    return Batch(gap="X holds only 800.", gap_from=NOON - timedelta(hours=2), gap_to=NOON - timedelta(hours=1))


def test_a_gap_is_said_once_to_the_leads(desk: Desk) -> None:
    for _ in range(3):
        intake.receive(desk, street(desk), "mentions", a_gap(), NOON)
    [(channel, sentence)] = notices(desk)
    assert channel == LEADS
    assert "@northwind" in sentence
    assert "between 2 Mar 10:00 UTC and 2 Mar 11:00 UTC: X holds only 800." in sentence


def test_what_cannot_be_understood_is_kept_and_stops_nothing_behind_it(desk: Desk, store: SqlStore) -> None:
    odd = Unparsed(b'{"id": ', "no JSON", "99")
    batch = Batch(posts=FIVE[:1], unparsed=(odd, odd), cursor="100")
    assert [intake.receive(desk, street(desk), "mentions", batch, NOON) for _ in range(2)] == [1, 0]
    kept = store.engine.rows("SELECT raw, why, post_id FROM quarantine")
    assert [(bytes(raw), why, post_id) for raw, why, post_id in kept] == [(b'{"id": ', "no JSON", "99")]
    assert desk.store.cursor("x", "42", "mentions")[0] == "100"


def test_a_post_that_nobody_foresaw_goes_to_quarantine_and_stops_nothing(store: SqlStore) -> None:
    def choke(post: Mention, *_: object) -> None:
        if post.ref.post_id == "101":
            raise TypeError("never seen such a post")

    desk = a_desk(BreakingStore(store, add_mention=choke))  # type: ignore[arg-type]
    odd = replace(FIVE[1], raw=b"the raw post")
    clock(desk).move(minutes=5)
    assert receive(desk, FIVE[0], odd, *FIVE[2:], cursor="300") == 4
    assert whose(desk) == {**EXPECTED, ("100", "priya"): ["100"]}
    assert store.cursor("x", "42", "mentions")[0] == "300"
    [(raw, post_id)] = store.engine.rows("SELECT raw, post_id FROM quarantine")
    assert (bytes(raw), post_id) == (b"the raw post", "101")


def test_a_store_out_of_service_is_no_reason_to_quarantine_a_post(store: SqlStore) -> None:
    trouble = OutOfService("disk full")
    desk = a_desk(BreakingStore(store, add_mention=always(trouble)))  # type: ignore[arg-type]
    with pytest.raises(OutOfService):
        receive(desk, *FIVE, cursor="300")
    assert store.cursor("x", "42", "mentions") == ("", None)
    assert store.engine.rows("SELECT * FROM quarantine") == []


def test_hostile_texts_are_stored_as_they_came_and_drawn_inert(desk: Desk) -> None:
    hostile = [clean(text) for text in texts(2_000)][::9]
    named = Author(id="m", handle=clean("<!channel>"), name="<@U1> *Approved by* Ben")
    for n, text in enumerate(hostile):
        receive(desk, a_post(str(n), text, author=replace(named, id=f"m{n}")))
    cards = [one for one in desk.store.to_tell(desk.clock.now(), 1_000) if one.kind == TellingKind.CARD]
    tellings = desk.store.to_tell(desk.clock.now(), 1_000)
    assert len(cards) + desk.store.light_count() == len(hostile)
    for telling in tellings:
        drawn = draw(desk, telling, desk.clock.now())
        assert drawn is not None
        assert _unescaped(str(drawn[0])) == []
    assert [desk.store.mention(n).text for n in (1, 5, 50)] == [hostile[n - 1] for n in (1, 5, 50)]


def _unescaped(payload: str) -> list[str]:
    """Return texts that Slack would read as notifications: outside rich text only our `<!date` may be unescaped."""
    return [mark for mark in ("'type': 'broadcast'", "'type': 'user'", "'type': 'usergroup'") if mark in payload]


def test_safety_words_in_a_later_post_make_an_open_case_urgent_and_its_answer_due_sooner(desk: Desk) -> None:
    receive(desk, a_post("100", "the kettle arrived late @northwind"))
    before = only_case(desk)
    clock(desk).move(minutes=5)
    receive(desk, a_post("101", "and now there is smoke coming out of it", root="100", at=desk.clock.now()))
    after = only_case(desk)
    assert (before.priority, after.priority) == ("normal", "urgent")
    assert after.due_at < before.due_at
    receive(desk, a_post("102", "hello?", root="100", at=clock(desk).move(minutes=1)))
    assert only_case(desk).priority == "urgent"
