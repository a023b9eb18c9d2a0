"""The street gateway against the make-believe street; the tests check the street's own ledger."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.domain.mentions.mention import Answerable, Mention, PostRef, Side
from bot.gateways.networks.configured import networks, on_network
from bot.gateways.networks.street import LIMIT, StreetNetwork
from bot.ports.network import Batch, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, Sent
from bot.rehearsal.launch import furnish
from bot.rehearsal.stage import Stage
from bot.rehearsal.street.posts import Hand, Where
from bot.rehearsal.street.sface import TOKEN
from bot.settings import load

POST, MESSAGE, CHANGES, KEYS = "POST /s/posts", "POST /s/messages", "GET /s/changes", "GET /s/keys/{key}"
LIKE = "PUT /s/posts/{id}/like"
SINCE = datetime(2026, 3, 2, tzinfo=UTC)
UNKNOWN = ["lost_before", "lost_after", "500", "502", "503", "500_after", "html", "bad_json", "hang"]
DONE = {"lost_after", "500_after", "bad_json"}


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage() as running:
        yield running
        assert running.ledger()["strangers"] == []  # no call that the street does not know


def connect(url: str, token: str = TOKEN, timeout: float = 8.0, **who: str) -> StreetNetwork:
    facts = {"account": "", "handle": "northwind", **who}
    return StreetNetwork(**facts, token=token, api_url=url, timeout=timeout)


@pytest.fixture
def street(stage: Stage) -> StreetNetwork:
    network = connect(f"{stage.url}/s/")
    network.verify()
    return network


def says(stage: Stage, text: str, handle: str = "priya_n", **more: Any) -> int:
    """Post on the street network as somebody, or as the brand from its phone; return the post's id."""
    author = stage.street.account(handle)
    hand = Hand.PHONE if author.id == stage.street.brand.id else Hand.CUSTOMER
    return stage.street.publish(author, text, hand=hand, **{"network": Where.STREET, **more}).id


def writes(stage: Stage, text: str, handle: str = "priya_n", hand: Hand = Hand.CUSTOMER, **more: Any) -> str:
    """Send a private message as a customer, or as the brand to them; return its id."""
    return f"m{stage.street.write_privately(stage.street.account(handle), text, hand=hand, **more).id}"


def batches(street: StreetNetwork, cursor: str = "") -> list[Batch]:
    return list(street.fetch("mentions", cursor))


def read(street: StreetNetwork, cursor: str = "") -> list[Mention]:
    return [post for batch in batches(street, cursor) for post in batch.posts]


def public(stage: Stage) -> list[str]:
    return [post["text"] for post in stage.ledger()["street"]["posts"] if post["by"] == "app" and not post["deleted"]]


def private(stage: Stage) -> list[tuple[str, str]]:
    messages = stage.ledger()["street"]["messages"]
    return [(one["with"], one["text"]) for one in messages if one["by"] == "app" and not one["deleted"]]


def likes_of(stage: Stage, number: int) -> int:
    post = stage.street.post(number)
    assert post is not None
    return stage.street.likes_of(post)


def target(post_id: int | str) -> PostRef:
    return PostRef("street", "900", str(post_id))


def test_the_rehearsals_configuration_leads_to_both_networks(stage: Stage, tmp_path: Path) -> None:
    path, env = furnish(tmp_path, stage.url, str(stage.street.brand.id))
    settings = load(path, env)
    for account in settings.config.accounts:
        assert on_network(settings, account).verify().handle == "northwind"
    assert [name for name, _ in networks(settings)] == ["recorded", "x", "street"]


def test_a_desk_that_is_configured_as_somebody_else_publishes_nothing_as_us(stage: Stage, tmp_path: Path) -> None:
    path, env = furnish(tmp_path, stage.url, "4711")
    _, *ours = networks(load(path, env)).values()
    assert [one.name for one in ours] == ["x", "street"]
    for network in ours:
        outcome = network.reply(PostRef(network.name, "4711", "100"), "Hello.", "a key")
        assert isinstance(outcome, NotSent)
        assert "and heard.toml names @northwind (id 4711)" in outcome.why
        with pytest.raises(NetworkTrouble, match="4711"):
            list(network.fetch(network.streams[0], ""))
    assert stage.ledger()["strangers"] == []


