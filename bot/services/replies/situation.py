"""The situation of a case that decides which templates and past replies come first."""

from collections.abc import Iterator, Sequence

from bot.domain.base.policy import Policy
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, Side
from bot.domain.mentions.moved_to_private import to_answer
from bot.domain.replies.template_order import Circumstance, Situation, asks_something, topics_of
from bot.domain.triage.words_of_their_own import own_words
from bot.ports import Desk
from bot.services.triage.triage import triage_by


def situation(desk: Desk, case: Case, *, alone: bool = False) -> Situation:
    """Return the situation of a case: what its author wrote since our last answer, and where it stands.

    `alone`: nobody else can approve a reply now.
    """
    posts = desk.store.mentions(case.id)
    answered = to_answer(posts)
    circumstances = [*_circumstances(case), *_asked(posts), *([Circumstance.ALONE] if alone else [])]
    said = " ".join(one.text for one in _since_our_last(posts)) or (answered.text if answered else "")
    told = desk.store.triage(answered.id) if answered else None
    return Situation(
        wording=own_words(said, case.language).wording,
        topics=topics_of(told, case.topic, circumstances),
        language=case.language,
    )


def situation_of(policy: Policy, post: Mention, answers: Mention | None) -> Situation:
    """Return the situation of a recorded post that answers another one, or none."""
    told = triage_by(policy, post)
    asked = _asked([answers]) if answers else ()
    return Situation(
        wording=own_words(post.text, told.language).wording,
        topics=topics_of(told, circumstances=[*asked]),
        language=told.language,
    )


def _since_our_last(posts: Sequence[Mention]) -> list[Mention]:
    last = max((at for at, one in enumerate(posts) if one.side == Side.OURS), default=-1)
    return [one for one in posts[last + 1 :] if one.side == Side.THEIRS and one.deleted_at is None]


def _asked(posts: Sequence[Mention]) -> Iterator[Circumstance]:
    """Yield that the customer answers us, where our newest post asked for something."""
    ours = [one for one in posts if one.side == Side.OURS]
    if ours and asks_something(ours[-1].text):
        yield Circumstance.ANSWERS_US


def _circumstances(case: Case) -> Iterator[Circumstance]:
    if case.impostor:
        yield Circumstance.IMPOSTOR
    if any(one.lapsed_at and one.unsettled for one in case.promises):
        yield Circumstance.LATE
