"""Measures which past replies are offered first: replies of companies, labelled by hand, for labelled real posts.

A reply is right for a post if it says what the template says that somebody named for that post (tests/reply_labels.csv).
Each post is offered the replies of other conversations only.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from pathlib import Path

from bot.domain.mentions.mention import Mention
from bot.domain.replies.past_reply import MOST_ASKED, Answered, most_fitting, suited_replies, words_asked_by
from bot.domain.replies.reply_kind import kinds_of, plain_name
from bot.domain.replies.template_order import best_first
from bot.domain.triage.triage import Triage
from bot.gateways.networks.recorded import mention_of
from bot.gateways.networks.recordings import read_recording
from bot.gateways.templates import shipped_templates
from bot.services.replies.measure_templates import Called, TemplatesMeasured
from bot.services.replies.past_replies import SHOWN
from bot.services.replies.situation import situation_of
from bot.services.triage.triage import triage_by
from bot.settings.triage import shipped_policy
from handlers.template_report import read_template_labels

TESTS = Path(__file__).parents[1]


@dataclass
class Recorded:
    """The recorded posts, what people named for them, and what replies to them say."""

    posts: Mapping[str, Mention]
    named: Mapping[str, Mapping[str, Called]]  # by half
    says: Mapping[str, frozenset[str]]  # by reply

    @cached_property
    def told(self) -> Mapping[str, Triage]:
        """Return what triage tells of the labelled posts."""
        policy = shipped_policy()
        return {one: triage_by(policy, self.posts[one]) for some in self.named.values() for one in some}

    @cached_property
    def answered(self) -> Sequence[Answered]:
        """Return the labelled replies with the posts that they answer."""
        return [_answered(self.posts[number], self.posts, self.told) for number in self.says]

    def root(self, post: Mention) -> str:
        """Return the post with which a conversation begins."""
        before = self.posts.get(post.parent_id or "")
        return post.ref.post_id if before is None or before.id == post.ref.post_id else self.root(before)


def _answered(reply: Mention, posts: Mapping[str, Mention], told: Mapping[str, Triage]) -> Answered:
    post = posts[reply.parent_id or ""]
    return Answered(
        draft=int(reply.ref.post_id),
        case=0,
        said=post.text,
        reply=reply.text,
        at=reply.posted_at,
        handle=post.author.handle,
        name=post.author.name,
        author=post.author.id,
        network="x",
        topic=told[post.ref.post_id].topic,
        language=told[post.ref.post_id].language,
    )


def recorded(path: Path) -> Recorded:
    """Read the posts in a file, and both files of labels."""
    posts = {one.id: mention_of(one, "", one.created_at) for one in read_recording(path).posts}
    with (TESTS / "reply_labels.csv").open(encoding="utf-8", newline="") as opened:
        says = {
            row["id"]: frozenset({row["template"], *row["also"].split()} - {""}) for row in csv.DictReader(opened)
        }
    return Recorded(posts, read_template_labels(TESTS / "template_labels.csv"), says)


def offered(found: Recorded, post_id: str, pool: Sequence[Answered], *, alike: bool = True) -> Sequence[str]:
    """Return the replies that are offered for a post, by number; `alike`: of posts with a word in common."""
    post, told, templates = found.posts[post_id], found.told[post_id], shipped_templates().all()
    asked = words_asked_by(post.text)[:MOST_ASKED]
    near = [one for one in pool if not told.language or one.language in {told.language, ""}]
    near = [one for one in near if not alike or set(asked) & set(words_asked_by(one.said))]
    here = situation_of(shipped_policy(), post, found.posts.get(post.parent_id or ""))
    wanted = [*dict.fromkeys(plain_name(one) for one in best_first(templates, here))][:SHOWN]
    suits = suited_replies(asked, near, topic=told.topic, network="x", now=post.posted_at)
    shown = most_fitting(suits, wanted, lambda one: _says(one.reply, one.language))
    return [str(fit.one.draft) for fit in shown][:SHOWN]


@cache
def _says(reply: str, language: str) -> frozenset[str]:
    return kinds_of(reply, "", shipped_templates().all(), language)


def measured(found: Recorded, half: str, *, alike: bool) -> tuple[TemplatesMeasured, int]:
    """Return how often a right reply is first or among the first three, and for how many posts any is offered."""
    counted, some = TemplatesMeasured(), 0
    for post_id, called in found.named[half].items():
        own = found.root(found.posts[post_id])
        pool = [one for one in found.answered if found.root(found.posts[str(one.draft)]) != own]
        shown = offered(found, post_id, pool, alike=alike)
        some += bool(shown)
        counted.add(called, [_agrees(called, found.says[one]) for one in shown])
    return counted, some


def _agrees(called: Called, says: frozenset[str]) -> str:
    """Return the template as which a reply counts here: the named one, one nearly as good, or another."""
    near = called.also & says
    return called.best if called.best in says else min(near, default="another")


def lines(path: Path) -> Iterator[str]:
    """Yield the figures as sentences."""
    found = recorded(path)
    yield f"\npast replies, {len(found.says)} of companies, for labelled posts:"
    for half, alike in product(found.named, (True, False)):
        one, some = measured(found, half, alike=alike)
        shares = Counter(
            first=one.first, short=one.short, first_or_also=one.first_or_also, short_or_also=one.short_or_also
        )
        told = ", ".join(f"{name} {100 * many / one.count:.0f} %" for name, many in shares.items())
        among = "to posts with a word in common" if alike else "of all replies"
        yield f"  {half}, {among}: {one.count} posts, offered for {100 * some / one.count:.0f} %; {told}"
