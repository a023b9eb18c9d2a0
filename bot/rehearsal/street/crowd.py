"""Posts complaints by itself in stage time, at the rate that its mood allows."""

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.posts import Hand, Post, Where
from bot.rehearsal.street.words import Line, Words, load_words

_AT_ONCE = 25  # most posts of one tick: after a jump of the clock the missed hours are not caught up
_ON_THE_STREET = 3  # one of so many posts is on the street network, the others are on X
_FASTEST = 600.0  # posts a minute
_ANSWERS_WITHIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Mood:
    """How much the crowd writes, and which kinds of posts."""

    rate: float  # posts a minute of stage time
    most: int  # posts until it stops
    weights: dict[str, int]


_EVERYDAY = {"late": 5, "charge": 5, "outage": 3, "unsafe": 1, "chat": 4, "praise": 3, "thanks": 2, "troll": 1}
FILE = "file"  # the mood that posts the contents of a file
MOODS = {
    "calm": Mood(2, 60, _EVERYDAY),
    "busy": Mood(12, 300, {**_EVERYDAY, "praise": 6, "thanks": 9}),  # a light lane is seen
    "storm": Mood(60, 600, {"outage": 30, "chat": 3, "troll": 2, "charge": 1, "late": 1, "unsafe": 1}),
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
        line = self._next_line()
        self._spoken += 1
        person = self._dice.choice(self._words.speakers(line))
        author = self._street.account(person.handle, name=person.name, followers=person.followers)
        post = self._street.publish(
            author,
            line.text.replace("@northwind", f"@{self._street.brand.handle}"),
            hand=Hand.CROWD,
            lang=line.lang,
            photos=line.photos,
            network=Where.STREET if self._spoken % _ON_THE_STREET == 0 else Where.X,
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
            lines = [line for line in self._words.lines if weights.get(line.kind)]
            self._deck = self._words.deal(self._dice, lines, weights)
            if not self._speakers:
                self._deck.sort(key=lambda line: bool(line.by))
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
