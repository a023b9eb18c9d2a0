"""Edits and deletions of known posts, and private messages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import CaseState, CaseVerb, DraftState, DraftVerb, FactVerb
from bot.domain.cases.case import Case, Priority
from bot.domain.mentions.mention import Mention
from bot.domain.slack.telling import TellingKind
from bot.gateways.drawing import draw
from bot.ports import Batch, Delivery, Desk, NotSent, ProvenAbsent, Unparsed
from bot.services.cases import casework
from bot.services.mentions import intake
from bot.services.mentions.handed_over import take_delivery
from bot.services.replies import by_hand, review, sending
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, NOON, FakeNetwork, a_desk, a_post, our_post
from tests.services.doubles import BreakingStore, always
from tests.services.journey import (
    a_case,
    approved,
    attempt_of,
    clock,
    delivered,
    draft_of,
    everybody_is_known,
    failed,
    in_review,
    only_case,
    receive,
    send,
    slack,
    street,
    unconfirmed,
    verbs,
    waiting,
    written,
)
from tests.services.slack.test_publishing import publish


def changes(desk: Desk, *edits: Mention, gone: tuple[str, ...] = ()) -> int:
    return intake.receive(desk, street(desk), "mentions", Batch(edits=edits, deletions=gone), desk.clock.now())


def test_changed_words_take_the_place_of_the_old_ones_and_are_told(desk: Desk) -> None:
    a_case(desk)
    now = clock(desk).move(minutes=5)
    assert changes(desk, a_post("100", "Charged THREE times", media=1)) == 1
    (post,) = desk.store.mentions(1)
    assert (post.text, post.media, post.edited_at) == ("Charged THREE times", 1, now)
    assert verbs(desk) == [FactVerb.OPENED, FactVerb.POST_EDITED]


def test_a_change_told_again_changes_nothing(desk: Desk) -> None:
    a_case(desk)
    assert [changes(desk, a_post("100", "Charged THREE times")) for _ in range(2)] == [1, 0]
    assert verbs(desk).count(FactVerb.POST_EDITED) == 1


def revised(words: str, minutes: int) -> Mention:
    return replace(a_post("100", words), revised_at=NOON + timedelta(minutes=minutes))


@pytest.mark.parametrize("first", ["Charged THREE times", "Charged twice and nobody answers @northwind"])
def test_an_earlier_change_that_comes_later_brings_no_older_words_back(desk: Desk, first: str) -> None:
    a_case(desk)
    changes(desk, revised(first, 9))
    assert changes(desk, revised("Charged 3 times", 5)) == 0
    assert desk.store.mentions(1)[0].text == first
    assert changes(desk, revised("It was solved", 9), revised("never mind", 12)) == 2
    assert desk.store.mentions(1)[0].text == "never mind"


def test_an_earlier_change_changes_nothing_where_a_later_one_brought_the_post_in(desk: Desk) -> None:
    changes(desk, revised("Charged THREE times", 9))
    assert changes(desk, revised("Charged twice", 5)) == 0
    assert desk.store.mentions(1)[0].text == "Charged THREE times"


def test_of_changes_without_a_moment_the_last_one_that_comes_counts(desk: Desk) -> None:
    a_case(desk)
    assert [changes(desk, a_post("100", words)) for words in ("Charged THREE times", "Charged")] == [1, 1]


def test_a_flood_in_one_delivery_is_taken_whole_posts_before_their_changes(desk: Desk) -> None:
    posts = [a_post(str(one), "Charged twice", root="1") for one in range(120)]
    edits = [a_post(str(one), "Charged THREE times", root="1") for one in range(110)]
    batch = Batch(posts=posts, edits=edits, deletions=["119"] * 101, unparsed=(Unparsed(b"{}", "odd", "200"),))
    told = Delivery(batch=batch, key="k1", at=desk.clock.now())
    assert [take_delivery(desk, street(desk), told, desk.clock.now()) for _ in range(2)] == [230, 0]
    stored = {post.ref.post_id: post for post in desk.store.mentions(1)}
    assert (len(stored), stored["109"].text, stored["110"].text) == (120, "Charged THREE times", "Charged twice")
    assert (stored["119"].text, desk.store.unreadable_count()[0]) == ("", 1)


def test_a_post_that_comes_after_its_deletion_brings_nothing_in(desk: Desk) -> None:
    changes(desk, gone=("100",))
    odd = Unparsed(b"{}", "odd", "100")
    batch = Batch(posts=(a_post("100", "Charged twice"),), edits=(a_post("100", "Charged"),), unparsed=(odd,))
    assert intake.receive(desk, street(desk), "mentions", batch, clock(desk).move(hours=36)) == 0
    assert desk.store.mention_of(street(desk).name, "100") is None
    assert desk.store.unreadable_count()[0] == 0
    assert (
        intake.receive(
            desk, street(desk), "mentions", Batch(posts=(a_post("101", "Charged twice"),)), desk.clock.now()
        )
        == 1
    )


def test_a_deletion_before_its_post_is_remembered_for_a_week(desk: Desk) -> None:
    changes(desk, gone=("100",))
    clock(desk).move(days=8)
    changes(desk, gone=("101",))
    assert desk.store.gone_among(street(desk).name, [str(one) for one in range(90, 110)]) == {"101"}


def test_a_change_by_which_a_post_comes_to_name_us_is_a_new_complaint(desk: Desk) -> None:
    assert changes(desk, a_post("100", "Charged twice @northwind")) == 1
    assert verbs(desk) == [FactVerb.OPENED]


def test_safety_words_that_come_by_a_change_make_the_case_urgent(desk: Desk) -> None:
    a_case(desk)
    changes(desk, a_post("100", "There is smoke"))
    assert only_case(desk).priority == Priority.URGENT


SMOKE = "Charged twice, and now there is smoke @northwind"
TYPO = "Charged twice and nobody answers!! @northwind"


def ended(desk: Desk, state: CaseState) -> Case:
    """Return the case of a complaint about billing that reached this state an hour ago."""
    case = delivered(desk) if state == CaseState.PENDING else a_case(desk)
    if state in {CaseState.SOLVED, CaseState.CLOSED}:
        casework.solve(desk, case.id, by=ANA, at=NOON)
    elif state == CaseState.DISMISSED:
        casework.set_aside(desk, case.id, by=ANA, at=NOON, reason="bait", until=NOON + timedelta(days=30))
    if state == CaseState.CLOSED:
        casework.tidy(desk, clock(desk).move(days=8))
    publish(desk)
    clock(desk).move(hours=1)
    assert only_case(desk).state == state
    return only_case(desk)


def shown(desk: Desk) -> str:
    publish(desk)
    return "\n".join(read(message) for message in slack(desk).messages.values())


@pytest.mark.parametrize(
    ("state", "then"),
    [
        (CaseState.PENDING, CaseState.OPEN),
        (CaseState.SOLVED, CaseState.NEW),
        (CaseState.DISMISSED, CaseState.NEW),
    ],
)
def test_a_change_that_matters_brings_a_case_back_as_a_new_post_would(
    desk: Desk, state: CaseState, then: CaseState
) -> None:
    ended(desk, state)
    changes(desk, a_post("100", SMOKE))
    case, now = only_case(desk), desk.clock.now()
    assert (case.state, case.priority, case.due_at) == (then, Priority.URGENT, now + timedelta(minutes=15))
    assert {FactVerb.REPRIORITISED, FactVerb.POST_EDITED} <= set(verbs(desk))
    assert SMOKE in shown(desk)


def test_another_topic_that_comes_by_a_change_brings_a_solved_case_back(desk: Desk) -> None:
    receive(desk, a_post("100", "My parcel is late @northwind"))
    casework.solve(desk, 1, by=ANA, at=NOON)
    changes(desk, a_post("100", "My parcel is late and I was charged for it twice @northwind"))
    assert only_case(desk).state == CaseState.NEW


@pytest.mark.parametrize("state", [CaseState.PENDING, CaseState.SOLVED, CaseState.DISMISSED, CaseState.CLOSED])
def test_a_typo_mended_brings_nothing_back_and_is_shown(desk: Desk, state: CaseState) -> None:
    ended(desk, state)
    changes(desk, a_post("100", TYPO))
    assert (only_case(desk).state, only_case(desk).due_at, verbs(desk)[-1]) == (state, None, FactVerb.POST_EDITED)
    assert desk.store.queue() == []
    assert TYPO in shown(desk)


def test_what_a_post_said_before_brings_nothing_back_when_it_is_worded_otherwise(desk: Desk) -> None:
    receive(desk, a_post("100", "There is smoke @northwind"))
    casework.solve(desk, 1, by=ANA, at=NOON)
    changes(desk, a_post("100", "There was smoke @northwind"))
    assert only_case(desk).state == CaseState.SOLVED


def test_a_change_that_matters_on_a_closed_case_opens_one_that_follows_it(desk: Desk) -> None:
    ended(desk, CaseState.CLOSED)
    changes(desk, a_post("100", SMOKE))
    old, new = only_case(desk), desk.store.case(2)
    assert (old.state, new.state, new.follows, new.priority) == (CaseState.CLOSED, CaseState.NEW, 1, Priority.URGENT)
    assert new.due_at == desk.clock.now() + timedelta(minutes=15)
    assert [post.text for post in desk.store.mentions(2)] == [SMOKE]
    assert written(desk, 2).draft is not None
    for case in (old, desk.store.case(2)):
        telling = desk.store.card(case.id)
        assert telling is not None
        assert draw(desk, telling, desk.clock.now()) is not None
    assert verbs(desk)[-1] == FactVerb.FOLLOWED
    assert "Closed · it goes on in case 2" in shown(desk)


def test_a_change_that_matters_on_a_closed_case_goes_on_in_the_one_that_follows_it(desk: Desk) -> None:
    ended(desk, CaseState.CLOSED)
    receive(desk, a_post("101", "me again @northwind", root="100", at=desk.clock.now()))
    clock(desk).move(minutes=1)
    changes(desk, a_post("100", SMOKE))
    new = desk.store.case(2)
    assert (new.state, new.priority, verbs(desk, 2)) == (
        CaseState.NEW,
        Priority.URGENT,
        [FactVerb.OPENED, CaseVerb.AUTHOR_WROTE, FactVerb.REPRIORITISED],
    )
    assert SMOKE in shown(desk)


def test_a_draft_whose_case_comes_back_by_a_change_shows_the_changed_words(desk: Desk) -> None:
    ended(desk, CaseState.PENDING)
    written(desk, 1, text="Priya, one more thing. ^AN")
    changes(desk, a_post("100", SMOKE))
    assert (only_case(desk).state, draft_of(desk).stale) == (CaseState.OPEN, FactVerb.POST_EDITED)


def test_a_follow_up_is_drawn_anew_where_it_stands(desk: Desk) -> None:
    a_case(desk)
    receive(desk, a_post("101", "Hello?", root="100", at=NOON + timedelta(minutes=2)))
    publish(desk)
    before = slack(desk).posts
    changes(desk, a_post("101", "Hello, anybody?", root="100"))
    assert waiting(desk, TellingKind.MENTION) == [2]
    publish(desk)
    assert slack(desk).posts == before
    assert any("Hello, anybody?" in message.text for message in slack(desk).messages.values())


@pytest.mark.parametrize(
    ("edits", "gone", "why"),
    [((a_post("100", "Never mind"),), (), "post_edited"), ((), ("100",), "post_deleted")],
    ids=["changed", "deleted"],
)
def test_a_draft_whose_post_moves_is_looked_at_again(
    desk: Desk, edits: tuple[Mention, ...], gone: tuple[str, ...], why: str
) -> None:
    approved(desk)
    changes(desk, *edits, gone=gone)
    draft = draft_of(desk)
    assert (draft.state, draft.stale, draft.approval) == (DraftState.IN_REVIEW, why, None)
    send(desk)
    assert street(desk).published == []
    with pytest.raises(Outdated, match="look once more"):
        review.approve(desk, draft.id, version=draft.version, seen=draft.seen, by=BEN, at=NOON, still_right=False)
    review.approve(desk, draft.id, version=draft.version, seen=draft.seen, by=BEN, at=NOON)
    assert send(desk).draft.state == DraftState.SENT  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("edits", "gone"), [((a_post("100", "Never mind"),), ()), ((), ("100",))], ids=["changed", "deleted"]
)
def test_words_that_did_not_go_out_are_not_sent_again_over_a_post_that_moved(
    desk: Desk, edits: tuple[Mention, ...], gone: tuple[str, ...]
) -> None:
    failed(desk)
    clock(desk).move(minutes=1)
    changes(desk, *edits, gone=gone)
    with pytest.raises(Outdated, match="changed or deleted"):
        by_hand.send_again(desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert street(desk).published == []


def test_words_that_did_not_go_out_are_not_sent_again_over_an_older_post_that_came_late(desk: Desk) -> None:
    failed(desk)
    receive(desk, a_post("99", "That was hours ago", root="100", at=NOON - timedelta(hours=2)))
    assert only_case(desk).latest == draft_of(desk).seen
    with pytest.raises(Outdated, match="wrote again"):
        by_hand.send_again(desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert street(desk).published == []


@pytest.mark.parametrize("moved", [True, False])
def test_words_that_did_not_go_out_are_given_to_a_person_only_while_their_approval_stands(
    desk: Desk, moved: bool
) -> None:
    failed(desk)
    if moved:
        receive(desk, a_post("101", "Never mind", root="100", at=clock(desk).move(minutes=1)))
        with pytest.raises(Outdated, match="wrote again"):
            by_hand.hand_over(
                desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now()
            )
    else:
        by_hand.hand_over(desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert draft_of(desk).state == (DraftState.FAILED if moved else DraftState.BY_HAND)


def test_a_deletion_is_noted_once_and_what_was_said_is_forgotten(desk: Desk) -> None:
    a_case(desk)
    now = clock(desk).move(minutes=5)
    changes(desk, gone=("100",))
    changes(desk, gone=("100", "unheard of"))
    (post,) = desk.store.mentions(1)
    assert (post.deleted_at, only_case(desk).deleted_at) == (now, now)
    assert (post.text, post.raw) == ("", b"")
    assert verbs(desk) == [FactVerb.OPENED, FactVerb.POST_DELETED]


def test_an_edit_that_comes_late_brings_no_words_back(desk: Desk) -> None:
    a_case(desk)
    changes(desk, gone=("100",))
    changes(desk, a_post("100", "Charged three times"))
    assert desk.store.mentions(1)[0].text == ""


def test_our_own_words_stay_when_our_post_is_deleted(desk: Desk) -> None:
    reply = delivered(desk).draft
    assert reply is not None
    changes(desk, gone=("9000",))
    ours = [one for one in desk.store.mentions(1) if one.deleted_at]
    assert [one.text for one in ours] == [reply.text]


def test_a_reply_is_addressed_to_a_post_that_is_still_there(desk: Desk) -> None:
    a_case(desk)
    receive(desk, a_post("101", "Hello?", root="100"))
    changes(desk, gone=("101",))
    assert review.target_of(desk, only_case(desk)).ref.post_id == "100"


def test_our_own_post_that_is_changed_moves_no_case(desk: Desk) -> None:
    delivered(desk)
    before = verbs(desk)
    changes(desk, replace(our_post("9000", "Other words", to="100", root="100")))
    assert verbs(desk) == before


def test_a_change_that_cannot_be_taken_in_is_kept_aside_and_stops_no_other(store: SqlStore) -> None:
    receive(a_desk(store), a_post("100", "Charged twice"))
    desk = a_desk(BreakingStore(store, change_mention=always(RuntimeError("odd"))))  # type: ignore[arg-type]
    batch = Batch(posts=(a_post("200", "Late"),), edits=(a_post("100", "Other"),), cursor="7")
    assert intake.receive(desk, street(desk), "mentions", batch, NOON) == 1
    assert store.cursor("x", "42", "mentions")[0] == "7"
    assert store.engine.rows("SELECT post_id FROM quarantine") == [("100",)]


# --- private messages -------------------------------------------------------------------------------------------


def test_a_private_message_opens_a_case_of_its_own(desk: Desk) -> None:
    receive(desk, a_post("100", "Charged twice"), a_post("m7", "My order is 4471", root="with-priya", private=True))
    assert [(case.root_id, case.private) for case in desk.store.queue()] == [("100", False), ("with-priya", True)]


def test_private_details_may_be_asked_for_where_only_the_customer_reads(desk: Desk) -> None:
    receive(desk, a_post("100", "Late"), a_post("m7", "Late", by="omar", root="with-omar", private=True))
    words = "Please tell me your order number. ^AN"
    with pytest.raises(NotUsable, match="where everybody reads"):
        written(desk, 1, text=words)
    assert draft_of(desk, written(desk, 2, text=words).id).text == words


def test_our_answer_in_private_is_remembered_as_private(desk: Desk) -> None:
    receive(desk, a_post("m7", "Late", root="with-priya", private=True))
    written(desk, 1)
    draft = draft_of(desk)
    review.approve(desk, draft.id, version=1, seen=draft.seen, by=BEN, at=NOON)
    send(desk)
    assert [post.private for post in desk.store.mentions(1)] == [True, True]


# --- one key for one approval -----------------------------------------------------------------------------------


def test_every_attempt_of_an_approval_has_its_key_and_another_approval_another(desk: Desk) -> None:
    keys = []

    class Listening(FakeNetwork):
        def reply(self, *of: object) -> object:  # type: ignore[override]
            keys.append(of[2])
            return super().reply(*of)  # type: ignore[arg-type]

    network = Listening()
    listening = replace(desk, networks={("x", "42"): network})
    in_review(listening)
    for _ in range(2):
        draft = draft_of(desk)
        review.approve(
            listening, draft.id, version=draft.version, seen=draft.seen, by=BEN, at=clock(desk).move(minutes=1)
        )
        network.outcomes += [NotSent("X says no."), NotSent("X says no.")]
        sending.send_due(listening, desk.clock.now())
        by_hand.send_again(
            listening, draft.id, version=draft.version, attempt=attempt_of(desk), by=BEN, at=desk.clock.now()
        )
        review.submit(
            listening,
            1,
            review.Words(text="Other words. ^AN", replaces=draft.version),
            by=ANA,
            at=desk.clock.now(),
        )
    assert (keys[0], keys[2]) == (keys[1], keys[3])
    assert keys[0] != keys[2]


class Knowing(FakeNetwork):
    """A network that can prove by the key that an attempt published nothing."""

    def find_reply(self, *of: object) -> object:  # type: ignore[override]
        return super().find_reply(*of) or ProvenAbsent()  # type: ignore[arg-type]


def test_a_reply_proven_absent_waits_for_a_person_at_once_and_goes_out_once(desk: Desk) -> None:
    unconfirmed(desk)
    network = Knowing()
    sure = replace(desk, networks={("x", "42"): network})
    assert sending.check_due_outcomes(sure, clock(desk).move(seconds=30)) == 1
    assert (draft_of(desk).state, verbs(desk)[-1]) == (DraftState.FAILED, DraftVerb.ABSENT)
    sending.send_due(sure, clock(desk).move(minutes=30))
    assert network.published == []
    everybody_is_known(desk)
    by_hand.send_again(sure, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert len(network.published) == 1


def test_who_lost_our_only_answer_on_the_network_waits_for_us_again(desk: Desk) -> None:
    case = delivered(desk)
    [ours] = [one for one in desk.store.mentions(case.id) if one.side == "ours"]
    now = clock(desk).move(minutes=5)
    changes(desk, gone=(ours.ref.post_id,))
    after = desk.store.case(case.id)
    assert (case.state, after.state) == (CaseState.PENDING, CaseState.OPEN)
    assert after.promise is not None
    assert after.promise.started_at == now


def test_who_has_another_answer_of_ours_does_not_wait(desk: Desk) -> None:
    case = delivered(desk)
    [ours] = [one for one in desk.store.mentions(case.id) if one.side == "ours"]
    second = our_post("901", "And one more thing.", to="100", root="100", at=clock(desk).move(minutes=1))
    intake.receive(desk, street(desk), "own", Batch(posts=(second,)), desk.clock.now())
    changes(desk, gone=(ours.ref.post_id,))
    assert desk.store.case(case.id).state == CaseState.PENDING
