"""A long random day with the real process: customers, people, faults, jumps of the clock and kills, judged by the ledger.

`make soak` plays two minutes; a seed that found something is played again with `ARGS="--seed 7"`. Not part of `make test`.
"""

import argparse
import random
import re
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from bot.rehearsal.launch import launch
from handlers.doctor import examined
from tests.person import Person, elements, until
from tests.process.conftest import SPEED, Theatre

WORDS = (
    "@northwind my parcel is late",
    "@northwind charged twice",
    "@northwind smoke from the kettle",
    "@northwind thanks",
    "@northwind die App geht nicht auf <!channel>",
)
FAULTS = (
    ("x", "POST /2/tweets", "lost_after", None),
    ("x", "POST /2/tweets", "lost_before", None),
    ("x", "POST /2/tweets", "503", None),
    ("x", "POST /2/tweets", "500_after", None),
    ("x", "POST /2/tweets", "late", 120),
    ("x", "POST /2/tweets", "429", None),
    ("x", "GET /2/users/:id/mentions", "503", None),
    ("slack", "chat.postMessage", "lost_after", None),
    ("slack", "chat.postMessage", "500_after", None),
    ("slack", "chat.postMessage", "503", None),
    ("slack", "chat.update", "429", 5),
    ("slack", "interactive", "twice", None),
    ("slack", "views.open", "late", 1),
    ("slack", "*", "disconnect", "refresh_requested"),
)
SAID = (
    "status",
    "mine",
    "queue",
    "next",
    "on",
    "off",
    "away until 14:00",
    "who",
    "promises",
    "find parcel",
    "nonsense",
)
OFTEN = {"draft_approve": 5, "case_reply": 5, "draft_still_right": 5}
APPROVED = """SELECT v.text, y.target_post FROM approvals y
JOIN draft_versions v ON v.draft_id = y.draft_id AND v.version = y.version"""
SETTLES_WITHIN = 60.0  # real seconds after the last fault


class Day:
    """Plays random actions of customers, people and faults."""

    def __init__(self, theatre: Theatre, seed: int) -> None:
        self.theatre, self.dice, self.tally = theatre, random.Random(seed), Counter[str]()  # noqa: S311 - a game
        self.posts: list[str] = []
        self.people = [theatre.ana, theatre.ben, theatre.caro, Person(theatre.stage.url, "U0DEE00001")]
        rooms = requests.get(f"{theatre.stage.url}/people/channels", params={"as": theatre.ana.id}, timeout=20).json()
        self.rooms = [one["id"] for one in rooms if not one["is_im"] and one["is_member"]]
        self.desk = theatre.open_desk()
        self.drafts = 0
        self.wait_for_the_desk()

    def wait_for_the_desk(self) -> None:
        """Wait until a desk listens to Slack."""
        until(lambda: self.theatre.street.ledger()["slack"]["connections"]["open"], "a desk is there")

    def play(self, seconds: float, *, kills: bool) -> None:
        """Play for so many real seconds."""
        acts = {self.complain: 25, self.change_a_post: 4, self.answer_from_the_phone: 2, self.fail: 5}
        acts |= {self.jump: 2, self.say: 5, self.press: 55} | ({self.kill: 2} if kills else {})
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            [act] = self.dice.choices([*acts], [*acts.values()])
            self.tally[act.__name__] += 1
            time.sleep(0.05)
            try:
                act()
            except (AssertionError, LookupError, ValueError, requests.RequestException) as odd:
                # a deleted or missing post, or a closed form
                self.tally[f"{act.__name__}: {type(odd).__name__}"] += 1
            if self.desk.poll() is not None:
                self.tally["the desk ended by itself"] += 1
                self.desk = self.theatre.open_desk()

    def complain(self) -> None:
        name = f"cust_{self.dice.randrange(25)}"
        to = self.dice.choice(self.posts) if self.posts and self.dice.random() < 0.3 else ""
        self.posts.append(self.theatre.street.post(self.dice.choice(WORDS), handle=name, name=name, to=to))

    def change_a_post(self) -> None:
        post = self.dice.choice(self.posts)
        if self.dice.random() < 0.5:
            self.theatre.street.delete(post)
        else:
            self._street(f"posts/{post}/edit", text="@northwind in other words")

    def answer_from_the_phone(self) -> None:
        self._street("posts", handle="northwind", text="From the phone", in_reply_to=self.dice.choice(self.posts))

    def fail(self) -> None:
        side, method, kind, value = self.dice.choice(FAULTS)
        more = {} if value is None else {"value": value}
        self.theatre.street.fault(side=side, method=method, kind=kind, times=self.dice.choice((1, 1, 2)), **more)

    def jump(self) -> None:
        body = {"jump": self.dice.choice((60, 600, 3600))}
        requests.post(f"{self.theatre.stage.url}/stage/clock", json=body, timeout=20)

    def say(self) -> None:
        self.dice.choice(self.people).command(self.dice.choice(SAID))

    def kill(self) -> None:
        self.desk.send_signal(signal.SIGKILL)
        self.desk.wait(10)
        self.desk = self.theatre.open_desk()
        self.wait_for_the_desk()

    def press(self) -> None:
        """Press a button that somebody sees; fill in and submit the form that opens."""
        person = self.dice.choice(self.people)
        seen = [one for one in self._pressable(person) if one[1]["type"] in {"button", "overflow"}]
        if not seen:
            return
        weights = [OFTEN.get(element["action_id"], 1) for _, element in seen]
        message, element = self.dice.choices(seen, weights)[0]
        option = self.dice.choice(element["options"])["value"] if element["type"] == "overflow" else ""
        person.press({**message, "blocks": [{"elements": [element]}]}, element["action_id"], option)
        time.sleep(0.1)
        if person.views():
            person.submit(self._filled(person.view()))
            for view in person.views():
                requests.post(f"{person.url}/people/close", json={"as": person.id, "view_id": view["id"]}, timeout=20)

    def _pressable(self, person: Person) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        heads = [one for room in self.rooms for one in person.messages(room)[-40:]]
        threads = [
            one for head in heads if head.get("reply_count") for one in person.messages(head["channel"], head["ts"])
        ]
        for message in [*heads, *threads, *person.direct_messages()[-20:]]:
            for element in elements(message.get("blocks") or []):
                if element.get("action_id") and not message["deleted"]:
                    yield message, element

    def _filled(self, view: dict[str, Any]) -> dict[str, str]:
        self.drafts += 1
        values = {}
        for block in view["view"]["blocks"]:
            element = block.get("element", {})
            if element.get("type") == "plain_text_input" and self.dice.random() < 0.9:
                values[element["action_id"]] = f"Sorry about that, number {self.drafts}. I am on it. ^AN"
            elif element.get("type") == "users_select":
                values[element["action_id"]] = self.dice.choice(self.people).id
        return values

    def _street(self, path: str, **body: object) -> None:
        requests.post(f"{self.theatre.stage.url}/street/{path}", json=body, timeout=20)


