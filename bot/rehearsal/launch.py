"""Starts the stage as a separate process and writes the configuration with which a desk uses it."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from bot.rehearsal.street.sface import TOKEN
from bot.rehearsal.street.xface import Keys
from bot.rehearsal.workspace import cast

READY = "ready "
WITHIN = 60.0  # real seconds until the stage must have said that it is ready

CONFIG = """\
# Written by `heard rehearse`: a make-believe company on a make-believe Slack and network. Nothing here is secret.
[desk]
brand = "Northwind"
zone = "Europe/London"
state_dir = "."

[slack]
channel = "{care}"
leads_channel = "{leads}"
url = "{url}"

[people]
approvers = ["{approvers}"]
leads = ["{caro}"]

{accounts}
[[segments]]
name = "big_reach"
followers_at_least = 50000

[[routes]]
words = ["charge*", "refund*", "invoice*", "billed", "bill", "payment*", "abgebucht", "facturé"]
topic = "billing"
priority = "high"
channel = "{billing}"

[[other_teams]]
name = "Finance"
channel = "{finance}"
within = "2h"

[[turnaround]]
within = "1h"

[[turnaround]]
segment = "big_reach"
within = "30m"

[[turnaround]]
priority = "urgent"
within = "15m"

[[turnaround]]
priority = "urgent"
segment = "big_reach"
within = "15m"

[[alone]]
lanes = ["template", "reason"]

[[alone]]
topics = ["safety"]
lanes = []
"""

_ACCOUNT = """\
[[accounts]]
network = "{network}"
handle = "{handle}"
id = "{id}"
"""
OWN = ("x", "street")  # the networks that the stage itself has


@dataclass(frozen=True, slots=True, kw_only=True)
class OnStage:
    """A network of the rehearsal as the desk is told of it: the account, its options, and the environment."""

    network: str
    handle: str
    id: str
    options: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)

    def as_toml(self) -> str:
        """Return its part of heard.toml."""
        options = ", ".join(f"{name} = {json.dumps(value)}" for name, value in self.options.items())
        told = _ACCOUNT.format(network=self.network, handle=self.handle, id=self.id)
        return f"{told}options = {{ {options} }}\n" if options else told


@dataclass(frozen=True, slots=True)
class Launched:
    """A running stage and its address."""

    process: subprocess.Popen[str]
    url: str

    def stop(self) -> None:
        """End the stage's process."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def clock(self) -> tuple[float, datetime]:
        """Return the stage's speed and its current time."""
        with urlopen(f"{self.url}/stage/clock", timeout=10) as answer:  # noqa: S310 - our own loopback address
            told = json.load(answer)
        return float(told["speed"]), datetime.fromisoformat(told["now"])

    def install(self, manifest: Mapping[str, object]) -> None:
        """Install the app in the workspace from its manifest: the app gets exactly the rights that it names."""
        self._post("/people/manifest", manifest)

    def follow(self, taken_over: Callable[[datetime, float], None]) -> None:
        """Call `taken_over` with the stage's time twice a second, on a thread of its own, until the stage ends."""

        def told() -> None:
            while self.process.poll() is None:
                with contextlib.suppress(OSError, ValueError):  # the stage is ending, or busy: the next time counts
                    speed, now = self.clock()
                    taken_over(now, speed)
                time.sleep(0.5)

        threading.Thread(target=told, name="stage-time", daemon=True).start()

    def report(self, outbox: Callable[[], Mapping[str, object]]) -> Callable[[], None]:
        """Send the desk's outbox to the backstage, at most twice a second and only when it changed.

        Returns a function that stops this and waits for a read in progress. Call it before closing the desk's store.
        """
        ended = threading.Event()

        def told() -> None:
            known: Mapping[str, object] = {}
            while not ended.wait(0.5):
                with contextlib.suppress(OSError):  # the stage is ending, or busy: the next time counts
                    now = outbox()
                    if now != known:
                        self._post("/stage/outbox", now)
                        known = now

        reporter = threading.Thread(target=told, name="stage-outbox", daemon=True)
        reporter.start()

        def end() -> None:
            ended.set()
            reporter.join(10)

        return end

    def _post(self, path: str, body: Mapping[str, object]) -> Any:  # noqa: ANN401 - JSON
        said = json.dumps(body).encode()
        asked = Request(f"{self.url}{path}", data=said, headers={"Content-Type": "application/json"})  # noqa: S310
        with urlopen(asked, timeout=10) as answer:  # noqa: S310 - our own loopback address
            return json.load(answer)

    def retell(self, said: Iterable[Mapping[str, str]]) -> None:
        """Let the crowd post recorded complaints again."""
        self._post("/street/crowd", {"mood": "file", "said": list(said)})

    def publish(self, text: str) -> str:
        """Publish a reply to a recorded post, which is not on the street, as the brand; return the new post's id."""
        return str(self._post("/street/posts", {"handle": "northwind", "text": text})["id"])

    def others(self) -> list[dict[str, Any]]:
        """Return what the desk has to know of the networks beside the stage's own."""
        with urlopen(f"{self.url}/networks/desk", timeout=10) as answer:  # noqa: S310 - our own loopback address
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def account(self) -> str:
        """Return the id of the brand's account on the street."""
        keys = f'OAuth oauth_consumer_key="{Keys().app}", oauth_token="{Keys().account}"'
        asked = Request(f"{self.url}/x/2/users/me", headers={"Authorization": keys})  # noqa: S310 - loopback
        with urlopen(asked, timeout=10) as answer:  # noqa: S310 - our own loopback address
            return str(json.load(answer)["data"]["id"])