# --- reading ------------------------------------------------------------------------------------------------------


def test_who_we_are_is_known_from_the_token(street: StreetNetwork, stage: Stage) -> None:
    assert (street.account, street.handle) == (str(stage.street.brand.id), "northwind")


def test_a_wrong_token_and_another_account_are_told_in_a_sentence(stage: Stage) -> None:
    with pytest.raises(NetworkTrouble, match="STREET_TOKEN"):
        connect(f"{stage.url}/s", token="wrong").verify()
    with pytest.raises(NetworkTrouble, match=r"belongs to @northwind \(id \d+\), and heard.toml names @elsewhere"):
        connect(f"{stage.url}/s", handle="elsewhere").verify()


def test_a_complaint_is_read_with_its_author_conversation_photos_and_address(
    street: StreetNetwork, stage: Stage
) -> None:
    first = says(stage, "@northwind my parcel is <late> & wet", photos=2, lang="de")
    says(stage, "northwind is slow", handle="omar")
    third = says(stage, "@northwind hello?", reply_to=first)
    complaint, more = read(street)
    assert (complaint.text, complaint.media, complaint.language) == ("@northwind my parcel is <late> & wet", 2, "de")
    assert (complaint.author.handle, complaint.side, complaint.private) == ("priya_n", Side.THEIRS, False)
    assert complaint.answerable is Answerable.YES
    assert complaint.url == f"{stage.url}/priya_n/status/{first}"
    assert (more.ref.post_id, more.root_id, more.parent_id) == (str(third), str(first), str(first))


def test_a_private_conversation_has_a_root_of_its_own_and_is_marked(street: StreetNetwork, stage: Stage) -> None:
    says(stage, "@northwind late")
    first = writes(stage, "my order is 4471", photos=1)
    writes(stage, "mine too", "omar")
    ours = writes(stage, "Thank you", hand=Hand.PHONE)
    _, one, other, answer = read(street)
    assert (one.ref.post_id, one.private, one.media, one.side) == (first, True, 1, Side.THEIRS)
    assert one.root_id == answer.root_id != other.root_id
    assert (answer.ref.post_id, answer.side, answer.parent_id) == (ours, Side.OURS, first)
    assert one.url == f"{stage.url}/priya_n/messages/{first}"


def test_what_a_teammate_answers_on_the_phone_comes_after_what_it_answers(
    street: StreetNetwork, stage: Stage
) -> None:
    number = says(stage, "@northwind late")
    says(stage, "We are on it", handle="northwind", reply_to=number)
    assert [(post.side, post.parent_id) for post in read(street)] == [(Side.THEIRS, None), (Side.OURS, str(number))]


def test_edits_and_deletions_are_handed_on_with_the_id_the_post_always_had(
    street: StreetNetwork, stage: Stage
) -> None:
    changed, gone, message = says(stage, "@northwind teh kettle"), says(stage, "@northwind oops"), writes(stage, "no")
    (first,) = batches(street)
    stage.street.edit(changed, "@northwind the kettle")
    stage.street.delete(gone)
    stage.street.take_letter_back(int(message[1:]))
    (batch,) = batches(street, first.cursor)
    assert [(post.ref.post_id, post.text) for post in batch.edits] == [(str(changed), "@northwind the kettle")]
    assert (batch.posts, list(batch.deletions)) == ((), [str(gone), message])


def test_reading_goes_on_behind_the_cursor_and_moves_nothing_while_nothing_happens(
    street: StreetNetwork, stage: Stage
) -> None:
    assert batches(street) == []
    numbers = [says(stage, f"@northwind {number}", handle=f"c{number % 7}") for number in range(230)]
    told = batches(street)
    assert [len(batch.posts) for batch in told] == [100, 100, 30]
    assert [post.ref.post_id for batch in told for post in batch.posts] == [str(one) for one in numbers]
    assert [post.ref.post_id for post in read(street, told[1].cursor)] == [str(one) for one in numbers[200:]]
    assert batches(street, told[-1].cursor) == []


