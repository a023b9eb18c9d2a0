"""Fixtures: a stage for each test, and an unmodified tweepy client of it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
import tweepy
from requests.adapters import HTTPAdapter

from bot.rehearsal.stage import Stage


class Elsewhere(HTTPAdapter):
    """Redirects requests for X to the stage."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request, **kwargs):
        parts = urlsplit(request.url)
        request.url = f"{self._base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        kwargs["timeout"] = 10
        return super().send(request, **kwargs)


def connect(stage: Stage, app: str = "rehearsal-app", account: str = "rehearsal-account") -> tweepy.Client:
    client = tweepy.Client(consumer_key=app, consumer_secret="a", access_token=account, access_token_secret="b")
    client.session.mount("https://api.twitter.com", Elsewhere(f"{stage.url}/x"))
    return client


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage() as running:
        yield running
        assert running.ledger()["strangers"] == []


@pytest.fixture
def rude_stage() -> Iterator[Stage]:
    """Yield a stage on which a test may make calls that X does not know."""
    with Stage() as running:
        yield running


@pytest.fixture
def x(stage: Stage) -> tweepy.Client:
    return connect(stage)


class Customers:
    """Posts on the street through its JSON routes."""

    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, text: str, handle: str = "priya_n", **more: object) -> str:
        answer = requests.post(f"{self.url}/street/posts", json={"handle": handle, "text": text, **more}, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    def fault(self, method: str, kind: str, **more: object) -> None:
        body = {"side": "x", "method": method, "kind": kind, **more}
        assert requests.post(f"{self.url}/stage/faults", json=body, timeout=10).json() == {"ok": True}


@pytest.fixture
def customers(stage: Stage) -> Customers:
    return Customers(stage.url)
