# ruff: noqa: F811 - fixtures are imported by name
"""The outcome of a reply to X, for each way in which a call can end."""

import base64
import hmac
import logging
import re
import socket
import threading
from datetime import timedelta
from urllib.parse import quote, unquote

import pytest

from bot.domain.mentions.mention import PostRef
from bot.ports.network import NotSent, OutcomeLost, Sent
from tests.gateways.x_server import (
    NOON,
    Answer,
    Request,
    Server,
    Start,
    is_silent,
    resets,
    says,
    snowflake,
    start,  # noqa: F401 - a fixture
    whole,
    x_at,
)

TARGET = PostRef("x", "900", snowflake(NOON))
MADE = {"data": {"id": "1900000000000000001", "text": "We are sorry"}}
SHORT = 1.5  # seconds for a whole call, in tests of the timeout


def problem(status: int, detail: str, **headers: str) -> Answer:
    return says(status, {"title": "Problem", "detail": detail, "type": "about:blank", "status": status}, **headers)


def reply(server: Server, timeout: float = 8.0, text: str = "We are sorry") -> Sent | NotSent | OutcomeLost:
    return x_at(server.url, timeout=timeout).reply(TARGET, text, "key-1")


def test_a_reply_goes_out_once_under_the_post_it_answers_and_says_where_it_is(start: Start) -> None:
    server = start(says(201, MADE))
    assert reply(server) == Sent(MADE["data"]["id"], "https://x.com/Northwind/status/1900000000000000001")
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/2/tweets")
    assert request.json == {"text": "We are sorry", "reply": {"in_reply_to_tweet_id": TARGET.post_id}}
    assert request.headers["authorization"].startswith("OAuth ")


def test_the_signature_is_made_for_the_address_that_is_called(start: Start) -> None:
    server = start(says(201, MADE))
    reply(server)
    (request,) = server.requests
    said = dict(re.findall(r'(oauth_\w+)="([^"]*)"', request.headers["authorization"]))
    signature = unquote(said.pop("oauth_signature"))
    signed = "&".join(f"{name}={value}" for name, value in sorted(said.items()))
    parts = "&".join(quote(part, safe="") for part in ("POST", f"{server.url}/2/tweets", signed))
    made = hmac.new(b"canary-cs-2f0e&canary-as-4f0e", parts.encode(), "sha1").digest()
    assert base64.b64encode(made).decode() == signature


def slowly(server: Server, wire: socket.socket, _request: Request) -> None:
    """Answer with a success, one byte every 20 ms."""
    answer = whole(201, {"data": MADE["data"], "padding": "x" * 400})
    head = answer.index(b"\r\n\r\n") + 4
    wire.sendall(answer[:head])
    for at in range(head, len(answer)):
        if server.over.wait(0.02):
            return
        wire.sendall(answer[at : at + 1])


def slowly_from_the_first_header(server: Server, wire: socket.socket, _request: Request) -> None:
    for byte in whole(201, MADE, X_Padding="x" * 400):
        if server.over.wait(0.02):
            return
        wire.sendall(bytes([byte]))


def slowly_in_chunks(server: Server, wire: socket.socket, _request: Request) -> None:
    wire.sendall(b"HTTP/1.1 201 Made\r\nTransfer-Encoding: chunked\r\n\r\n")
    for byte in whole(201, {"data": MADE["data"], "padding": "x" * 400}).partition(b"\r\n\r\n")[2]:
        if server.over.wait(0.02):
            return
        wire.sendall(b"1\r\n%c\r\n" % byte)
    wire.sendall(b"0\r\n\r\n")


def endlessly(server: Server, wire: socket.socket, _request: Request) -> None:
    wire.sendall(b'HTTP/1.1 201 Made\r\n\r\n{"data":{"id":"1900000000000000001"},"padding":"')
    while not server.over.is_set():
        wire.sendall(b"x" * 65536)


def breaks_off(_server: Server, wire: socket.socket, _request: Request) -> None:
    wire.sendall(whole(201, MADE)[:-9])


def breaks_off_when_refusing(_server: Server, wire: socket.socket, _request: Request) -> None:
    wire.sendall(whole(403, {"detail": "You are not allowed to create a Tweet with duplicate content."})[:-30])


