"""A machine is configured or it is not; `heard check` says where customers' words go, and what each network demands."""

from pathlib import Path

import pytest

from bot.gateways.check import Finding, Level
from bot.gateways.suggestion_findings import of_suggestions
from bot.ports.suggests import NoSuggestion
from bot.settings import Settings, SettingsFaults, load
from bot.settings.suggestions import asked_for_words, suggestion_policy

LEAST = """
[desk]
brand = "Northwind"
[slack]
channel = "C0CARE0001"
leads_channel = "C0LEADS001"
[people]
approvers = ["S0APPROVE1"]
[[accounts]]
network = "x"
handle = "@northwind"
id = "22"
[[accounts]]
network = "bluesky"
handle = "northwind.example"
id = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
"""
HERE = '[suggestions]\nurl = "http://127.0.0.1:11434/v1"\nmodel = "tiny-7b"\n'
ENV = dict.fromkeys(
    ("X_CONSUMER_KEY", "X_CONSUMER_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET", "BLUESKY_APP_PASSWORD"),
    "canary",
) | {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_APP_TOKEN": "xapp-1-a"}


def read(folder: Path, more: str = HERE, least: str = LEAST, **env: str) -> Settings:
    (folder / "heard.toml").write_text(least + more)
    return load(folder / "heard.toml", ENV | env)


def found(settings: Settings, trouble: str = "") -> list[Finding]:
    def tried(_: Settings) -> None:
        if trouble:
            raise NoSuggestion(trouble)

    return list(of_suggestions(settings, tried))


def test_without_the_section_there_is_no_machine_and_nothing_is_said_of_one(tmp_path: Path) -> None:
    settings = read(tmp_path, "")
    assert (settings.policy().suggestions, asked_for_words(settings), found(settings)) == (None, None, [])


def test_a_network_that_wants_to_approve_such_an_app_is_told_of_only_where_it_is_named(tmp_path: Path) -> None:
    left_out = read(tmp_path)
    assert suggestion_policy(left_out.config).networks == {"bluesky"}
    server, x, bluesky = found(left_out)
    assert (server.level, x.level, bluesky.level) == (Level.OK, Level.OK, Level.OK)
    assert "tiny-7b answers" in server.what
    assert "So the machine is told nothing of it." in x.what
    assert "label themselves as bots" in bluesky.what
    named = read(tmp_path, HERE + 'networks = ["x"]\n')
    assert suggestion_policy(named.config).networks == {"x"}
    assert [one.level for one in found(named)] == [Level.OK, Level.WARN, Level.OK]


def test_a_server_elsewhere_and_one_that_does_not_answer_are_warned_of(tmp_path: Path) -> None:
    settings = read(tmp_path, HERE.replace("http://127.0.0.1:11434", "https://words.example"))
    away, elsewhere, *_ = found(settings, "tiny-7b did not answer in time.")
    assert (away.level, elsewhere.level) == (Level.WARN, Level.WARN)
    assert away.what.startswith("tiny-7b did not answer in time.")
    assert "told to words.example" in elsewhere.what


def test_its_key_is_a_secret_like_the_others(tmp_path: Path) -> None:
    kept = tmp_path / "key"
    kept.write_text("sk-canary\n")
    kept.chmod(0o600)
    settings = read(tmp_path, SUGGESTIONS_KEY_FILE=str(kept))
    assert settings.secrets.suggestions_key.get_secret_value() == "sk-canary"
    assert "sk-canary" in settings.hidden
    assert "sk-canary" not in repr(settings)


def test_what_cannot_be_is_said_with_what_to_do(tmp_path: Path) -> None:
    alone = LEAST.replace("[people]", "[people]\nfour_eyes = false")
    cases = (
        (HERE, alone, "A machine's words need a second person"),
        (HERE.replace("127.0.0.1", "words.example"), LEAST, "in plain sight"),
        (HERE + 'adapter = "telepathy"\n', LEAST, "“telepathy” is none that is there."),
        (HERE + "within = 61\n", LEAST, "This is too large. The largest is 60."),
    )
    for more, least, said in cases:
        with pytest.raises(SettingsFaults) as wrong:
            read(tmp_path, more, least)
        assert any(said in f"{one.what} {one.remedy}" for one in wrong.value.faults), said
