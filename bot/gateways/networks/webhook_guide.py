"""Tells people how a tool is connected to the webhook/JSON network, and sends a trial post."""

import json
from collections.abc import Mapping
from datetime import datetime

from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall
from bot.gateways.networks.webhook_format import SHORTEST_SECRET, SIGNATURE, TIMESTAMP, signing_headers
from bot.gateways.networks.webhook_kind import KIND, RECEIVER, SECRET

WITHIN = 15.0  # seconds for the trial post
EXAMPLE = f"""import hashlib, hmac, json, os, time, urllib.request

post = {{"id": "4711", "author": {{"id": "u7", "handle": "priya_n"}}, "text": "charged twice, and nobody answers"}}
body = json.dumps(post).encode()
stamp = str(int(time.time()))
signed = hmac.new(os.environ["{SECRET.name}"].encode(), f"v1:{{stamp}}:".encode() + body, hashlib.sha256).hexdigest()
headers = {{"Content-Type": "application/json", "{TIMESTAMP}": stamp, "{SIGNATURE}": f"v1={{signed}}"}}
request = urllib.request.Request("ADDRESS", body, headers)
print(urllib.request.urlopen(request, timeout=20).status)
"""
NONE_YET = f"""No account of this kind is in heard.toml yet. Add these lines, and set {SECRET.name} to
at least 32 letters and digits that nobody can guess; `openssl rand -hex 32` prints some.

    [[accounts]]
    network = "{KIND.name}"
    handle = "northwind"       # as what you answer there
    id = "forum"               # a name of your own for the tool
    # options = {{ {RECEIVER} = "https://forum.example/heard" }}   # what is told of approved replies

    [webhooks]

docs/webhook-network.md has the rest."""
_GUIDE = """Posts for @{handle} ({account}) come in at

    {address}

and from elsewhere at the same path behind your own proxy with TLS. Each request is a POST of JSON with two headers:

    {timestamp}   seconds since 1970, at most five minutes from now
    {signature}   v1= and, in hexadecimal digits, the HMAC-SHA256 of "v1:", the timestamp, ":" and the raw body;
                      its key is {secret}

This sends one post. It is Python, and needs no package:

{example}

After a 200 the post is stored. After anything else but a 400 send it again, signed anew; it counts once by its id.

{replies}
docs/webhook-network.md has the whole format. `heard network {name} --try` sends a trial post.
"""


def guide(account: str, handle: str, options: Mapping[str, str], address: str, *, secret: str = SECRET.name) -> str:
    """Return how a tool is connected to an account, for people; `secret`: its name in the desk's environment."""
    receiver = options.get(RECEIVER, "")
    told = f"Approved replies are told to {receiver}, signed in the same way."
    return _GUIDE.format(
        handle=handle.removeprefix("@"),
        account=account,
        address=address,
        timestamp=TIMESTAMP,
        signature=SIGNATURE,
        secret=secret,
        example="\n".join(f"    {line}".rstrip() for line in EXAMPLE.replace("ADDRESS", address).splitlines()),
        replies=told if receiver else "No receiver is configured, so approved replies go out by hand.",
        name=KIND.name,
    )


def send_trial(address: str, secret: str, now: datetime) -> tuple[bool, str]:
    """Send a signed trial post to a running desk; return whether it was taken, and a sentence."""
    from bot.gateways.networks.wire import WireSession  # noqa: PLC0415 - heavy, not needed for the guide

    if len(secret) < SHORTEST_SECRET:
        return (
            False,
            f"{SECRET.name} has fewer than {SHORTEST_SECRET} signs, so it could be guessed. Take more.",
        )
    post_id = f"trial-{int(now.timestamp())}"
    told = {
        "id": post_id,
        "author": {"id": "heard-trial", "handle": "heard_trial", "name": "Trial post"},
        "text": "This is a trial post of whoever runs Heard. Nobody waits for an answer; please set it aside.",
    }
    body = json.dumps(told).encode()
    headers = {"Content-Type": "application/json", **signing_headers(secret, body, now)}
    try:
        WireSession(address, WITHIN).request("POST", address, data=body, headers=headers)
    except RefusedCall as refused:
        return False, _WHY.get(refused.status, f"The desk answered with {refused.status}. Its log says why.")
    except NotReached:
        return False, f"Nobody listens at {address}. Start the desk with `heard run`, and try again."
    except BrokenOff:
        return False, "The desk was called, and no complete answer came. Its log says why; try again."
    return True, f"The desk has stored the post {post_id}. It is a new case in Slack; please set it aside there."


_WHY = {
    401: f"The running desk has another {SECRET.name} than this command, or one of their clocks is wrong.",
    404: "The running desk does not know this account yet. Start it again, and then try this once more.",
    503: "The desk cannot write anything down at the moment. `heard doctor` says why.",
}
