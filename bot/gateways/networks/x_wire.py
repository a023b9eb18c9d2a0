"""tweepy's client over our own transport, which knows whether a call can have had an effect.

tweepy gets only successful answers: it fails on unexpected bodies and headers of others.
"""

import logging
from collections.abc import Mapping

import requests
import tweepy

from bot.gateways.networks.wire import WireSession

HOST = "https://api.twitter.com"  # the only address that tweepy uses

_CHATTY = ("tweepy", "urllib3", "requests_oauthlib", "oauthlib")  # at DEBUG these print headers, keys and bodies


def make_client(secrets: Mapping[str, str], base: str, within: float) -> tweepy.Client:
    """Return tweepy's client for OAuth 1.0a at `base` (X when empty), with at most `within` seconds a call.

    `secrets`, by tweepy's names: consumer_key, consumer_secret, access_token, access_token_secret.
    """
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    client = tweepy.Client(**secrets, return_type=requests.Response, wait_on_rate_limit=False)
    client.session = _Session(base.rstrip("/") or HOST, within)
    return client


class _Session(WireSession):
    """Replaces tweepy's address by ours before the request is signed, since the signature covers the address."""

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        request.url = self.base + str(request.url).removeprefix(HOST)
        return super().prepare_request(request)