def test_what_is_said_on_x_is_not_read_here(street: StreetNetwork, stage: Stage) -> None:
    says(stage, "@northwind on X", network=Where.X)
    assert batches(street) == []


@pytest.mark.parametrize(
    "kind", ["403", "429", "500", "502", "503", "html", "lost_before", "lost_after", "bad_json", "hang"]
)
def test_trouble_while_reading_is_told_and_loses_nothing(street: StreetNetwork, stage: Stage, kind: str) -> None:
    says(stage, "@northwind late")
    stage.street.own_book.faults.plan(CHANGES, kind)
    with pytest.raises(NetworkTrouble) as trouble:
        read(street)
    assert (trouble.value.retry_after == timedelta(seconds=30)) is (kind == "429")
    assert len(read(street)) == 1


def test_a_reading_that_lags_or_repeats_loses_nothing(street: StreetNetwork, stage: Stage) -> None:
    says(stage, "@northwind late")
    stage.street.own_book.faults.plan(CHANGES, "late", value=60)
    assert batches(street) == []
    stage.street.own_book.faults.plan(CHANGES, "twice")
    assert {post.ref.post_id for post in read(street)} == {post.ref.post_id for post in read(street)}


def test_a_street_that_is_silent_and_comes_back_is_read_from_where_we_were(stage: Stage) -> None:
    street = connect(f"{stage.url}/s", timeout=0.5)
    says(stage, "@northwind one")
    (first,) = batches(street)
    stage.street.own_book.faults.plan(CHANGES, "hang", value=2, times=2)
    says(stage, "@northwind two")
    for _ in range(2):
        with pytest.raises(NetworkTrouble, match="no complete answer"):
            read(street, first.cursor)
    assert [post.text for post in read(street, first.cursor)] == ["@northwind two"]


# --- sending ------------------------------------------------------------------------------------------------------


def test_a_reply_stands_on_the_street_is_found_by_its_key_and_can_be_taken_back(
    street: StreetNetwork, stage: Stage
) -> None:
    number = says(stage, "@northwind late")
    sent = street.reply(target(number), "We are sorry", "k")
    assert isinstance(sent, Sent)
    assert sent.url == f"{stage.url}/northwind/status/{sent.post_id}"
    assert street.find_reply(target(number), "We are sorry", SINCE, "k") == sent
    (own,) = [one for one in read(street) if one.side == Side.OURS]
    assert sent.at == own.posted_at
    assert [street.take_back(sent.post_id) for _ in range(2)] == [Sent(sent.post_id, "")] * 2
    assert public(stage) == []


def test_a_statement_answers_nobody_and_its_key_proves_what_became_of_it(street: StreetNetwork, stage: Stage) -> None:
    stage.street.own_book.faults.plan(POST, "lost_before")
    assert isinstance(street.post_statement("We are down", "k"), OutcomeLost)
    assert isinstance(street.find_statement("We are down", SINCE, "k"), ProvenAbsent)
    sent = street.post_statement("We are down", "k")
    assert street.post_statement("We are down", "k") == sent == street.find_statement("We are down", SINCE, "k")
    assert public(stage) == ["We are down"]
    with pytest.raises(NetworkTrouble, match="something else under the key"):
        street.find_statement("Other words", SINCE, "k")


def test_a_like_repeated_is_one_like_and_what_is_no_public_post_is_not_liked(
    street: StreetNetwork, stage: Stage
) -> None:
    number, message = says(stage, "@northwind thank you"), writes(stage, "thank you")
    assert [street.like(target(number)) for _ in range(2)] == [Sent(str(number), "")] * 2
    assert likes_of(stage, number) == 1
    for other in (message, "9999", "no post", ""):
        assert isinstance(street.like(target(other)), NotSent)


