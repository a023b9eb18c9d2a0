"""Good words after our answers: who is in the queue, what may be liked, and what marketing may quote."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.blocks.light_lane.thank_you import thank_you_queue
from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.cases.same_person import HowKnown
from bot.domain.do_not_feed.aside import AsideKind
from bot.domain.light_lane.light_mention import words_mark
from bot.domain.light_lane.thank_you import LikeState, ThankYouState
from bot.domain.mentions.mention import Mention, PostRef
from bot.domain.triage.triage import Kind
from bot.ports import Batch, Desk, Message, NotSent, OutcomeLost
from bot.services.cases import casework
from bot.services.do_not_feed.two_people import put_aside
from bot.services.light_lane import deciding, likes
from bot.services.light_lane import thank_yous as thanks
from bot.services.mentions import intake
from bot.services.triage.correcting import correct_triage
from storage import SqlStore
from tests.fakes import ANA, BEN, CARO, a_desk, a_post
from tests.services.journey import clock, delivered, everybody_is_known, notices, receive
from tests.services.light_lane.scenes import LikingNetwork
from tests.services.slack.test_publishing import publish

GOOD = "@northwind thank you so much, that was quick!"


@pytest.fixture
def network() -> LikingNetwork:
    return LikingNetwork()


@pytest.fixture
def desk(store: SqlStore, network: LikingNetwork) -> Desk:
    return a_desk(store, networks={("x", "42"): network})


def wrote(desk: Desk, post_id: str = "101", text: str = GOOD, **facts: object) -> Mention:
    """Let the customer of case 1 write under our answer, a while later."""
    clock(desk).move(minutes=5)
    receive(desk, a_post(post_id, text, **{"root": "100", "at": desk.clock.now()} | facts))  # type: ignore[arg-type]
    found = desk.store.mention_of("x", post_id)
    assert found is not None
    return found[0]


def thanked(desk: Desk) -> Mention:
    """Let the customer thank us after an answer whose promise is kept."""
    delivered(desk)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    return wrote(desk)


def queue(desk: Desk) -> list[str]:
    return [one.post.ref.post_id for one in thanks.queue_page(desk, 0, desk.clock.now()).shown]


def offered(desk: Desk, by: str = ANA) -> Mention:
    post = thanked(desk)
    thanks.offer_to_marketing(desk, post.id, by=by, at=desk.clock.now(), mark=words_mark(post.text))
    return post


def approve(desk: Desk, post: Mention, by: str = BEN, mark: str = "") -> None:
    thanks.let_marketing_quote(desk, post.id, by=by, at=desk.clock.now(), mark=mark or words_mark(post.text))


def quoted(desk: Desk) -> Mention:
    post = offered(desk)
    approve(desk, post)
    return post


def lines(desk: Desk) -> list[tuple[str, str]]:
    return [(one.verb, one.by) for one in desk.store.audit("desk") if one.verb.startswith("thank_you")]


def of_the_week(desk: Desk) -> list[str]:
    weeks = {one.week for one in (desk.store.thank_you(row) for row in range(1, 30)) if one and one.week}
    return [one.post.ref.post_id for week in weeks for one in thanks.quotes_of_week(desk, week)]


def told(desk: Desk) -> Message:
    """Return marketing's message as it stands in Slack after everything was sent."""
    publish(desk)
    (found,) = [one for one in desk.chat.messages.values() if "for marketing: week" in one.text]  # type: ignore[attr-defined]
    return found  # type: ignore[no-any-return]


# --- who is in the queue ------------------------------------------------------------------------------------


def test_good_words_after_our_answer_are_in_the_queue_once(desk: Desk) -> None:
    post = thanked(desk)
    assert queue(desk) == ["101"]
    thanks.skip(desk, post.id, by=ANA, at=desk.clock.now())
    assert queue(desk) == []
    with pytest.raises(Outdated):
        thanks.skip(desk, post.id, by=BEN, at=desk.clock.now())
    assert lines(desk) == [("thank_you_skip", ANA)]


def test_a_post_before_our_answer_or_with_a_phone_number_is_not_in_it(desk: Desk) -> None:
    receive(desk, a_post("90", "@northwind thank you!", by="tom"))
    delivered(desk)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    wrote(desk, "101", "@northwind thank you so much! +44 20 7946 0958")
    assert queue(desk) == []
    assert thanks.queue_page(desk, 0, desk.clock.now()).personal == 1


