"""Posts complaints by itself in stage time, at the rate that its mood allows."""

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.posts import Account, Hand, Post, Where
from bot.rehearsal.street.words import Line, Words, load_words

_AT_ONCE = 25  # most posts of one tick: after a jump of the clock the missed hours are not caught up
_ON_THE_STREET = 3  # one of so many posts is on the street network, the others are on X
_FASTEST = 600.0  # posts a minute
_ANSWERS_WITHIN = timedelta(hours=2)
_ONCE = frozenset({"loud", "news", "unsafe"})  # kinds of which each line is said once a mood
_WRITES_AGAIN_AFTER = timedelta(seconds=40)
_LOOKS_BACK = 40  # newest posts of the crowd among which somebody writes again, or answers another


@dataclass(frozen=True, slots=True)
class Mood:
    """A mood of the crowd: how much it writes, and which kinds of posts."""

    rate: float  # posts a minute of stage time
    most: int  # posts until it stops
    weights: dict[str, int]
    outages: int = 1  # how often each line about the outage is in the deck
    again: float = 0.0  # share of posts by somebody who wrote before and got no answer
    each_other: float = 0.0  # share of posts that answer another customer
    campaign: bool = False  # the brand's own campaign post stands there, and draws answers


_EVERYDAY = {"late": 5, "charge": 5, "outage": 3, "unsafe": 1, "chat": 4, "praise": 3, "thanks": 2, "troll": 1}
FILE = "file"  # the mood that posts the contents of a file
MOODS = {
    "calm": Mood(2, 60, _EVERYDAY),
    "busy": Mood(12, 300, {**_EVERYDAY, "praise": 6, "thanks": 9}),  # a light lane is seen
    "storm": Mood(
        60,
        600,
        dict.fromkeys(_EVERYDAY, 1) | dict.fromkeys(("outage", "hijack", "loud", "news", "joke"), 1),
        outages=6,
        again=0.12,
        each_other=0.1,
        campaign=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A recorded complaint. `after`: the key of the author's earlier post that it answers, or empty."""

    key: str
    handle: str
    text: str
    after: str = ""


class Crowd:
    """The simulated customers. `tick` is called often; stage time decides which posts are due."""

    def __init__(self, street: Street, words: Words | None = None, seed: int | None = None) -> None:
        self._street = street
        self.moods = dict(MOODS)
        self._recorded: list[Said] = []  # still to be posted, the next one at the end
        self._said: dict[str, int] = {}  # key of a recorded complaint -> the post made of it
        self._words = words or load_words()
        self._dice = random.Random(seed)
        self._lock = threading.Lock()
        self._mood = ""
        self._rate = 0.0
        self._left = 0
        self._due = 0.0
        self._spoken = 0
        self._deck: list[Line] = []
        self._followed: set[int] = set()
        self._speakers: dict[int, Line] = {}
        self._once: set[str] = set()  # texts of lines that are not said again in this mood
        self._campaign: int | None = None

    def learn(self, said: Sequence[Said]) -> None:
        """Add a mood that posts these recorded complaints, each once."""
        with self._lock:
            self._recorded = list(reversed(said))
            self.moods[FILE] = Mood(6, len(said), {})

    def start(self, mood: str, rate: float | None = None) -> None:
        """Start posting, the first post at once. Raises ValueError for an unknown mood."""
        if mood not in self.moods:
            raise ValueError(f"The crowd knows the moods {', '.join(self.moods)}.")
        with self._lock:
            self._mood, self._left, self._deck = mood, self.moods[mood].most, []
            self._once, self._campaign = set(), None
            if mood == FILE:
                self._left = len(self._recorded)
            self._rate = min(_FASTEST, max(0.0, self.moods[mood].rate if rate is None else rate))
            self._due = self._street.pace.monotonic()

    def stop(self) -> None:
        """Stop posting."""
        with self._lock:
            self._mood, self._left, self._rate = "", 0, 0.0

    def state(self) -> dict[str, Any]:
        """Return the mood, the rate in posts a minute and how many posts are left."""
        with self._lock:
            now = {"mood": self._mood or "silent", "rate": self._rate, "left": self._left}
            return {"ok": True, **now, "moods": list(self.moods)}

    def tick(self) -> int:
        """Publish the posts that are due by stage time; return how many."""
        with self._lock:
            return self._write_due() + self._follow_up()

    def _write_due(self) -> int:
        now, written = self._street.pace.monotonic(), 0
        while self._rate and self._left and self._due <= now and written < _AT_ONCE:
            (self._repeat if self._mood == FILE else self._speak)()
            written += 1
            self._left -= 1
            self._due += self._dice.uniform(0.6, 1.4) * 60 / self._rate
        if self._rate and self._due <= now:  # posts missed in a jump of the clock are dropped
            self._due = now + 60 / self._rate
        return written

    def _speak(self) -> None:
        mood = self.moods[self._mood]
        if mood.campaign and self._campaign is None:
            self._campaign = self._publish_campaign().id
        chance = self._dice.random() if mood.again or mood.each_other else 1.0
        if chance < mood.again:
            written = self._write_again()
        elif chance < mood.again + mood.each_other:
            written = self._answer_each_other()
        else:
            written = False
        if not written:
            self._say_next_line()

    def _say_next_line(self) -> None:
        line = self._next_line()
        self._spoken += 1
        person = self._dice.choice(self._words.speakers(line))
        author = self._street.account(person.handle, name=person.name, followers=person.followers)
        under = self._street.readable(self._campaign) if line.kind == "hijack" else None
        self._say(line, author, under, Where.STREET if self._spoken % _ON_THE_STREET == 0 else Where.X)

    def _publish_campaign(self) -> Post:
        line = self._words.of_kind("campaign", "en")[0]
        return self._street.publish(self._street.brand, line.text, hand=Hand.PHONE, lang=line.lang)

    def _write_again(self) -> bool:
        """Let somebody who has waited for a while write once more under their own post."""
        before = self._street.pace.now() - _WRITES_AGAIN_AFTER
        answered = {post.reply_to for post in self._street.newest_first() if post.author.id == self._street.brand.id}
        waiting = [one for one in self._said_lately() if one.created_at <= before and one.id not in answered]
        if not waiting:
            return False
        post = self._dice.choice(waiting)
        self._say(self._dice.choice(self._words.of_kind("again", post.lang)), post.author, post)
        return True

    def _answer_each_other(self) -> bool:
        """Let somebody answer what another customer wrote."""
        others = self._said_lately()
        if not others:
            return False
        post = self._dice.choice(others)
        line = self._dice.choice(self._words.of_kind("same", post.lang))
        person = self._dice.choice([one for one in self._words.people(line.lang) if one.handle != post.author.handle])
        self._say(line, self._street.account(person.handle, name=person.name, followers=person.followers), post)
        return True

    def _said_lately(self) -> list[Post]:
        """List the crowd's newest complaints about the outage."""
        lately = list(self._speakers)[-_LOOKS_BACK:]
        posts = [self._street.readable(number) for number in lately if self._speakers[number].kind == "outage"]
        return [post for post in posts if post]

    def _say(self, line: Line, author: Account, under: Post | None, network: Where = Where.X) -> None:
        place = self._dice.choice(self._words.places[line.lang]) if "{place}" in line.text else ""
        words = line.text.replace("{place}", place).replace("@northwind", f"@{self._street.brand.handle}")
        post = self._street.publish(
            author,
            words,
            hand=Hand.CROWD,
            reply_to=under.id if under else None,
            lang=line.lang,
            photos=line.photos,
            network=network,
        )
        self._speakers[post.id] = line

    def _repeat(self) -> None:
        """Publish the next entry of the file, as an answer to its author's earlier post unless that was deleted."""
        said = self._recorded.pop()
        earlier = self._street.readable(self._said.get(said.after))
        author = self._street.account(said.handle, name=said.handle)
        post = self._street.publish(author, said.text, hand=Hand.CROWD, reply_to=earlier.id if earlier else None)
        self._said[said.key] = post.id

    def _next_line(self) -> Line:
        if not self._deck:
            weights = self.moods[self._mood].weights
            lines = [line for line in self._words.lines if weights.get(line.kind) and line.text not in self._once]
            self._once |= {line.text for line in lines if line.kind in _ONCE}
            more = [line for line in lines if line.kind == "outage"] * (self.moods[self._mood].outages - 1)
            self._deck = self._words.deal(self._dice, lines + more, weights)
            if not self._speakers:
                self._deck.sort(key=lambda line: bool(line.by) and line.kind != "loud")
        return self._deck.pop()

    def _follow_up(self) -> int:
        """Publish the follow-up of each customer who got a reply, once."""
        written = 0
        for reply in self._answers_to_the_crowd():
            line = self._speakers.get(reply.reply_to or 0)
            waited = self._street.pace.now() - reply.created_at
            if line is None or waited < timedelta(seconds=self._patience(reply)):
                continue
            self._followed.add(reply.id)
            if line.then:
                original = self._street.post(reply.reply_to)
                author = original.author if original else reply.author
                self._street.publish(author, line.then, hand=Hand.CROWD, reply_to=reply.id, lang=line.lang)
                written += 1
        return written

    def _answers_to_the_crowd(self) -> list[Post]:
        oldest = self._street.pace.now() - _ANSWERS_WITHIN
        recent = []
        for post in self._street.newest_first():
            if post.created_at < oldest:
                break
            ours = post.author.id == self._street.brand.id and post.reply_to in self._speakers
            if ours and post.id not in self._followed:
                recent.append(post)
        return recent

    @staticmethod
    def _patience(reply: Post) -> int:
        """Return the stage seconds until a customer reacts to a reply; always the same for one reply."""
        return 20 + (reply.id >> 22) % 60