@pytest.mark.parametrize("kind", UNKNOWN)
def test_a_like_whose_answer_is_lost_can_be_repeated(street: StreetNetwork, stage: Stage, kind: str) -> None:
    number = says(stage, "@northwind thank you")
    stage.street.own_book.faults.plan(LIKE, kind)
    assert isinstance(street.like(target(number)), OutcomeLost)
    assert street.like(target(number)) == Sent(str(number), "")
    assert likes_of(stage, number) == 1


def test_a_private_message_is_answered_privately_and_never_in_public(street: StreetNetwork, stage: Stage) -> None:
    writes(stage, "me first", "omar")
    message = writes(stage, "my order is 4471")
    sent = street.reply(target(message), "Order 4471 leaves today", "k")
    assert isinstance(sent, Sent)
    assert sent.url == f"{stage.url}/priya_n/messages/{sent.post_id}"
    assert (private(stage), public(stage)) == ([("priya_n", "Order 4471 leaves today")], [])
    assert street.find_reply(target(message), "Order 4471 leaves today", SINCE, "k") == sent
    assert street.is_our_reply(sent.post_id, target(message), "Order 4471 leaves today", "k")
    assert not street.is_our_reply("m999", target(message), "Order 4471 leaves today", "k")
    with pytest.raises(NetworkTrouble, match="something else under the key"):
        street.find_reply(target(message), "Other words", SINCE, "k")
    further = street.reply(target(sent.post_id), "Tomorrow, in fact", "k2")
    assert isinstance(further, Sent)
    assert [whom for whom, _ in private(stage)] == ["priya_n", "priya_n"]
    assert street.take_back(sent.post_id) == Sent(sent.post_id, "")
    assert private(stage) == [("priya_n", "Tomorrow, in fact")]


@pytest.mark.parametrize("kind", UNKNOWN)
@pytest.mark.parametrize("where", ["public", "private"])
def test_every_unknown_end_is_proven_by_the_key_and_one_more_try_makes_exactly_one(
    street: StreetNetwork, stage: Stage, kind: str, where: str
) -> None:
    to = target(says(stage, "@northwind late") if where == "public" else writes(stage, "late"))
    stage.street.own_book.faults.plan(POST if where == "public" else MESSAGE, kind)
    assert isinstance(street.reply(to, "We are sorry", "k"), OutcomeLost)
    found = street.find_reply(to, "We are sorry", SINCE, "k")
    assert isinstance(found, Sent) is (kind in DONE)
    assert isinstance(found, ProvenAbsent) is (kind not in DONE)
    again = street.reply(to, "We are sorry", "k")
    assert isinstance(again, Sent)
    assert found in {again, ProvenAbsent()}
    assert (len(public(stage)), len(private(stage))) == ((1, 0) if where == "public" else (0, 1))


@pytest.mark.parametrize("kind", ["twice", "late"])
def test_a_line_that_repeats_or_lags_makes_one_reply_whose_key_is_known_at_once(
    street: StreetNetwork, stage: Stage, kind: str
) -> None:
    to = target(says(stage, "@northwind late"))
    stage.street.own_book.faults.plan(POST, kind)
    sent = street.reply(to, "We are sorry", "k")
    assert street.find_reply(to, "We are sorry", SINCE, "k") == sent
    assert public(stage) == ["We are sorry"]


@pytest.mark.parametrize("kind", ["403", "refuse", "429"])
def test_what_the_street_refuses_is_not_sent(street: StreetNetwork, stage: Stage, kind: str) -> None:
    to = target(says(stage, "@northwind late"))
    stage.street.own_book.faults.plan(POST, kind)
    outcome = street.reply(to, "We are sorry", "k")
    assert isinstance(outcome, NotSent)
    assert (outcome.retry_after is not None) is (kind == "429")
    assert public(stage) == []


@pytest.mark.parametrize("kind", ["403", "429", "500", "html", "lost_before", "bad_json", "hang"])
def test_a_look_that_could_not_be_taken_proves_nothing(street: StreetNetwork, stage: Stage, kind: str) -> None:
    stage.street.own_book.faults.plan(KEYS, kind)
    to = target(says(stage, "@northwind late"))
    street.reply(to, "We are sorry", "k")
    with pytest.raises(NetworkTrouble):
        street.find_reply(to, "We are sorry", SINCE, "k")


