"""Measures near-copies in what a team sends that begins each reply with the template that is offered first.

A rehearsed day: everything that the rehearsal's crowd says, each line by somebody else, answered in turn. What only the
writer can know is filled in from the customer's own words, so that it differs from case to case. A busy week is that day
again and again with other customers: what comes back then is the templates' own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process

from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.replies.least_said import by_chooser, least_said
from bot.domain.replies.past_reply import words_asked_by
from bot.domain.replies.sentences import ALIKE, OFTEN, Sentence, called, sentences
from bot.domain.replies.template_facts import Occasion, known_template_facts
from bot.domain.replies.template_order import best_first
from bot.gateways.templates import shipped_templates
from bot.rehearsal.street.words import Line, load_words
from bot.services.replies.situation import situation_of
from bot.settings.triage import shipped_policy

AT = datetime.fromisoformat("2026-03-02T08:00:00+00:00")
A_WHILE = timedelta(minutes=2)
DAYS = (1, 2, 4)  # in which nothing is forgotten
IN_FLIGHT = 3  # replies that wait for approval, so that the choice of ways does not know them


@dataclass
class Written:
    """The replies of one team, and how many of them have a sentence that went to several others."""

    replies: int = 0
    near: int = 0  # whole replies that are nearly another one's words
    wholes: list[str] = field(default_factory=list)
    copies: int = 0
    empty: int = 0  # nothing was left of the template
    sent: dict[int, set[str]] = field(default_factory=dict)  # customers by digest of a sentence

    def add(self, said: list[Sentence], who: str) -> None:
        """Count a reply, and keep its sentences."""
        self.replies += 1
        whole = " ".join(one.bare for one in said)
        self.near += (
            bool(whole) and process.extractOne(whole, self.wholes, scorer=fuzz.ratio, score_cutoff=ALIKE) is not None
        )
        self.wholes.append(whole)
        self.copies += any(self.often(one, who) for one in said)
        self.empty += not said
        for one in said:
            self.sent.setdefault(one.whole, set()).add(who)

    def often(self, one: Sentence, who: str) -> bool:
        """Return whether the guard remarks a sentence."""
        return len(self.sent.get(one.whole, set()) - {who}) >= OFTEN


def lines() -> Iterator[str]:
    """Yield the figures as sentences."""
    for days in DAYS:
        yield from _lines(days)


def _lines(days: int) -> Iterator[str]:
    as_offered, heeding, sent = Written(), Written(), list[str]()
    for post in day(days):
        text = first_words(post, sent[:-IN_FLIGHT])
        sent.append(text)
        said = list(sentences(text, called(post.author.name, post.author.handle)))
        as_offered.add(said, post.author.id)
        heeding.add([one for one in said if not heeding.often(one, post.author.id)], post.author.id)
    for name, one in (("sends templates as they are filled", as_offered), ("takes out what is remarked", heeding)):
        share, near = (100 * many / one.replies for many in (one.copies, one.near))
        yield (
            f"a team that {name}: {one.replies} replies of {days} rehearsed days, {near:.1f} % nearly the words of another one, "
            f"{share:.0f} % with a sentence that went to {OFTEN} others or more; {one.empty} without a sentence of five words"
        )


def day(again: int = 1) -> Iterator[Mention]:
    """Yield what the crowd says in a day, that many times, each time by others."""
    for number, line in enumerate(load_words().lines * again):
        yield _post(line, number)


def _post(line: Line, number: int) -> Mention:
    author = Author(id=f"{number}", handle=f"person{number}", name=f"Ana{'abcdefghij'[number % 10]} N")
    return Mention(
        ref=PostRef("x", "42", f"{number}"),
        root_id=f"{number}",
        parent_id=None,
        author=author,
        text=line.text,
        posted_at=AT + number * A_WHILE,
        language=line.lang,
    )


def first_words(post: Mention, sent: Sequence[str]) -> str:
    """Return the template that is offered first, filled; `sent` are the replies before it, oldest first."""
    known = shipped_templates()
    here = situation_of(shipped_policy(), post, None)
    template = best_first(known.all(), here)[0]
    about = " ".join(words_asked_by(post.text)[:4]) or post.ref.post_id
    facts = known_template_facts(Occasion(author=post.author, teammate="Ana L", brand="Northwind", network="X"))
    asked = {fact: f"{about} {fact.replace('_', ' ')} {post.ref.post_id}" for fact in template.asks}
    chosen = by_chooser(least_said(template.ways, sent[::-1], int(post.ref.post_id)))
    return known.fill(template.name, {**facts, **chosen, **asked}).text
