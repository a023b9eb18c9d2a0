"""X's Activity stream against the make-believe X, which is judged by X's own client models."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.mentions.mention import Side
from bot.domain.mentions.stream_pace import StreamEnd
from bot.gateways.networks.x_events import WANTED
from bot.gateways.networks.x_kind import KIND
from bot.gateways.networks.x_posts import Us
from bot.gateways.networks.x_stream import XStream
from bot.gateways.networks.x_subscriptions import AT_ONCE
from bot.ports.network_kind import AccountGiven
from bot.ports.pushes import Pushed, StreamEnded
from bot.rehearsal.stage import Stage
from bot.rehearsal.street.posts import Hand
from bot.rehearsal.street.xface import Keys

MARK = "heard-1"
LIST, ADD = "GET /2/activity/subscriptions", "POST /2/activity/subscriptions"
STREAM = "GET /2/activity/stream"


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage(keys=Keys(further={"token-northwind_uk": "northwind_uk"})) as running:
        yield running
        assert running.ledger()["strangers"] == []  # no call that X does not know


def stream(stage: Stage, *others: str, bearer: str = Keys().bearer) -> XStream:
    """Return the stream of the brand's account, and of `others`, which share its app."""
    secrets = {"consumer_key": Keys().app, "consumer_secret": "a", "access_token_secret": "b"}
    brand = stage.street.brand
    ours = [brand, *(stage.street.account(one) for one in others)]
    return XStream(
        {str(one.id): Us(str(one.id), one.handle) for one in ours},
        {
            str(one.id): {**secrets, "access_token": Keys().account if one is brand else f"token-{one.handle}"}
            for one in ours
        },
        bearer=bearer,
        api_url=f"{stage.url}/x",
        within=8.0,
    )


def says(stage: Stage, text: str, handle: str = "priya_n", **more: Any) -> int:
    author = stage.street.account(handle)
    hand = Hand.PHONE if author.id == stage.street.brand.id else Hand.CUSTOMER
    return stage.street.publish(author, text, hand=hand, **more).id


def heard(lines: Iterator[Pushed | None], count: int) -> list[Pushed]:
    """Return the next pieces of pushed."""
    found: list[Pushed] = []
    while len(found) < count:
        if (pushed := next(lines)) is not None:
            found.append(pushed)
    return found


def subscribed(stage: Stage) -> list[tuple[str, str, str]]:
    return [(one.kind, one.account, one.tag) for one in stage.street.activity.known()]


def test_what_happens_to_our_account_is_told_in_full(stage: Stage) -> None:
    one = stream(stage)
    assert one.arrange(MARK) == []
    opened: list[bool] = []
    lines = one.listen(lambda: opened.append(True))
    next(lines)
    assert opened == [True]
    complaint = says(stage, "@northwind my parcel is late")
    answer = says(stage, "We look for it.", "northwind", reply_to=complaint)
    stage.street.delete(answer)
    mention, own, gone = heard(lines, 3)
    assert mention.post
    assert (mention.post.ref.post_id, mention.post.side) == (str(complaint), Side.THEIRS)
    assert (mention.post.author.handle, mention.post.text) == ("priya_n", "@northwind my parcel is late")
    assert own.post
    assert (own.post.ref.post_id, own.post.side, own.post.parent_id) == (
        str(answer),
        Side.OURS,
        str(complaint),
    )
    assert gone == Pushed(str(stage.street.brand.id), gone=str(answer))
    one.hang_up()
    assert list(lines) == []


def test_a_reply_whose_author_x_does_not_name_is_read_in_full(stage: Stage) -> None:
    one = stream(stage)
    one.arrange(MARK)
    offer = says(stage, "New kettles are in.", "northwind")
    lines = one.listen(lambda: None)
    next(lines)
    reply = says(stage, "Mine melted.", reply_to=offer)
    found = set(heard(lines, 2))
    brand = str(stage.street.brand.id)
    assert Pushed(brand, partial=str(reply)) in found or all(pushed.post for pushed in found)
    [read] = one.read_posts(brand, [str(reply)])
    assert (read.ref.post_id, read.author.handle, read.parent_id) == (str(reply), "priya_n", str(offer))
    stage.street.delete(reply)
    assert list(one.read_posts(brand, [str(reply)])) == []
    one.hang_up()