def launch(
    *, port: int, speed: float, crowd: str, env: Mapping[str, str] | None = None, more: Sequence[str] = ()
) -> Launched:
    """Start the stage and wait until it listens; raise RuntimeError with its output when it does not.

    `more`: further arguments of `python -m bot.rehearsal`. `env`: its environment, which needs no secret; None: ours.

    It has a process group of its own, so that Ctrl-C reaches only the desk, which stops the stage last. It ends when
    its standard input is closed, so that it does not go on running after its parent was killed.
    """
    command = [sys.executable, "-m", "bot.rehearsal", "--port", str(port), "--speed", str(speed), "--crowd", crowd]
    process = subprocess.Popen(  # noqa: S603 - our own module
        [*command, *more, "--until-eof"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
        env=env,
    )
    line = _first_line(process)
    if not line.startswith(READY):
        process.terminate()
        raise RuntimeError(
            f"The stage did not start on port {port}. If another rehearsal runs there, choose another --port."
        )
    return Launched(process, line.removeprefix(READY).strip())


def _first_line(process: "subprocess.Popen[str]") -> str:
    said: list[str] = []
    reader = threading.Thread(
        target=lambda: said.append(process.stdout.readline() if process.stdout else ""), daemon=True
    )
    reader.start()
    reader.join(WITHIN)
    return said[0] if said else ""


def furnish(
    directory: Path, url: str, account: str, networks: Sequence[OnStage] | None = None, webhooks: int = 0
) -> tuple[Path, dict[str, str]]:
    """Write heard.toml for this stage; return its path and the environment variables that the desk needs.

    `networks`: None for the stage's own two. `webhooks`: the port at which the desk hears webhooks; 0: it hears none.
    """
    chosen = own_networks(account) if networks is None else networks
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / "heard.toml"
    text = CONFIG.format(
        care=cast.CARE,
        billing=cast.BILLING,
        finance=cast.FINANCE,
        leads=cast.LEADS,
        approvers=cast.APPROVERS,
        caro=cast.CARO,
        accounts="\n".join(one.as_toml() for one in chosen),
        url=url,
    )
    text += f"\n[webhooks]\nport = {webhooks}\n" if webhooks else ""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    return path, {
        "SLACK_BOT_TOKEN": cast.BOT_TOKEN,
        "SLACK_APP_TOKEN": cast.APP_TOKEN,
        "SLACK_SIGNING_SECRET": cast.SIGNING_SECRET,
        "SLACK_API_URL": f"{url}/api/",
        "X_API_URL": f"{url}/x",
        "X_CONSUMER_KEY": Keys().app,
        "X_CONSUMER_SECRET": "rehearsal",
        "X_ACCESS_TOKEN": Keys().account,
        "X_ACCESS_TOKEN_SECRET": "rehearsal",
        "X_BEARER_TOKEN": Keys().bearer,
        "STREET_API_URL": f"{url}/s",
        "STREET_TOKEN": TOKEN,
        **{name: value for one in chosen for name, value in one.env.items()},
    }


def own_networks(account: str, names: Collection[str] = OWN) -> list[OnStage]:
    """Return the chosen ones of the stage's own networks, on which the brand has one account."""
    return [OnStage(network=one, handle="northwind", id=account) for one in OWN if one in names]