def test_praise_that_waits_in_the_light_lane_is_in_it_until_somebody_sets_it_aside(desk: Desk) -> None:
    receive(desk, a_post("700", "@northwind you are the best, love your shop", by="tom"))
    assert queue(desk) == ["700"]
    known = desk.store.mention_of("x", "700")
    assert known is not None
    deciding.set_light_aside(desk, known[0].id, by=ANA, at=desk.clock.now())
    assert queue(desk) == []


def test_a_post_that_we_hid_is_not_in_it(desk: Desk, store: SqlStore) -> None:
    post = thanked(desk)
    store.engine.run(
        """INSERT INTO hidings (case_id, mention_id, hide, state, asked_by, asked_at, stands)
        VALUES (1, :mention, 1, 'done', 'network', 0, 1)""",
        {"mention": post.id},
    )
    assert queue(desk) == []


def test_more_posts_with_personal_data_than_a_page_looks_at_do_not_end_the_list(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thanks, "READ", 2)
    thanked(desk)
    for number in range(102, 105):
        wrote(desk, str(number), "@northwind thank you so much! +44 20 7946 0958")
    page, left_out = thanks.queue_page(desk, 0, desk.clock.now()), 0
    while page.more and not page.shown:
        left_out += page.personal
        page = thanks.queue_page(desk, page.last, desk.clock.now())
    assert [one.post.ref.post_id for one in page.shown] == ["101"]
    assert left_out + page.personal == 3


def test_somebody_who_waits_for_us_on_another_network_is_not_in_it(desk: Desk) -> None:
    thanked(desk)
    receive(desk, a_post("900", "It is broken", by="priya2", ref=PostRef("street", "1", "900")))
    assert queue(desk) == ["101"]
    other = desk.store.mention_of("street", "900")
    assert other is not None
    desk.store.join_people(
        desk.store.case(1), desk.store.case(other[1]), how=HowKnown.COLLEAGUE, note="", by=ANA, at=desk.clock.now()
    )
    assert queue(desk) == []


# --- what marketing may quote -------------------------------------------------------------------------------


def test_marketing_quotes_what_one_person_offers_and_another_one_approves(desk: Desk) -> None:
    post = offered(desk)
    assert queue(desk) == []
    assert notices(desk)[-1][1].endswith("Somebody else decides with /care thanks.")
    with pytest.raises(NotYours, match="You offered this one"):
        approve(desk, post, by=ANA)
    assert of_the_week(desk) == []
    approve(desk, post)
    assert of_the_week(desk) == ["101"]
    assert "that was quick!" in told(desk).text
    with pytest.raises(Outdated, match="decided on this one already"):
        approve(desk, post, by=CARO)
    assert lines(desk) == [("thank_you_offer", ANA), ("thank_you_approve", BEN)]


def test_what_somebody_else_offered_is_shown_first_and_the_others_are_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thanks, "OFFERED", 2)
    thanked(desk)
    wrote(desk, "102"), wrote(desk, "103")
    for post_id, by in {"101": ANA, "102": ANA, "103": BEN}.items():
        known = desk.store.mention_of("x", post_id)
        assert known is not None
        thanks.offer_to_marketing(desk, known[0].id, by=by, at=desk.clock.now(), mark=words_mark(GOOD))
    seen = thanks.queue_page(desk, 0, desk.clock.now(), ANA)
    assert [one.post.ref.post_id for one in seen.offered] == ["103", "101"]
    assert seen.offered_later == 1
    drawn = thank_you_queue(seen, {}, desk.secret, desk.clock.now())
    assert "1 more offer waits for a second person" in drawn.text


def test_an_offer_has_the_buttons_that_its_reader_may_press_and_says_why_others_are_missing(desk: Desk) -> None:
    offered(desk, BEN)
    everybody_is_known(desk)
    stays = {ANA: [], BEN: ["Decline"], CARO: ["Marketing may quote it", "Decline"]}
    for reader, labels in stays.items():
        page = thanks.queue_page(desk, 0, desk.clock.now(), reader)
        drawn = thank_you_queue(page, {}, desk.secret, desk.clock.now())
        pressed = [
            one["text"]["text"] for block in drawn.blocks for one in block.get("elements", ()) if "value" in one
        ]
        assert [one for one in pressed if one in stays[CARO]] == labels
        assert "<!subteam" not in drawn.text.replace("&lt;", "<")
        assert ("You offered this one; somebody else has to approve it." in drawn.text) == (reader == BEN)