def test_a_post_that_is_gone_cannot_be_answered(street: StreetNetwork, stage: Stage) -> None:
    number, message = says(stage, "@northwind oops"), writes(stage, "oops")
    stage.street.delete(number)
    stage.street.take_letter_back(int(message[1:]))
    for to in (number, message):
        outcome = street.reply(target(to), "We are sorry", "k")
        assert isinstance(outcome, NotSent)
        assert "not on Street any more" in outcome.why


@pytest.mark.parametrize("post_id", ["", "m", "x1", "../keys/k", "1" * 20, "m-1", "\u0663"])
def test_what_is_no_post_of_the_street_is_never_asked_for(street: StreetNetwork, stage: Stage, post_id: str) -> None:
    before = len(stage.ledger()["street"]["calls"])
    assert isinstance(street.reply(target(post_id), "We are sorry", "k"), NotSent)
    assert isinstance(street.take_back(post_id), NotSent)
    assert len(stage.ledger()["street"]["calls"]) == before


@pytest.mark.parametrize(
    "text", ["We are sorry", "\u00e9" * 500, "e\u0301" * 250, "\U0001f469\u200d\U0001f680", "a\x00b", "\ud800"]
)
def test_we_count_as_the_street_does(street: StreetNetwork, stage: Stage, text: str) -> None:
    to = target(says(stage, "@northwind late"))
    left = LIMIT - street.lengths(text)[0].count
    for filled in (text + "x" * left, text + "x" * (left + 1)):
        fits = not street.lengths(filled)[0].over
        outcome = street.reply(to, filled, f"k{fits:d}")
        assert isinstance(outcome, Sent if fits else NotSent)


def test_a_street_that_is_not_there_was_certainly_not_reached() -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
    nobody = connect(url)
    assert isinstance(nobody.reply(target(12), "We are sorry", "k"), NotSent)
    with pytest.raises(NetworkTrouble, match="could not be reached"):
        batches(nobody)


# --- answers that do not follow the documentation -----------------------------------------------------------------


@contextmanager
def odd_street(answer: object, status: int = 200) -> Iterator[StreetNetwork]:
    """Yield the network of a server that gives this answer to every call."""

    class Odd(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_DELETE = do_GET  # noqa: N815 - the server's own names

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Odd) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield connect(f"http://127.0.0.1:{server.server_port}", account="1")
        finally:
            server.shutdown()


PRIYA = {"id": "77", "handle": "priya_n", "name": "Priya N", "followers": 3}
GOOD = {"id": "12", "author": PRIYA, "text": "late", "at": "2026-03-02T12:00:00+00:00", "conversation": "12"}


def told(*posts: object) -> dict[str, object]:
    lines = [{"what": "posted", "id": "12", "post": post} for post in posts]
    return {"changes": lines, "cursor": "7", "more": False}


@pytest.mark.parametrize(
    "post",
    [None, 7, [], {}, GOOD | {"id": 12}, GOOD | {"id": "x"}, GOOD | {"author": None}, GOOD | {"text": None},
     GOOD | {"at": "noon"}, GOOD | {"at": "2026-03-02T12:00:00"}, GOOD | {"author": {"id": "77"}},
     GOOD | {"id": "m12"}],
)  # fmt: skip
def test_a_post_that_is_not_understood_is_kept_aside_and_hides_no_other(post: object) -> None:
    with odd_street(told(post, GOOD)) as street:
        (batch,) = batches(street)
    assert ([one.ref.post_id for one in batch.posts], len(batch.unparsed)) == (["12"], 1)
    assert "Street sent something" in batch.unparsed[0].why


def test_odd_facts_beside_the_words_do_not_hide_a_complaint() -> None:
    odd = GOOD | {
        "photos": -3,
        "language": None,
        "in_reply_to": 7,
        "author": PRIYA | {"followers": "many", "name": 5},
    }
    with odd_street(told(odd)) as street:
        (post,) = read(street)
    assert (post.media, post.language, post.author.followers, post.author.name) == (0, "", None, "")


