"""The sources of customers: a CSV file, an address that answers in JSON, and what bounds them."""

import json
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import ClassVar

import pytest

from bot.domain.cases.customer import CustomerRecord
from bot.gateways.customers.bounded import AT_ONCE, BoundedCustomers
from bot.gateways.customers.csv_file import CsvCustomers, csv_faults
from bot.gateways.customers.https_json import HttpsCustomers
from bot.ports.customers import CustomersGiven, LookupTrouble

TABLE = """orders,network,handle,account_id,confirmed,spend,engagement,segment,plan,religion,city
NW-48213 NW-48214,x,@Priya_N,77,yes,80,64,Advocate,Gold,secret,Leeds
NW-50001,x,tom,,no,,,,Basic,secret,Hull
NW-48213,bluesky,other,,yes,101,-3,,Silver,secret,York
"""


def csv_file(tmp_path: Path, text: str = TABLE, mode: int = 0o600) -> CsvCustomers:
    file = tmp_path / "customers.csv"
    file.write_text(text, encoding="utf-8-sig")
    file.chmod(mode)
    return CsvCustomers(CustomersGiven(shows=("plan",), within=3, file=file))


def test_a_customer_in_a_csv_file_is_found_by_order_number_and_only_what_is_named_comes_out(tmp_path: Path) -> None:
    source = csv_file(tmp_path)
    priya = CustomerRecord(facts={"plan": "Gold"}, confirmed=True, spend=80, engagement=64, segment="advocate")
    assert source.by_order("nw-48214") == [priya]
    assert source.by_order("NW-48213") == [priya, CustomerRecord(facts={"plan": "Silver"}, confirmed=True)]
    assert source.by_order("NW-4821") == []


def test_a_handle_counts_only_on_its_network_and_with_the_account_id_that_the_file_has(tmp_path: Path) -> None:
    source = csv_file(tmp_path)
    assert [one.confirmed for one in source.by_handle("x", "priya_n", "77")] == [True]
    assert source.by_handle("x", "priya_n", "78") == []
    assert source.by_handle("mastodon", "priya_n", "77") == []
    assert [one.confirmed for one in source.by_handle("x", "tom", "1")] == [False]


def test_a_fact_that_tells_of_a_forbidden_trait_never_comes_out(tmp_path: Path) -> None:
    given = CustomersGiven(shows=("religion", "plan"), within=3, file=csv_file(tmp_path).given.file)
    assert [one.facts for one in CsvCustomers(given).by_order("NW-50001")] == [{"plan": "Basic"}]


def test_a_file_that_cannot_be_used_is_said_in_one_sentence(tmp_path: Path) -> None:
    assert said(csv_file(tmp_path, mode=0o644)) == (
        "The file of customers is not used: others on this machine can read it."
    )
    gone = CsvCustomers(CustomersGiven(shows=(), within=3, file=tmp_path / "nowhere.csv"))
    assert said(gone) == "The file of customers cannot be read."
    latin = csv_file(tmp_path)
    (latin.given.file or tmp_path).write_bytes("orders,plan\nNW-1,Größe\n".encode("latin-1"))
    assert said(latin) == "The file of customers is not a CSV file in UTF-8."
    assert (
        said(csv_file(tmp_path, f"orders\n{'x' * 140_000}\n")) == "The file of customers is not a CSV file in UTF-8."
    )


def test_points_are_whole_numbers_however_a_tool_writes_them(tmp_path: Path) -> None:
    rows = "NW-1,80,64.0\nNW-1,80.00,100.0\nNW-1,80.5,101.0\nNW-1,-1,1e2\n"
    found = csv_file(tmp_path, f"orders,spend,engagement\n{rows}").by_order("NW-1")
    assert [(one.spend, one.engagement) for one in found] == [(80, 64), (80, 100), (None, None), (None, None)]


def test_a_file_whose_columns_nobody_can_tell_apart_shows_nobody(tmp_path: Path) -> None:
    assert said(csv_file(tmp_path, "orders,plan\nNW-48213,Gold,Leeds\n")) == (
        "The row of this customer has other columns than the first row of the file."
    )
    assert said(csv_file(tmp_path, "orders,plan\nNW-48213\n")) == said(
        csv_file(tmp_path, "orders,plan\nNW-48213,Gold,Leeds\n")
    )
    assert said(csv_file(tmp_path, 'plan,orders\nGold,"NW-50001\nBasic, NW-48213\n')) == (
        "The file of customers is not a CSV file in UTF-8."
    )
    twice = csv_file(tmp_path, "orders,plan,plan\nNW-48213,Gold,Basic\n")
    assert said(twice) == "The file of customers has two columns “plan”."
    assert [what for what, _ in csv_faults(twice.given)] == ["The file of customers has two columns “plan”."]


