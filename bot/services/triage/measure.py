"""Runs triage on recorded posts, and compares the results with the labels of people."""

from collections.abc import Iterable, Mapping, Sequence

from bot.domain.base.policy import Policy
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention, Side
from bot.domain.triage.agreement import Pairs, confusion, kappa
from bot.domain.triage.triage import LIGHT, Triage, Urgent
from bot.services.triage.triage import triage_by

LABELS = ("kind", "urgent", "unheard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A post of a customer, and its triage."""

    post_id: str
    triage: Triage
    case_urgent: Urgent = Urgent.NO  # of its case by now, with what the author wrote there before


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The comparison of triage with the labels of one reader."""

    count: int
    kappa: Mapping[str, float]  # by label
    kinds: Mapping[str, Mapping[str, int]]  # what the reader calls it: what it is taken for: how often
    urgent_missed: Sequence[str]  # posts that the reader calls urgent, in a case that is not
    urgent_in_vain: Sequence[str]
    complaints_in_the_light_lane: Sequence[str]


def read_all(policy: Policy, posts: Iterable[Mention]) -> Sequence[Read]:
    """Return the triage of each post of a customer; a case stays urgent once a post of its author made it so."""
    urgent: dict[tuple[str, str], Urgent] = {}
    found = []
    for post in posts:
        if post.side == Side.OURS:
            continue
        triage, case = triage_by(policy, post), (post.root_id, post.author.id)
        urgent[case] = urgent.get(case) or triage.urgent
        found.append(Read(post_id=post.ref.post_id, triage=triage, case_urgent=urgent[case]))
    return found


def measured(read: Iterable[Read], called: Mapping[str, Mapping[str, str]]) -> Measured:
    """Compare triage with the labels of a reader, by post id; posts without a label are left out."""
    known = [(one, called[one.post_id]) for one in read if one.post_id in called]
    pairs = {name: _pairs(known, name) for name in LABELS}
    urgent = [(one, called.get("urgent", "")) for one, called in known]
    return Measured(
        count=len(known),
        kappa={name: kappa(some) for name, some in pairs.items()},
        kinds=confusion(pairs["kind"]),
        urgent_missed=[one.post_id for one, label in urgent if label and not one.case_urgent],
        urgent_in_vain=[one.post_id for one, label in urgent if not label and one.triage.urgent],
        complaints_in_the_light_lane=[
            one.post_id for one, label in known if label["kind"] not in LIGHT and one.triage.light
        ],
    )


def _pairs(known: Sequence[tuple[Read, Mapping[str, str]]], name: str) -> Pairs:
    return [(called.get(name, ""), str(getattr(one.triage, name))) for one, called in known if name in called]


def most_surprising(read: Iterable[Read], count: int) -> Sequence[Read]:
    """Return the posts that a person should look at to check the words: guesses first, then urgent ones."""
    ranked = sorted(read, key=lambda one: (one.triage.sure, not one.triage.urgent, not one.triage.light))
    return ranked[:count]