NOBODY_KNOWS: dict[str, Answer] = {
    "it never answers": is_silent,
    "it breaks the connection after it posted": resets,
    "its answer breaks off": breaks_off,
    "its refusal breaks off, and may be the one about duplicates": breaks_off_when_refusing,
    "its yes is not JSON": says(201, '{"data": {"id": '),
    "its yes is a page for people": says(200, "<html>Hold on</html>", Content_Type="text/html"),
    "its yes is a list": says(201, "[]"),
    "its yes holds no id": says(201, {"data": {"text": "We are sorry"}}),
    "its yes holds an id that is none": says(201, {"data": {"id": "../1"}}),
    "it says 500": problem(500, "Oh"),
    "it says 502 in HTML": says(502, "<html>Bad gateway</html>"),
    "it says 503": problem(503, "Over capacity"),
    "it says 504 with nothing": says(504),
    "it sends us elsewhere": says(307, b"", Location="http://127.0.0.1:9/2/tweets"),
    "it says something unheard of": problem(409, "Conflict"),
}
DUPLICATE = problem(403, "You are not allowed to create a Tweet with duplicate content.")


@pytest.mark.parametrize("answer", NOBODY_KNOWS.values(), ids=NOBODY_KNOWS)
def test_when_x_may_have_posted_nobody_knows_and_it_is_asked_only_once(start: Start, answer: Answer) -> None:
    server = start(answer)
    assert isinstance(reply(server, timeout=SHORT if answer is is_silent else 8.0), OutcomeLost)
    assert len(server.requests) == server.connections == 1


def test_a_duplicate_may_be_our_own_reply_where_x_cannot_be_read_and_is_posted_only_once(start: Start) -> None:
    server = start(DUPLICATE)  # and what is read is refused the same way
    assert isinstance(reply(server), OutcomeLost)
    assert [request.method for request in server.requests] == ["POST", "GET"]


@pytest.mark.parametrize("answer", [slowly, slowly_from_the_first_header, slowly_in_chunks])
def test_a_yes_that_takes_longer_than_a_call_may_is_given_up(start: Start, answer: Answer) -> None:
    server = start(answer)  # with more time it would be a success
    assert isinstance(reply(server, timeout=SHORT), OutcomeLost)
    assert len(server.requests) == 1


def test_a_body_without_end_is_given_up(start: Start) -> None:
    server = start(endlessly)
    assert isinstance(reply(server, timeout=30), OutcomeLost)
    assert len(server.requests) == 1


def test_a_yes_of_more_than_ten_megabytes_is_not_read(start: Start) -> None:
    server = start(says(201, {"data": MADE["data"], "padding": "x" * (10 * 1024 * 1024)}))
    assert isinstance(reply(server, timeout=30), OutcomeLost)


def test_a_redirect_to_another_host_is_not_followed(start: Start) -> None:
    other = start(says(201, MADE))
    server = start(says(308, b"", Location=other.url + "/2/tweets"))
    assert isinstance(reply(server), OutcomeLost)
    assert other.connections == 0


TYPES = "https://api.twitter.com/2/problems/"
REFUSED: dict[str, tuple[Answer, str, bool]] = {
    "400": (problem(400, "Your reply tweet ID is invalid."), "may be gone", False),
    "400 that breaks off": (lambda _s, wire, _r: wire.sendall(whole(400, "x" * 99)[:-9]), "may be gone", False),
    "401": (problem(401, "Unauthorized"), "keys", False),
    "402": (problem(402, "CreditsDepleted"), "credit", False),
    "403 revoked": (problem(403, "You are not permitted to perform this action."), "rights", False),
    "403 in HTML": (says(403, "<html>No</html>"), "rights", False),
    "403 deleted": (
        problem(403, "You attempted to reply to a Tweet that is deleted or not visible to you."),
        "deleted",
        False,
    ),
    "403 not summoned": (
        problem(
            403,
            "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged "
            "by the author of the post you are replying to.",
        ),
        "by hand",
        True,
    ),
    "403 limited": (problem(403, "Replies to this conversation are limited by its author."), "by hand", True),
    "404": (problem(404, "Not found"), "deleted", False),
    "413": (says(413, "<html>Too large</html>"), "large", False),
    "422": (problem(422, "Unprocessable"), "no clear reason", False),
    "403 not enrolled": (
        says(403, {"title": "Client Forbidden", "reason": "client-not-enrolled", "type": f"{TYPES}client-forbidden"}),
        "no plan",
        False,
    ),
    "403 user not enrolled, in a list": (
        says(403, {"errors": [{"reason": "user-not-enrolled", "type": f"{TYPES}client-forbidden"}]}),
        "no plan",
        False,
    ),
    "429 capped for the month": (
        says(429, {"title": "UsageCapExceeded", "period": "Monthly", "type": f"{TYPES}usage-capped"}),
        "for this month",
        False,
    ),
    "429 capped for the day": (
        says(429, {"title": "Capped", "period": "Daily", "type": f"{TYPES}usage-capped"}),
        "for today",
        False,
    ),
    "429 capped, by its title alone": (says(429, {"title": "UsageCapExceeded"}), "for now", False),
    "403 without credit": (says(403, {"title": "Forbidden", "type": f"{TYPES}credits"}), "credit", False),
    "429": (problem(429, "Too many requests"), "slow down", False),
}