def test_further_offers_are_counted_in_the_message_of_the_first_while_any_waits(desk: Desk) -> None:
    post = offered(desk)
    wrote(desk, "102"), wrote(desk, "103"), wrote(desk, "104")

    def offer(post_id: str) -> None:
        known = desk.store.mention_of("x", post_id)
        assert known is not None
        thanks.offer_to_marketing(desk, known[0].id, by=BEN, at=desk.clock.now(), mark=words_mark(GOOD))

    offer("102"), offer("103")
    assert len([one for _, one in notices(desk) if "/care thanks" in one]) == 1
    assert notices(desk)[-1][1].startswith("3 good words of customers were offered to marketing since ")
    clock(desk).move(hours=2)
    offer("104")
    assert len([one for _, one in notices(desk) if "/care thanks" in one]) == 2
    for row in range(1, 30):
        if (found := desk.store.thank_you(row)) and found.state == ThankYouState.OFFERED:
            thanks.decline_offer(desk, row, by=CARO, at=desk.clock.now())
    wrote(desk, "105")
    offer("105")
    assert len([one for _, one in notices(desk) if "/care thanks" in one]) == 3
    assert post.id


def test_an_approval_is_for_the_words_that_were_shown(desk: Desk) -> None:
    post = offered(desk)
    with pytest.raises(Outdated, match="changed the post"):
        approve(desk, post, mark=words_mark("other words"))
    edit(desk)
    with pytest.raises(Outdated, match="changed the post"):
        approve(desk, desk.store.mention(post.id))
    thanks.decline_offer(desk, post.id, by=BEN, at=desk.clock.now())
    assert of_the_week(desk) == []


def test_a_decline_that_comes_after_the_approval_changes_nothing(desk: Desk) -> None:
    post = quoted(desk)
    with pytest.raises(Outdated, match="decided on this one already"):
        thanks.decline_offer(desk, post.id, by=CARO, at=desk.clock.now())
    assert of_the_week(desk) == ["101"]


def edit(desk: Desk) -> None:
    now = desk.clock.now()
    intake.take_in_edit(desk, a_post("101", "@northwind thank you very much!", root="100", at=now), now)


def delete(desk: Desk) -> None:
    intake.receive(desk, desk.networks["x", "42"], "mentions", Batch(deletions=("101",)), desk.clock.now())


def complain(desk: Desk) -> None:
    wrote(desk, "102", "It is broken again and nobody answers @northwind")


def put_troll_aside(desk: Desk) -> None:
    complain(desk)
    now = desk.clock.now()
    put_aside(desk, 1, by=ANA, at=now, reason="Bait", until=now + timedelta(days=7), kind=AsideKind.TROLL)


def take_off(desk: Desk) -> None:
    thanks.take_quote_back(desk, row_of(desk), by=ANA, at=desk.clock.now())


def erase(desk: Desk) -> None:
    now = desk.clock.now()
    desk.store.erase_posts("x", "id-priya", now, now, 1)


def row_of(desk: Desk) -> int:
    return next(row for row in range(1, 30) if desk.store.thank_you(row))


def call_it_a_complaint(desk: Desk) -> None:
    correct_triage(desk, 1, by=ANA, at=desk.clock.now(), kind=Kind.COMPLAINT)


@pytest.mark.parametrize("what", [edit, delete, complain, put_troll_aside, take_off, erase, call_it_a_complaint])
def test_a_quote_leaves_marketings_message_within_a_minute_of(desk: Desk, what: Callable[[Desk], None]) -> None:
    quoted(desk)
    assert "that was quick!" in told(desk).text
    what(desk)
    deciding.tend(desk, desk.clock.now())
    assert "quick" not in str(told(desk))
    assert "Nothing of this week may be quoted now." in told(desk).text
    assert thanks.quotes_page(desk, 0).shown == []


def test_what_a_customer_who_waits_again_said_is_withdrawn_for_good_by_the_desk(desk: Desk) -> None:
    post = quoted(desk)
    complain(desk)
    deciding.tend(desk, desk.clock.now())
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    found = desk.store.thank_you(post.id)
    assert found is not None
    assert (found.state, found.decided_by) == (ThankYouState.DECLINED, "desk")
    assert lines(desk)[-1] == ("thank_you_withdraw", "desk")