def said(source: CsvCustomers) -> str:
    with pytest.raises(LookupTrouble) as trouble:
        source.by_order("NW-48213")
    return str(trouble.value)


def test_the_check_names_all_that_is_wrong_with_a_file_at_once(tmp_path: Path) -> None:
    file = csv_file(tmp_path, "network,handle,trade_union,city\n").given.file
    found = [what for what, _ in csv_faults(CustomersGiven(shows=("plan", "tier", "city"), within=3, file=file))]
    assert found == [
        "The file of customers has no column “plan”.",
        "The file of customers has no column “tier”.",
        "Nobody could be found in the file of customers.",
        "The file of customers has a column “trade_union”, which tells of union membership.",
    ]
    assert (
        csv_faults(CustomersGiven(shows=("plan",), within=3, file=csv_file(tmp_path, "orders,plan\n").given.file))
        == []
    )


class _Crm(BaseHTTPRequestHandler):
    """A system of ours that answers what a test tells it to."""

    status, body, asked = 200, b"", list[tuple[str, str]]()
    also: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Authorization"]))
        self.send_response(self.status)
        for name, value in {"Content-Length": str(len(self.body)), **self.also}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def crm() -> Iterator[tuple[HttpsCustomers, type[_Crm]]]:
    kind = type("Crm", (_Crm,), {"asked": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/heard"
    yield HttpsCustomers(CustomersGiven(shows=("plan",), within=3, url=url, token="canary")), kind
    server.shutdown()
    server.server_close()


def test_an_address_is_asked_for_one_customer_with_the_secret_in_a_header(
    crm: tuple[HttpsCustomers, type[_Crm]],
) -> None:
    source, server = crm
    told = {
        "confirmed": True,
        "spend": 80,
        "engagement": 64,
        "segment": "advocate",
        "facts": {"plan": "Gold", "x": 1},
    }
    server.body = json.dumps({"customers": [told]}).encode()
    priya = CustomerRecord(facts={"plan": "Gold"}, confirmed=True, spend=80, engagement=64, segment="advocate")
    assert source.by_order("NW-48213 &x") == [priya]
    assert source.by_handle("x", "priya_n", "77") == [priya]
    assert server.asked == [
        ("/heard?order=NW-48213+%26x", "Bearer canary"),
        ("/heard?network=x&handle=priya_n&account_id=77", "Bearer canary"),
    ]


@pytest.mark.parametrize(
    ("status", "body", "also", "sentence"),
    [
        (302, b"", {"Location": "/elsewhere"}, "The system that knows customers answered 302."),
        (404, b"{}", {}, "The system that knows customers answered 404."),
        (200, b"<html>", {}, "The system that knows customers did not answer as it should."),
        (200, b"[]", {}, "The system that knows customers did not answer as it should."),
        (200, b'{"customers": "canary"}', {}, "The system that knows customers did not answer as it should."),
        (200, b" " * 64_001, {}, "The system that knows customers did not answer."),
    ],
)
def test_an_answer_that_cannot_be_used_is_said_without_its_words_and_asked_once(
    crm: tuple[HttpsCustomers, type[_Crm]], status: int, body: bytes, also: dict[str, str], sentence: str
) -> None:
    source, server = crm
    server.status, server.body, server.also = status, body, also
    with pytest.raises(LookupTrouble) as trouble:
        source.by_order("NW-48213")
    assert (str(trouble.value), len(server.asked)) == (sentence, 1)


class _Odd:
    """A source of another package: it hangs until it is let go, or fails as nobody expects."""

    def __init__(self) -> None:
        self.goes_on = Event()

    def by_order(self, number: str) -> Sequence[CustomerRecord]:
        self.goes_on.wait(10)
        return [CustomerRecord(segment=number)]

    def by_handle(self, network: str, handle: str, author_id: str) -> Sequence[CustomerRecord]:
        raise RuntimeError(f"canary {network} {handle} {author_id}")


def test_a_source_that_hangs_ends_in_time_and_keeps_further_looks_out_until_it_goes_on() -> None:
    odd = _Odd()
    source = BoundedCustomers(odd, within=0)
    for _ in range(AT_ONCE):
        with pytest.raises(LookupTrouble, match="No answer came within 0 s"):
            source.by_order("NW-1")
    with pytest.raises(LookupTrouble, match="Other looks are under way"):
        source.by_order("NW-1")
    odd.goes_on.set()


def test_whatever_a_source_raises_is_one_sentence_without_its_words() -> None:
    with pytest.raises(LookupTrouble) as trouble:
        BoundedCustomers(_Odd(), within=5).by_handle("x", "priya", "7")
    assert str(trouble.value) == "The system that knows customers did not answer as it should."
