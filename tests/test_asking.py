"""`heard init`: what it asks, and that what it writes loads without a fault."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.settings import load
from bot.settings.asking import ask_for_config

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_APP_TOKEN": "xapp-canary"}
X_SECRETS = dict.fromkeys(
    ("X_CONSUMER_KEY", "X_CONSUMER_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET"), "canary"
)
ANSWERS = {
    "What is your brand": 'North"wind \\ Söhne',
    "In which time zone": "Europe/Berlin",
    "Which Slack channel": "C0CARE0001",
    "Which channel is for leads": "",
    "Who may approve": "U0BEN00001, S0APPROVE1",
    "Who leads": "",
    "Which account on X": "@northwind",
    "And its id on X": "22",
    "Which account on Mastodon": "",
    "Which account on Bluesky": "",
    "Which account on Google Play": "",
    "Which account on Facebook": "",
    "Which account on Instagram": "",
    "When is it open": "08:00-12:00, 13:00-17:00",
    "How soon should": "45m",
}


class Person:
    """A person at the terminal, whose answers depend on the question's beginning; wrong answers first, if any."""

    def __init__(self, **_: object) -> None:
        self.questions: list[str] = []
        self.slips: dict[str, Iterator[str]] = {}

    def __call__(self, question: str, usual: str) -> str:
        self.questions.append(question)
        key = next(one for one in ANSWERS if one in question)
        return next(self.slips.get(key, iter(())), ANSWERS[key]) or usual


@pytest.fixture
def person():
    return Person()


def loaded(tmp_path, text, env=TOKENS | X_SECRETS):
    path = tmp_path / "heard.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return load(path, env)


def test_what_init_writes_loads_and_says_what_was_answered(tmp_path, person):
    settings = loaded(tmp_path, ask_for_config(person))
    policy = settings.policy()
    assert (policy.brand, policy.channel, policy.leads_channel) == ('North"wind \\ Söhne', "C0CARE0001", "C0CARE0001")
    assert policy.roster.approvers == {"U0BEN00001", "S0APPROVE1"}
    assert policy.roster.leads == frozenset()
    assert policy.hours.periods[4] == ((480, 720), (780, 1020))
    assert policy.hours.periods[5] == ()
    assert policy.hours.zone.key == "Europe/Berlin"
    assert [one.within for one in policy.turnarounds] == [timedelta(minutes=45)]
    assert [(one.handle, one.id) for one in settings.config.accounts] == [("@northwind", "22")]
    assert len(person.questions) == len(ANSWERS)


def test_an_answer_that_cannot_be_used_is_asked_again_with_the_reason(tmp_path, person):
    person.slips = {
        "In which time zone": iter(["Mars/Olympus"]),
        "Which Slack channel": iter(["#care"]),
        "Who may approve": iter(["", "ben"]),
        "And its id on X": iter(["northwind"]),
        "When is it open": iter(["nine to five"]),
        "How soon should": iter(["soon"]),
    }
    loaded(tmp_path, ask_for_config(person))
    assert len(person.questions) == len(ANSWERS) + 7
    assert any(one.startswith("There is no time zone “Mars/Olympus”.") for one in person.questions)


def test_without_a_network_there_is_no_account(tmp_path, person):
    person.slips = {"Which account on X": iter([" "]), "When is it open": iter(["always"])}
    settings = loaded(tmp_path, ask_for_config(person), TOKENS)
    assert settings.config.accounts == ()
    assert settings.policy().hours.periods[6] == ((0, 1440),)