def test_subscriptions_are_made_once_however_often_the_desk_starts(stage: Stage) -> None:
    brand = str(stage.street.brand.id)
    for _ in range(2):
        stream(stage).arrange(MARK)
        assert subscribed(stage) == [(kind, brand, MARK) for kind in WANTED]
    assert stream(stage).state() == "5 of 5 subscriptions are there. The app has 5 in all"


def test_our_surplus_ends_and_what_others_subscribed_to_stays(stage: Stage) -> None:
    activity, brand = stage.street.activity, str(stage.street.brand.id)
    now = datetime.now(UTC)
    theirs = [
        ("post.mention.create", brand, "dashboard"),
        ("post.delete", "7", "dashboard"),
        ("post.create", "7", ""),
    ]
    surplus = [("post.repost.create", brand, MARK), ("post.create", "7", MARK), ("post.mention.create", brand, MARK)]
    other_desk = [("post.create", "8", "heard-2")]
    for kind, account, tag in [*theirs, *surplus, *other_desk, ("post.create", brand, MARK)] * 2:
        activity.add({"event_type": kind, "filter": {"user_id": account}, "tag": tag}, now)
    assert stream(stage).arrange(MARK) == []
    left = subscribed(stage)
    assert [one for one in left if one[2] != MARK] == [*theirs, *other_desk] * 2
    # The mentions of somebody else's subscription serve as well, so ours are none; one of ours of each other kind.
    assert sorted(one for one in left if one[2] == MARK) == sorted((kind, brand, MARK) for kind in WANTED)


def test_two_accounts_of_one_app_share_one_stream(stage: Stage) -> None:
    one = stream(stage, "northwind_uk")
    one.arrange(MARK)
    assert len(subscribed(stage)) == 2 * len(WANTED)
    lines = one.listen(lambda: None)
    next(lines)
    says(stage, "@northwind late")
    says(stage, "@northwind_uk late")
    names = [pushed.post and pushed.post.ref.account for pushed in heard(lines, 2)]
    assert names == [str(stage.street.brand.id), str(stage.street.account("northwind_uk").id)]
    one.hang_up()


def test_keys_of_another_account_bring_in_nothing(stage: Stage) -> None:
    stage.street.account("northwind_uk")
    stranger = stage.street.account("northwind_us")
    one = XStream(
        {str(stranger.id): Us(str(stranger.id), "northwind_us")},
        {str(stranger.id): stream(stage)._secrets[str(stage.street.brand.id)]},
        bearer=Keys().bearer,
        api_url=f"{stage.url}/x",
    )
    with pytest.raises(StreamEnded, match="The X keys belong to @northwind") as ended:
        one.arrange(MARK)
    assert (ended.value.for_good, subscribed(stage)) == (True, [])


def test_an_account_whose_keys_do_not_count_is_named_and_the_others_are_told(stage: Stage) -> None:
    one = stream(stage, "northwind_us")
    assert one.arrange(MARK) == [
        "@northwind_us: X does not accept our keys. Whoever runs Heard can check the four X secrets."
    ]
    assert subscribed(stage) == [(kind, str(stage.street.brand.id), MARK) for kind in WANTED]


def test_a_third_stream_of_one_app_is_refused(stage: Stage) -> None:
    held = [stream(stage) for _ in range(2)]
    lines = [one.listen(lambda: None) for one in held]
    for one in lines:
        next(one)
    with pytest.raises(StreamEnded, match="does another desk use the same app") as ended:
        next(stream(stage).listen(lambda: None))
    assert (ended.value.end, ended.value.for_good) == (StreamEnd.TOO_MANY, False)
    for one in held:
        one.hang_up()


def test_at_the_limit_of_subscriptions_it_is_said_what_comes_in_by_reading(stage: Stage) -> None:
    stage.street.activity.most = 2
    lacking = stream(stage).arrange(MARK)
    assert [one.partition(";")[0] for one in lacking] == [
        "X does not tell us by itself of quotes of @northwind",
        "X does not tell us by itself of the posts of @northwind",
        "X does not tell us by itself of the deleted posts of @northwind",
    ]


