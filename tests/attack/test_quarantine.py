"""An unreadable post is stored raw, reported, counted, shown, opened by hand, and read again once it can be read."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.blocks.base import ids
from bot.blocks.mentions import unreadable as drawn
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.drawing import draw
from bot.gateways.findings import Level
from bot.gateways.networks import x_posts
from bot.gateways.pacing import Limiter
from bot.ports import Batch, Desk, Unparsed
from bot.services.mentions import intake, unreadable
from bot.services.slack.publishing import Publisher
from handlers.doctor import findings
from handlers.watch import Watch
from handlers.workers import Clockwork
from storage import SqlStore
from tests.attack.test_odd_posts import US, X_PAGE, X_POST, as_sent, x_batch
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, LEADS, NOON, FakeNetwork, a_desk, a_post
from tests.handlers.pressing import Hands
from tests.services.doubles import BreakingStore
from tests.services.journey import clock, notices, receive, slack

POSTED = NOON - timedelta(minutes=40)
SEEN = Glimpse(author_id="901", handle="priya_k", text="my parcel <!channel> is late", url="https://x.com/priya_k/status/77", root_id="77", posted_at=POSTED, public=True)  # fmt: skip
ODD = Unparsed(b'{"id": "77"', "X sent a post whose created_at Heard does not understand.", "77", SEEN)


@dataclass
class Mending(FakeNetwork):
    """A network whose posts become readable at some time."""

    mended: bool = False
    post: Mention = field(default_factory=lambda: a_post("77", "my parcel is late", at=POSTED))

    def read_again(self, raw: bytes, known: Glimpse) -> Mention | Unparsed:
        return self.post if self.mended else Unparsed(raw, "still odd", self.post.ref.post_id, known)


@pytest.fixture
def network() -> Mending:
    return Mending()


@pytest.fixture
def desk(store: SqlStore, network: Mending) -> Desk:
    return a_desk(store, networks={("x", "42"): network})


def deliver(desk: Desk, *odd: Unparsed) -> None:
    intake.receive(desk, desk.networks["x", "42"], "mentions", Batch(unparsed=odd), desk.clock.now())


def waiting(desk: Desk) -> int:
    return desk.store.unreadable_count()[0]


def lines(desk: Desk) -> list[tuple[str, str]]:
    return [(one.verb, one.by) for one in desk.store.audit("desk") if one.verb.startswith("unreadable")]


# --- reported and counted------------------------------------------------------------------------------------


def test_it_is_said_once_in_the_leads_channel_with_what_can_be_read(desk: Desk) -> None:
    deliver(desk, ODD, ODD)
    deliver(desk, ODD)
    for _ in range(3):
        unreadable.tell_unreadable(desk, clock(desk).move(hours=1))
    [(channel, sentence)] = notices(desk)
    assert channel == LEADS
    assert sentence.startswith(
        "1 post that came in could not be read, so nobody is asked to answer it. X, from @priya_k,"
    )
    assert "2 Mar 11:20 UTC: “my parcel <!channel> is late”." in sentence


def test_what_is_told_of_it_notifies_nobody_and_offers_the_list(desk: Desk) -> None:
    deliver(desk, ODD)
    unreadable.tell_unreadable(desk, desk.clock.now())
    [telling] = desk.store.to_tell(desk.clock.now(), 10)
    message, _ = draw(desk, telling, desk.clock.now()) or pytest.fail("nothing is drawn")
    said = json.dumps([message.text, list(message.blocks)])
    assert "<!channel>" not in said
    assert ids.UNREADABLE_LIST in said


def test_what_was_told_of_it_says_so_once_nothing_waits(desk: Desk) -> None:
    deliver(desk, ODD)
    deliver(desk, replace(ODD, raw=b"another", post_id="another"))
    unreadable.tell_unreadable(desk, desk.clock.now())
    Hands(desk).publish()
    unreadable.leave_out(desk, 1, by=ANA, at=NOON)
    Hands(desk).publish()
    assert "[ Show them ]" in read(next(iter(slack(desk).messages.values())))
    unreadable.leave_out(desk, 2, by=ANA, at=NOON)
    Hands(desk).publish()
    [said] = [read(one) for one in slack(desk).messages.values()]
    assert said == "Since 12:00 UTC no post that could not be read waits for anybody."


def test_many_at_once_are_one_notice_with_a_count(desk: Desk) -> None:
    for number in range(500):
        deliver(desk, replace(ODD, raw=b"%d" % number, post_id=str(number)))
        unreadable.tell_unreadable(desk, clock(desk).move(seconds=1))
    said = [sentence for _, sentence in notices(desk)]
    assert len(said) == 1
    unreadable.tell_unreadable(desk, clock(desk).move(minutes=10))
    assert notices(desk)[1][1].startswith("499 posts that came in could not be read")
    assert notices(desk)[1][1].count("@priya_k") == unreadable.TOLD
    assert "And 496 more." in notices(desk)[1][1]


@pytest.mark.parametrize("seen", [replace(SEEN, public=False), replace(SEEN, public=False, handle="")])
def test_words_that_may_be_private_are_shown_in_no_channel(desk: Desk, seen: Glimpse) -> None:
    deliver(desk, replace(ODD, glimpse=seen))
    unreadable.tell_unreadable(desk, desk.clock.now())
    shown = drawn.listed(desk.store.unreadables(8), 1, {}, NOON, desk.secret)
    for said in (notices(desk)[0][1], read(shown), shown.text):
        assert "parcel" not in said
        assert "priya" not in said
    assert "may be private" in read(shown)


def test_status_and_doctor_count_it_until_somebody_has_decided(desk: Desk) -> None:
    deliver(desk, ODD)
    hands = Hands(desk)
    assert "1 post could not be read" in hands.command("status")["text"]
    [trouble] = [one for one in findings(desk, Watch(desk, list, list)) if one.level == Level.BAD]
    assert "1 post that came in could not be read, the first on 2 Mar 12:00 UTC" in trouble.what
    unreadable.leave_out(desk, 1, by=ANA, at=NOON)
    assert "could not be read" not in hands.command("status")["text"]
    assert [one for one in findings(desk, Watch(desk, list, list)) if one.level == Level.BAD] == []
    assert lines(desk) == [("unreadable_left_out", ANA)]


def delete(desk: Desk, post_id: str = "77") -> None:
    intake.receive(desk, desk.networks["x", "42"], "mentions", Batch(deletions=(post_id,)), desk.clock.now())


def kept(desk: Desk) -> tuple[bytes, str]:
    one = desk.store.unreadable(1)
    return one.raw, one.glimpse.text


def test_one_that_its_author_deletes_is_forgotten_and_waits_for_nobody(desk: Desk, network: Mending) -> None:
    deliver(desk, ODD)
    delete(desk)
    assert kept(desk) == (b"", "")
    network.mended = True
    assert unreadable.look_again(desk, desk.clock.now()) == 1
    assert (waiting(desk), desk.store.mention_of("x", "77")) == (0, None)
    assert lines(desk) == [("unreadable_deleted", "desk")]


def test_an_unreadable_edit_of_a_post_that_its_author_deletes_is_forgotten(desk: Desk) -> None:
    receive(desk, a_post("77", "my parcel is late"))
    deliver(desk, replace(ODD, is_edit=True))
    delete(desk)
    assert kept(desk) == (b"", "")
    unreadable.look_again(desk, clock(desk).move(hours=2))
    assert waiting(desk) == 0


def test_one_that_was_deleted_cannot_be_opened_by_hand(desk: Desk) -> None:
    deliver(desk, ODD)
    delete(desk)
    with pytest.raises(Outdated, match="settled this one already"):
        unreadable.open_case(desk, 1, by=ANA, at=NOON)


def test_the_log_names_ids_only(desk: Desk, caplog) -> None:
    deliver(desk, ODD)
    assert "intake.unreadable network=x account=42 post=77" in caplog.text
    assert "parcel" not in caplog.text
    assert "priya" not in caplog.text


# --- by hand ------------------------------------------------------------------------------------------------


def test_it_is_opened_as_a_case_whose_promise_counts_from_the_post(desk: Desk) -> None:
    deliver(desk, ODD)
    hands = Hands(desk)
    assert "priya_k" in hands.command("unreadable")["text"]
    value = ids.button_value(ids.UNREADABLE, 1, 0, desk.secret)
    assert "Every post that came in could be read" in hands.press(ids.UNREADABLE_OPEN, value)
    case = desk.store.case(1)
    assert case.promise is not None
    assert (case.promise.started_at, case.author.handle, case.private) == (POSTED, "priya_k", False)
    assert desk.store.mentions(1)[0].text == SEEN.text
    assert lines(desk) == [("unreadable_opened", ANA)]


def test_a_second_press_opens_no_second_case(desk: Desk) -> None:
    deliver(desk, ODD)
    first = unreadable.open_case(desk, 1, by=ANA, at=NOON)
    assert unreadable.open_case(desk, 1, by=BEN, at=NOON) == first
    with pytest.raises(Outdated):
        unreadable.leave_out(desk, 1, by=BEN, at=NOON)
    assert len(lines(desk)) == 1


def test_the_post_that_comes_after_all_opens_no_second_case(desk: Desk) -> None:
    deliver(desk, ODD)
    unreadable.open_case(desk, 1, by=ANA, at=NOON)
    assert receive(desk, a_post("77", "my parcel is late", at=POSTED)) == 0


@pytest.mark.parametrize("seen", [Glimpse(), replace(SEEN, public=False, posted_at=None)])
def test_with_nothing_certain_the_case_is_private_and_counts_from_when_it_came(desk: Desk, seen: Glimpse) -> None:
    deliver(desk, Unparsed(b"?", "odd", "", seen))
    case = unreadable.open_case(desk, 1, by=ANA, at=clock(desk).move(minutes=5))
    assert case.promise is not None
    assert (case.private, case.promise.started_at) == (True, NOON)


def test_a_post_of_our_own_is_no_case(desk: Desk) -> None:
    deliver(desk, replace(ODD, glimpse=replace(SEEN, ours=True)))
    with pytest.raises(NotUsable, match="Our own account"):
        unreadable.open_case(desk, 1, by=ANA, at=NOON)
    unreadable.leave_out(desk, 1, by=ANA, at=NOON)
    unreadable.leave_out(desk, 1, by=ANA, at=NOON)
    with pytest.raises(Outdated, match=f"<@{ANA}>"):
        unreadable.open_case(desk, 1, by=BEN, at=NOON)


def test_a_forged_button_opens_nothing(desk: Desk) -> None:
    deliver(desk, ODD)
    hands = Hands(desk)
    for action in (ids.UNREADABLE_OPEN, ids.UNREADABLE_LEAVE):
        hands.press(action, "unreadable.1.0.0000000000000000")
        hands.press(action, ids.button_value(ids.CASE, 1, 0, desk.secret))
    assert waiting(desk) == 1


# --- read again ---------------------------------------------------------------------------------------------


def test_when_the_network_mends_it_is_taken_in_once_and_kept_as_settled(
    desk: Desk, network: Mending, store: SqlStore
) -> None:
    deliver(desk, ODD)
    assert unreadable.look_again(desk, NOON) == 0
    network.mended = True
    later = clock(desk).move(hours=1, minutes=1)
    assert [unreadable.look_again(desk, later) for _ in range(2)] == [1, 0]
    case = desk.store.case(1)
    assert case.promise is not None
    assert case.promise.started_at == POSTED
    assert receive(desk, network.post) == 0
    assert store.engine.rows("SELECT settled_as, case_id FROM quarantine") == [("read_again", 1)]
    assert lines(desk) == [("unreadable_read_again", "desk")]


def test_every_start_tries_all_of_them_again(desk: Desk, network: Mending) -> None:
    deliver(desk, ODD)
    unreadable.look_again(desk, NOON)
    network.mended = True
    assert unreadable.look_again(desk, clock(desk).move(minutes=1)) == 0
    desk.store.look_at_all_unreadables()
    assert unreadable.look_again(desk, desk.clock.now()) == 1


def test_one_that_came_in_a_readable_shape_since_is_settled(desk: Desk, store: SqlStore) -> None:
    deliver(desk, ODD)
    receive(desk, a_post("77", "my parcel is late", at=POSTED))
    assert unreadable.look_again(desk, NOON) == 1
    assert store.engine.rows("SELECT settled_as, case_id FROM quarantine") == [("came_again", 1)]


def test_an_edit_that_is_readable_later_changes_its_post_unless_a_newer_one_did(desk: Desk, network: Mending) -> None:
    receive(desk, a_post("77", "my parcel is late", at=POSTED))
    clock(desk).move(minutes=1)
    deliver(desk, replace(ODD, is_edit=True))
    network.mended, network.post = True, a_post("77", "my parcel came, thanks", at=POSTED)
    later = clock(desk).move(minutes=5)
    newer = a_post("77", "newest words", at=POSTED)
    assert unreadable.look_again(desk, later) == 1
    assert desk.store.mentions(1)[0].text == "my parcel came, thanks"
    intake.receive(desk, network, "mentions", Batch(edits=(newer,)), clock(desk).move(minutes=1))
    desk.store.quarantine("x", "42", replace(ODD, is_edit=True, raw=b"older"), NOON)
    desk.store.look_at_all_unreadables()
    unreadable.look_again(desk, clock(desk).move(minutes=1))
    assert desk.store.mentions(1)[0].text == "newest words"


def test_more_broken_ones_than_a_look_finds_do_not_stand_before_the_others(desk: Desk, network: Mending) -> None:
    for number in range(60):
        deliver(desk, replace(ODD, raw=b"%d" % number, post_id=str(1_000 + number)))
    deliver(desk, ODD)

    def choke(raw: bytes, known: Glimpse) -> Mention | Unparsed:
        if raw == ODD.raw:
            return network.post
        raise KeyError("odd")

    network.read_again = choke  # type: ignore[method-assign]
    for _ in range(4):
        unreadable.look_again(desk, clock(desk).move(hours=2))
    assert desk.store.unreadable(61).settled_as == "read_again"


def test_the_same_post_is_kept_once_and_its_newest_form_is_shown(desk: Desk, store: SqlStore) -> None:
    deliver(desk, ODD, replace(ODD, raw=b"likes: 2"), replace(ODD, raw=b"likes: 3"))
    assert [bytes(raw) for (raw,) in store.engine.rows("SELECT raw FROM quarantine")] == [b"likes: 3"]
    unreadable.leave_out(desk, 1, by=ANA, at=NOON)
    deliver(desk, replace(ODD, raw=b"likes: 4"))
    assert waiting(desk) == 0


def test_a_post_that_breaks_intake_is_shown_with_its_words_and_opens_by_hand(store: SqlStore) -> None:
    def choke(post: Mention, *_: object) -> None:
        if post.raw == b"odd":
            raise TypeError("never seen such a post")

    desk = a_desk(BreakingStore(store, add_mention=choke))  # type: ignore[arg-type]
    receive(desk, a_post("77", "my parcel is late", at=POSTED, raw=b"odd"))
    [one] = store.unreadables(10)
    assert (one.glimpse.text, one.glimpse.public, one.post_id) == ("my parcel is late", True, "77")
    case = unreadable.open_case(replace(desk, store=store), 1, by=ANA, at=NOON)
    assert case.author.id == "id-priya"


def test_a_real_post_of_x_with_an_odd_date_is_read_once_its_date_is_understood(desk: Desk) -> None:
    odd = as_sent({**X_PAGE, "data": [{**X_POST, "created_at": "yesterday"}]})
    [unparsed] = x_batch(odd).unparsed
    assert (unparsed.glimpse.handle, unparsed.glimpse.public) == ("priya_k", True)
    assert unparsed.glimpse.text.endswith("nobody answers")
    mended = unparsed.raw.replace(b"yesterday", b"2026-03-02T11:00:00Z")
    read_now = x_posts.read_again(mended, US, {}, unparsed.glimpse)
    assert isinstance(read_now, Mention)
    assert read_now.author.handle == "priya_k"
    assert isinstance(x_posts.read_again(unparsed.raw, US, {}, unparsed.glimpse), Unparsed)
    assert slack(desk) is not None


def test_a_desk_that_starts_reads_again_before_it_says_anything(desk: Desk, network: Mending) -> None:
    deliver(desk, ODD)
    network.mended = True
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw))
    clockwork.start()
    try:
        assert desk.store.unreadable(1).settled_as == "read_again"
    finally:
        clockwork.stop()
    assert notices(desk) == []