@pytest.mark.parametrize(("answer", "word", "by_hand"), REFUSED.values(), ids=REFUSED)
def test_what_x_refuses_is_certainly_not_sent_and_says_why(
    start: Start, answer: Answer, word: str, by_hand: bool
) -> None:
    server = start(answer)
    outcome = reply(server)
    assert isinstance(outcome, NotSent)
    assert word in outcome.why
    assert outcome.by_hand is by_hand
    assert len(server.requests) == 1


QUARTER = timedelta(minutes=15)
NOON_S = int(NOON.timestamp())
WAITS: dict[str, tuple[dict[str, str], timedelta]] = {
    "until a moment": ({"x_rate_limit_reset": str(NOON_S + 300)}, timedelta(minutes=5)),
    "until a moment just past": ({"x_rate_limit_reset": str(NOON_S - 2)}, timedelta(minutes=1)),
    "until long ago": ({"x_rate_limit_reset": "-1000000000"}, timedelta(minutes=1)),
    "for 30 years": ({"x_rate_limit_reset": str(NOON_S + 10**9)}, QUARTER),
    "until nonsense": ({"x_rate_limit_reset": "soon"}, QUARTER),
    "without a word": ({}, QUARTER),
    "for seconds": ({"retry_after": "90"}, timedelta(seconds=90)),
    "for 10^9 seconds": ({"retry_after": "1000000000"}, QUARTER),
    "for negative seconds": ({"retry_after": "-5"}, timedelta(minutes=1)),
    "until a date": ({"retry_after": "Sun, 22 Nov 2026 12:02:00 GMT"}, timedelta(minutes=2)),
    "by a clock that is not told": ({"x_rate_limit_reset": str(NOON_S + 300), "Date": "today"}, QUARTER),
}


@pytest.mark.parametrize(("headers", "wait"), WAITS.values(), ids=WAITS)
def test_asked_to_slow_down_it_says_for_how_long_within_a_day(
    start: Start, headers: dict[str, str], wait: timedelta
) -> None:
    outcome = reply(start(problem(429, "Too many requests", **headers)))
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == wait


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_refused_connection_is_certainly_not_sent() -> None:
    outcome = x_at(f"http://127.0.0.1:{free_port()}").reply(TARGET, "We are sorry", "key-1")
    assert outcome == NotSent("X could not be reached.")


def test_a_name_that_is_not_found_is_certainly_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    assert x_at("http://x.invalid").reply(TARGET, "We are sorry", "key-1") == NotSent("X could not be reached.")


def test_a_server_too_busy_to_take_the_connection_is_certainly_not_sent() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:
            one.settimeout(0)
            one.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        outcome = x_at(url, timeout=SHORT).reply(TARGET, "We are sorry", "key-1")
        for one in waiting:
            one.close()
    assert outcome == NotSent("X could not be reached.")


def test_a_failed_handshake_is_certainly_not_sent(start: Start) -> None:
    server = start(says(201, MADE))  # speaks no TLS
    outcome = x_at(server.url.replace("http:", "https:")).reply(TARGET, "We are sorry", "key-1")
    assert outcome == NotSent("X could not be reached.")
    assert server.requests == []


def test_a_silent_handshake_is_certainly_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        outcome = x_at(url, timeout=SHORT).reply(TARGET, "We are sorry", "key-1")
    assert outcome == NotSent("X could not be reached.")


