"""The systems that bring statements: what is refused, all at once, and what reaches the desk."""

from pathlib import Path

from bot.gateways.networks.configured import webhooks
from tests.test_settings import LEAST, TOKENS, faults, loaded

SOURCE = '[[statement_sources]]\nname = "status-page"\n'
SECRET = {"STATEMENTS_SECRET__STATUS_PAGE": "canary-" + "s" * 32}


def test_a_source_has_an_address_and_a_hidden_secret_of_its_own(tmp_path: Path) -> None:
    settings = loaded(tmp_path, f"{LEAST}{SOURCE}[webhooks]\n", TOKENS | SECRET)
    assert list(webhooks(settings)) == [("statements", "status-page")]
    assert SECRET["STATEMENTS_SECRET__STATUS_PAGE"] in settings.hidden
    assert webhooks(loaded(tmp_path)) == {}


def test_all_that_is_wrong_with_sources_is_said_at_once(tmp_path: Path) -> None:
    found = [(one.where, one.what) for one in faults(tmp_path, LEAST + SOURCE + SOURCE)]
    assert found == [
        ("statement_sources[1]", "Statements come in at the port of webhooks, and the desk listens at none."),
        ("statement_sources[2].name", "Two sources have this name."),
        ("STATEMENTS_SECRET__STATUS_PAGE", "It is not set."),
    ]
    short = TOKENS | {"STATEMENTS_SECRET__STATUS_PAGE": "secret"}
    [guessed] = faults(tmp_path, f"{LEAST}{SOURCE}[webhooks]\n", short)
    assert guessed.what == "It has fewer than 32 signs, so it could be guessed."
    named = faults(tmp_path, f'{LEAST}[[statement_sources]]\nname = "Status Page"\n[webhooks]\n')
    assert "statement_sources[1].name" in [one.where for one in named]
