"""Bolt's own log lines while the desk opens."""

import logging

from slack_sdk import WebClient

from handlers.bolt import bolt_app


def test_a_start_with_slacks_token_in_the_environment_warns_of_nothing(monkeypatch, caplog):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-invented")
    with caplog.at_level(logging.WARNING):
        bolt_app(WebClient(), team="T0", bot_user="U0BOT", bot_id="B0BOT")
    assert caplog.messages == []