def test_nothing_stays_of_an_erased_person(desk: Desk) -> None:
    post = quoted(desk)
    erase(desk)
    assert desk.store.thank_you(post.id) is None


# --- liked --------------------------------------------------------------------------------------------------


def like(desk: Desk, row: int, by: str, words: str = "") -> None:
    mark = words_mark(words or desk.store.mention(row).text)
    thanks.like_thank_you(desk, row, by=by, at=desk.clock.now(), mark=mark)


def test_a_like_is_for_the_words_that_were_shown(desk: Desk) -> None:
    post = thanked(desk)
    edit(desk)
    with pytest.raises(Outdated, match="changed the post since you were shown it"):
        like(desk, post.id, by=ANA, words=GOOD)
    assert lines(desk) == []


@pytest.mark.parametrize(("called", "says"), [(0, "before the network was called"), (1, "nobody knows whether")])
@pytest.mark.parametrize("meanwhile", [complain, edit])
def test_a_like_that_waits_is_not_given_to_other_words_or_to_somebody_who_complains_meanwhile(
    desk: Desk, network: LikingNetwork, called: int, says: str, meanwhile: Callable[[Desk], None]
) -> None:
    post = thanked(desk)
    network.like_outcomes = [OutcomeLost("No answer came.")]
    like(desk, post.id, by=ANA)
    for _ in range(called):
        deciding.tend(desk, desk.clock.now())
    meanwhile(desk)
    deciding.tend(desk, desk.clock.now())
    found = desk.store.thank_you(post.id)
    assert found is not None
    assert (found.liked, len(network.liked)) == (LikeState.NOT_LIKED, called)
    assert says in found.like_why


def test_a_like_is_given_once_whoever_presses(desk: Desk, network: LikingNetwork) -> None:
    post = thanked(desk)
    like(desk, post.id, by=ANA)
    assert thanks.carry_out_thank_you_like(desk, post.id, desk.clock.now())
    with pytest.raises(Outdated, match="likes this one already"):
        like(desk, post.id, by=BEN)
    deciding.tend(desk, desk.clock.now())
    assert network.liked == ["101"]
    assert lines(desk) == [("thank_you_like", ANA), ("thank_you_liked", ANA)]
    assert queue(desk) == ["101"]  # it can still be offered


def test_a_like_of_unknown_outcome_is_called_again_five_times_and_then_left_for_a_person(
    desk: Desk, network: LikingNetwork
) -> None:
    post = thanked(desk)
    network.like_outcomes = [OutcomeLost("No answer came.")] * 9
    like(desk, post.id, by=ANA)
    for _ in range(9):
        deciding.tend(desk, desk.clock.now())
    found = desk.store.thank_you(post.id)
    assert found is not None
    assert (found.liked, len(network.liked)) == (LikeState.NOT_LIKED, 5)
    assert "please look at the post" in found.like_why


def test_a_network_without_likes_says_so_and_a_refused_like_can_be_given_again(
    desk: Desk, network: LikingNetwork
) -> None:
    post = thanked(desk)
    network.likes = False
    with pytest.raises(NotUsable, match="does not let apps like"):
        like(desk, post.id, by=ANA)
    network.likes = True
    network.like_outcomes = [NotSent("It is too old.")]
    like(desk, post.id, by=ANA)
    assert not thanks.carry_out_thank_you_like(desk, post.id, desk.clock.now())
    like(desk, post.id, by=BEN)
    assert thanks.carry_out_thank_you_like(desk, post.id, desk.clock.now())


def test_what_was_liked_from_this_list_is_not_liked_again_from_the_light_lane(
    desk: Desk, network: LikingNetwork
) -> None:
    receive(desk, a_post("700", "@northwind you are the best, love your shop", by="tom"))
    known = desk.store.mention_of("x", "700")
    assert known is not None
    like(desk, known[0].id, by=ANA)
    with pytest.raises(Outdated, match="from the list of /care thanks"):
        likes.like(desk, known[0].id, by=BEN, at=desk.clock.now())
    thanks.carry_out_thank_you_like(desk, known[0].id, desk.clock.now())
    assert network.liked == ["700"]