def test_a_connection_broken_before_the_request_was_read_is_not_tried_again() -> None:
    accepted = []

    def break_each(listener: socket.socket) -> None:
        while True:
            try:
                wire, _ = listener.accept()
            except OSError:
                return
            accepted.append(wire.recv(1))
            resets(None, wire, None)  # type: ignore[arg-type]
            wire.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=break_each, args=(listener,), daemon=True)
        thread.start()
        outcome = x_at(f"http://127.0.0.1:{listener.getsockname()[1]}").reply(TARGET, "We are sorry", "key-1")
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)
    assert isinstance(outcome, OutcomeLost)
    assert accepted == [b"P"]


def test_each_call_has_a_connection_of_its_own(start: Start) -> None:
    server = start(says(201, MADE))
    network = x_at(server.url)
    assert all(isinstance(network.reply(TARGET, f"Sorry {number}", "k"), Sent) for number in range(3))
    assert server.connections == 3


def test_the_environments_proxy_does_not_carry_a_call_that_stays_on_this_machine(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{free_port()}")
    assert isinstance(reply(start(says(201, MADE))), Sent)


def test_a_proxy_that_refuses_is_certainly_not_sent(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = start(says(407))
    for name, value in {"HTTPS_PROXY": proxy.url, "NO_PROXY": ""}.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(name.lower(), value)
    assert x_at("").reply(TARGET, "We are sorry", "key-1") == NotSent("X could not be reached.")
    assert [request.method for request in proxy.requests] == ["CONNECT"]


def test_what_is_no_post_of_x_is_not_even_tried(start: Start) -> None:
    server = start(says(201, MADE))
    assert x_at(server.url).reply(PostRef("x", "900", "abc/../1"), "Hello", "k") == NotSent(
        "This is not a post on X."
    )
    assert x_at(server.url).take_back("abc/../1") == NotSent("This is not a post on X.")
    assert server.connections == 0


def test_a_post_is_taken_back_and_one_that_is_gone_counts_as_taken_back(start: Start) -> None:
    server = start(says(200, {"data": {"deleted": True}}))
    assert x_at(server.url).take_back("77") == Sent("77", "")
    assert (server.requests[0].method, server.requests[0].path) == ("DELETE", "/2/tweets/77")
    assert x_at(start(problem(404, "Not found")).url).take_back("77") == Sent("77", "")


def test_taking_back_without_a_clear_yes_is_not_called_done(start: Start) -> None:
    assert isinstance(x_at(start(says(200, "yes")).url).take_back("77"), OutcomeLost)
    assert isinstance(x_at(start(problem(401, "Unauthorized")).url).take_back("77"), NotSent)
    assert isinstance(x_at(start(problem(503, "Oh")).url).take_back("77"), OutcomeLost)


@pytest.mark.parametrize(
    ("there", "kind"),
    [
        (says(404, {"title": "Not Found"}), Sent),
        (says(200, {"errors": [{"title": "Not Found Error"}]}), Sent),
        (says(200, {"data": {"id": "77", "text": "still here"}}), NotSent),
        (resets, OutcomeLost),
        (says(200, "<html>"), OutcomeLost),
    ],
)
def test_what_x_says_it_did_not_delete_is_looked_at(start: Start, there: Answer, kind: type) -> None:
    def answer(server: Server, wire: socket.socket, request: Request) -> None:
        not_deleted = says(200, {"data": {"deleted": False}})
        (not_deleted if request.method == "DELETE" else there)(server, wire, request)

    assert isinstance(x_at(start(answer).url).take_back("77"), kind)


@pytest.mark.parametrize("answer", [says(201, MADE), problem(401, "canary"), problem(500, "Oh"), resets])
def test_no_key_and_no_words_reach_a_log_even_when_everything_is_logged(
    start: Start, answer: Answer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in (None, "tweepy", "urllib3", "requests_oauthlib", "oauthlib"):
        caplog.set_level(logging.DEBUG, logger=name)
    network = x_at(start(answer).url)
    outcome = network.reply(TARGET, "words of Dee", "key-1")
    said = caplog.text + "".join(capfd.readouterr()) + repr(outcome) + repr(network)
    assert "canary" not in said
    assert "words of Dee" not in said
    assert "OAuth " not in said


def test_an_address_that_is_none_is_refused_at_once() -> None:
    for address in ("127.0.0.1:80", "ftp://127.0.0.1", "http://"):
        with pytest.raises(ValueError, match="X_API_URL"):
            x_at(address)
