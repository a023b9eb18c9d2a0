"""The wire to X: tweepy's client on a wire that tells whether a call can have had an effect.

Answers that are no success never reach tweepy: it stumbles over bodies and headers that are not as it expects.
"""

import logging
from collections.abc import Mapping

import requests
import tweepy

from bot.gateways.networks.wire import WireSession

HOST = "https://api.twitter.com"  # tweepy knows no other address

_CHATTY = ("tweepy", "urllib3", "requests_oauthlib", "oauthlib")  # at DEBUG these print headers, keys and bodies


def make_client(secrets: Mapping[str, str], base: str, within: float) -> tweepy.Client:
    """Return tweepy's client for OAuth 1.0a, speaking to `base` (X where empty), `within` seconds a call at most.

    `secrets` are its four by tweepy's names: consumer_key, consumer_secret, access_token, access_token_secret.
    """
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    client = tweepy.Client(**secrets, return_type=requests.Response, wait_on_rate_limit=False)
    client.session = _Session(base.rstrip("/") or HOST, within)
    return client


class _Session(WireSession):
    """Puts our address in place of tweepy's before the request is signed, since the signature covers it."""

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        request.url = self.base + str(request.url).removeprefix(HOST)
        return super().prepare_request(request)
