"""The section [customers]: what is refused, each with its remedy, and what reaches the desk."""

from pathlib import Path

import pytest

from bot.gateways.customers.configured import given_of, source_faults
from tests.test_settings import LEAST, TOKENS, faults, loaded

FORBIDDEN = "which networks forbid to keep beside a handle."
CSV = '[customers]\nsource = "csv"\nfile = "crm/customers.csv"\n'


def test_the_section_reaches_the_source_with_its_file_beside_heard_toml(tmp_path: Path) -> None:
    text = LEAST + CSV + 'shows = ["plan", "last_order"]\norder_numbers = ["NW-#####"]\n'
    settings = loaded(tmp_path, text)
    given = given_of(settings)
    assert given
    assert (given.file, given.shows, given.within) == (tmp_path / "crm/customers.csv", ("plan", "last_order"), 3)
    assert settings.policy().order_numbers == ("NW-#####",)
    assert given_of(loaded(tmp_path)) is None
    at_home = given_of(loaded(tmp_path, text.replace("crm/", "~/")))
    assert at_home
    assert at_home.file == Path.home() / "customers.csv"


def test_an_address_needs_its_secret_which_is_hidden_as_the_others(tmp_path: Path) -> None:
    text = LEAST + '[customers]\nsource = "https"\nurl = "https://crm.northwind.example/heard"\n'
    assert [(one.where, one.what) for one in faults(tmp_path, text)] == [("CUSTOMERS_TOKEN", "It is not set.")]
    settings = loaded(tmp_path, text, {**TOKENS, "CUSTOMERS_TOKEN": "canary-crm"})
    given = given_of(settings)
    assert given
    assert (given.token, "canary-crm" in settings.hidden, "canary" in repr(given)) == ("canary-crm", True, False)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ('source = "csv"', ["customers.file: The source csv needs it."]),
        (
            'source = "csv"\nurl = "https://crm.northwind.example"',
            ["customers.file: The source csv needs it.", "customers.url: The source csv does not use it."],
        ),
        ('source = "nothing"', ["customers.source: No source of this name is installed."]),
        (
            'source = "csv"\nfile = "a"\nshows = ["plan", "religion", "tradeUnion"]\norder_numbers = ["NW-#"]\nwithin = 9',
            [
                "customers.order_numbers[1]: “NW-#” is no shape of an order number.",
                f"customers.shows[2]: “religion” tells of religion or belief, {FORBIDDEN}",
                f"customers.shows[3]: “tradeUnion” tells of union membership, {FORBIDDEN}",
                "customers.within: 9 is not from 1 to 5.",
            ],
        ),
        (
            'source = "csv"\nfile = "a"\nurl = "http://crm.northwind.example"',
            ["customers.url: This would send the tokens in plain sight."],
        ),
    ],
)
def test_every_fault_of_the_section_is_said_at_once(tmp_path: Path, section: str, said: list[str]) -> None:
    found = faults(tmp_path, f"{LEAST}[customers]\n{section}\n")
    assert sorted(f"{one.where}: {one.what}" for one in found) == said
    assert all(one.remedy for one in found)


def test_an_address_has_no_password_and_no_question_in_it(tmp_path: Path) -> None:
    text = LEAST + '[customers]\nsource = "https"\nurl = "https://a:b@crm.northwind.example/?key=1"\n'
    found = faults(tmp_path, text, {**TOKENS, "CUSTOMERS_TOKEN": "canary-crm"})
    assert [one.what for one in found] == ["It has a name, a password or a question in it."]


def test_a_segment_of_records_is_read_whole_and_every_fault_of_it_is_said_at_once(tmp_path: Path) -> None:
    segment = (
        '[[segments]]\nname = "advocate"\nscore_at_least = 80\napprovers = ["U0CARO0001"]\nnext_step = " Call. "\n'
    )
    (found,) = loaded(tmp_path, LEAST + CSV + segment).policy().segments
    assert (found.score_at_least, found.recorded, found.approvers) == (80, False, {"U0CARO0001"})
    assert (found.title, found.next_step) == ("Advocate", "Call.")
    wrong = segment.replace("advocate", "union_members").replace("CARO", "DEEE")
    assert [(one.where, one.what) for one in faults(tmp_path, LEAST + wrong)] == [
        ("segments[1]", "Its members come from customers' records, and there are none."),
        ("segments[1]", f"“union_members” tells of union membership, {FORBIDDEN}"),
        ("segments[1].approvers", "U0DEEE0001 is not among people.approvers."),
    ]
    over = faults(tmp_path, LEAST + CSV + segment.replace("80", "101"))
    assert [one.what for one in over] == ["101 is no customer score."]


def test_the_check_says_whether_customers_can_be_looked_up_and_asks_about_nobody(tmp_path: Path) -> None:
    settings = loaded(tmp_path, LEAST + CSV + 'shows = ["plan", "tier"]\n')
    assert [what for what, _ in source_faults(settings)] == ["The file of customers cannot be read."]
    file = tmp_path / "crm/customers.csv"
    file.parent.mkdir()
    file.write_text("orders,plan,religion\n")
    file.chmod(0o600)
    assert [what for what, _ in source_faults(settings)] == [
        "The file of customers has no column “tier”.",
        "The file of customers has a column “religion”, which tells of religion or belief.",
    ]