def settled(day: Day) -> list[str]:
    """Wait until all work is finished; return what is not. Both are read together, since the clock goes on."""
    requests.delete(f"{day.theatre.stage.url}/stage/faults", timeout=20)
    day.wait_for_the_desk()
    ends = time.monotonic() + SETTLES_WITHIN
    while left := [*unread(day), *untold(day.theatre)]:
        if time.monotonic() > ends:
            break
        time.sleep(0.2)
    return left


def unread(day: Day) -> list[str]:
    """Return a sentence about complaints that are not deleted and that the desk has in no version."""
    posts = {one["id"]: one for one in day.theatre.street.ledger()["x"]["posts"]}
    known = {row[0] for row in asked(day.theatre, "SELECT external_id FROM mentions")}
    new = [one for one in day.posts if not posts[one]["deleted"] and known.isdisjoint(posts[one]["versions"])]
    return [f"a complaint that the desk never took in: {one}" for one in new]


def asked(theatre: Theatre, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{theatre.directory}/heard.db?mode=ro", uri=True) as db:
        return db.execute(sql).fetchall()


def untold(theatre: Theatre) -> list[str]:
    """Return a sentence about the messages that Slack does not show yet."""
    [(count,)] = asked(theatre, "SELECT count(*) FROM tellings WHERE behind IS NOT NULL OR started_at IS NOT NULL")
    return [f"{count} messages were never told"] if count else []


def judged(day: Day) -> Iterator[str]:
    """Yield a sentence for each broken promise of the desk."""
    ledger = day.theatre.street.ledger()
    posts = {one["id"]: one for one in ledger["x"]["posts"]}
    yield from replies_wrong(day.theatre, posts)
    yield from slack_wrong(day, ledger)
    said, well = examined(day.theatre.directory / "control.sock", as_json=False)
    if not well:
        yield said
    if "Traceback" in day.theatre.said():
        yield day.theatre.said()[-3_000:]


def replies_wrong(theatre: Theatre, posts: dict[str, Any]) -> Iterator[str]:
    """Yield replies that went out twice, or with words that were not approved."""
    ours = [one for one in posts.values() if one["by"] == "app"]
    counted = Counter(one["text"] for one in ours)
    yield from (f"public twice: {text}" for text, count in counted.items() if count > 1 and "number" in text)
    approved = set(asked(theatre, APPROVED))
    for one in ours:
        if not any((one["text"], version) in approved for version in posts[one["in_reply_to"]]["versions"]):
            yield f"public without an approval of these words in answer to that post: {one['id']}"


def slack_wrong(day: Day, ledger: dict[str, Any]) -> Iterator[str]:
    """Yield messages that Slack shows twice or not at all, and calls that it would have refused."""
    told = [one["text"] for room in day.rooms for one in day.theatre.caro.messages(room)]
    cards = Counter(found[1] for one in told if (found := re.search(r"(?:mention|message)\b.*, (case \d+)\.$", one)))
    yield from (f"more than one card: {name}" for name, count in cards.items() if count > 1)
    if strangers := ledger["strangers"]:
        yield f"calls that Slack or X do not know: {strangers}"
    paced = ledger["slack"]["ratelimited"]
    if paced and not day.tally["kill"]:  # after a kill the desk does not know its calls of the last minute
        yield f"calls that came faster than Slack allows: {paced}"


def main() -> int:
    """Play a day; print what happened and every broken promise."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--seconds", type=float, default=120.0)
    chosen.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    chosen.add_argument("--no-kills", dest="kills", action="store_false")
    asked_for = chosen.parse_args()
    print(f"seed {asked_for.seed}")
    with tempfile.TemporaryDirectory() as directory:
        theatre = Theatre(launch(port=0, speed=SPEED, crowd=""), Path(directory) / "state")
        try:
            day = Day(theatre, asked_for.seed)
            day.play(asked_for.seconds, kills=asked_for.kills)
            wrong = [*settled(day), *judged(day)]
        finally:
            theatre.close()
    print(", ".join(f"{name} {count}" for name, count in day.tally.most_common()))
    print("\n".join(wrong) or "Every promise held.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