@pytest.mark.parametrize(
    ("method", "fault", "end", "for_good"),
    [
        (LIST, "429", StreamEnd.TOO_MANY, False),
        (LIST, "403", StreamEnd.REFUSED, True),
        (LIST, "402", StreamEnd.REFUSED, True),
        (LIST, "503", StreamEnd.REFUSED, False),
        (ADD, "429", StreamEnd.TOO_MANY, False),
        (ADD, "503", StreamEnd.REFUSED, False),
    ],
)
def test_what_x_refuses_while_subscribing_is_told_apart(
    stage: Stage, method: str, fault: str, end: StreamEnd, for_good: bool
) -> None:
    stage.street.faults.plan(method, fault, times=1)
    with pytest.raises(StreamEnded) as ended:
        stream(stage).arrange(MARK)
    assert (ended.value.end, ended.value.for_good) == (end, for_good)


def test_where_x_lets_us_subscribe_to_nothing_there_is_nothing_to_listen_to(stage: Stage) -> None:
    stage.street.faults.plan(ADD, "403", times=len(WANTED))
    with pytest.raises(StreamEnded, match="X does not tell us by itself of posts that name @northwind") as ended:
        stream(stage).arrange(MARK)
    assert ended.value.for_good


def test_a_token_that_x_does_not_accept_is_named(stage: Stage) -> None:
    one = stream(stage, bearer="wrong")
    for call in (lambda: one.arrange(MARK), one.state, lambda: next(one.listen(lambda: None))):
        with pytest.raises(StreamEnded, match="X_BEARER_TOKEN") as ended:
            call()
        assert ended.value.for_good


def followed(stage: Stage) -> list[str]:
    brand = str(stage.street.brand.id)
    return [account for kind, account, tag in subscribed(stage) if kind == "post.delete" and account != brand]


def test_the_deletions_of_people_are_told_while_they_are_followed(stage: Stage) -> None:
    one = stream(stage)
    one.arrange(MARK)
    priya, lee = (str(stage.street.account(name).id) for name in ("priya_n", "lee_park"))
    assert one.follow(MARK, [priya, lee, str(stage.street.brand.id)]) == []
    assert one.follow(MARK, [priya, lee]) == []
    assert followed(stage) == [priya, lee]
    lines = one.listen(lambda: None)
    next(lines)
    for name in ("sam", "priya_n"):
        stage.street.delete(says(stage, "late", name))
    [gone] = heard(lines, 1)
    assert (gone.account, gone.gone != "") == ("", True)
    one.arrange(MARK)  # as when the stream is opened anew
    assert followed(stage) == [priya, lee]
    one.follow(MARK, [lee])
    assert followed(stage) == [lee]
    stream(stage).arrange(MARK)  # as after a restart, before it is known who waits
    assert followed(stage) == [lee]
    one.follow(MARK, [])
    assert (followed(stage), len(subscribed(stage))) == ([], len(WANTED))
    one.hang_up()


def test_people_are_followed_some_at_a_time(stage: Stage) -> None:
    people = [str(number) for number in range(1_000, 1_000 + AT_ONCE + 3)]
    one = stream(stage)
    one.follow(MARK, people)
    assert followed(stage) == people[:AT_ONCE]
    one.follow(MARK, people)
    assert followed(stage) == people


def test_where_x_lets_us_follow_nobody_it_is_said_once_and_all_else_is_told(stage: Stage) -> None:
    one = stream(stage)
    one.arrange(MARK)
    stage.street.faults.plan(ADD, "403", times=1)
    assert one.follow(MARK, ["1", "2"]) == [
        "X does not tell us by itself when customers delete their posts; X is asked about them once a day."
    ]
    assert len(subscribed(stage)) == len(WANTED)


def test_one_person_who_cannot_be_followed_keeps_nobody_else_from_it(stage: Stage) -> None:
    one = stream(stage)
    assert one.follow(MARK, ["no number", "2"]) == []
    assert followed(stage) == ["2"]


def test_each_app_has_one_stream_for_its_accounts_and_none_without_a_token() -> None:
    keys = dict.fromkeys(("X_CONSUMER_KEY", "X_CONSUMER_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET"), "canary")
    tokens = {"1": "of one app", "2": "of another", "3": "of one app", "4": ""}
    given = [
        AccountGiven(id=one, handle=f"@brand{one}", secrets=keys | ({"X_BEARER_TOKEN": token} if token else {}))
        for one, token in tokens.items()
    ]
    assert KIND.streams is not None
    assert [sorted(one.accounts) for one in KIND.streams(given)] == [["1", "3"], ["2"]]