def test_a_handle_cannot_lead_an_address_elsewhere() -> None:
    with odd_street(told(GOOD | {"author": PRIYA | {"handle": "../../@evil.example"}})) as street:
        (post,) = read(street)
        assert post.url == f"{street._us.site}/..%2F..%2F%40evil.example/status/12"


@pytest.mark.parametrize("answer", [b"", b"[]", b"{", {"changes": 7, "cursor": "1"}, {"changes": []}, b"\xff"])
def test_an_answer_that_is_none_is_told_as_trouble(answer: object) -> None:
    with odd_street(answer) as street:
        for ask in (lambda: batches(street), street.verify):
            with pytest.raises(NetworkTrouble, match="does not understand"):
                ask()


def test_a_street_that_promises_more_without_moving_on_is_asked_once() -> None:
    with odd_street(told() | {"more": True}) as street:
        assert batches(street, "7") == []


@pytest.mark.parametrize(
    "answer", [{}, {"post": 7}, {"post": {"id": 7}}, {"message": {"id": "m1"}}, {"post": {"id": "m1"}}, b"[]"]
)
def test_a_yes_that_cannot_be_read_is_no_yes(answer: object) -> None:
    with odd_street(answer, 201) as street:
        assert isinstance(street.reply(target(12), "We are sorry", "k"), OutcomeLost)
        with pytest.raises(NetworkTrouble):
            street.find_reply(target(12), "We are sorry", SINCE, "k")


@pytest.mark.parametrize("answer", [{}, {"code": "unknown_endpoint"}, b"<html>"])
def test_an_absence_that_somebody_else_tells_is_no_proof(answer: object) -> None:
    with odd_street(answer, 404) as street, pytest.raises(NetworkTrouble):
        street.find_reply(target(12), "We are sorry", SINCE, "k")


@pytest.mark.parametrize(("after", "wait"), [(90, 90), (999_999, 86_400)])
def test_the_wait_that_is_asked_for_is_kept_within_reason(
    stage: Stage, street: StreetNetwork, after: int, wait: int
) -> None:
    stage.street.own_book.faults.plan(CHANGES, "429", value=after)
    with pytest.raises(NetworkTrouble) as trouble:
        read(street)
    assert trouble.value.retry_after == timedelta(seconds=wait)


def test_where_no_wait_is_named_it_is_a_minute() -> None:
    with odd_street({"code": "slow_down"}, 429) as street, pytest.raises(NetworkTrouble) as trouble:
        read(street)
    assert trouble.value.retry_after == timedelta(minutes=1)


Doing = Callable[[StreetNetwork], object]


@pytest.mark.parametrize(
    "doing",
    [lambda street: street.reply(target(12), "secret words", "k"), lambda street: street.take_back("12"), batches],
)
def test_neither_words_nor_token_stand_in_a_log(doing: Doing, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    with odd_street(b"{", 200) as street, suppress(NetworkTrouble):
        doing(street)
    assert "secret words" not in caplog.text
    assert TOKEN not in caplog.text


def test_the_street_knows_the_addresses_of_its_posts_and_messages() -> None:
    street = connect("http://127.0.0.1:8/s")
    for post_id in ("17", "m4"):
        for behind in ("", "/", "?a=b", "#m", "/photo/1"):
            assert street.post_behind(street.post_url(post_id, "priya n") + behind) == post_id


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8/priya_n",
        "http://127.0.0.1:8/priya_n/status/",
        "http://127.0.0.1:8/priya_n/status/m4",
        "http://127.0.0.1:8/priya_n/messages/17",
        "http://127.0.0.1:9/priya_n/status/17",
        "https://x.com/priya_n/status/17",
        "ftp://127.0.0.1:8/priya_n/status/17",
    ],
)
def test_any_other_page_is_no_post_of_the_street(address: str) -> None:
    assert connect("http://127.0.0.1:8/s").post_behind(address) == ""
