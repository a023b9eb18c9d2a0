"""Puts the case of a new post into the storm that it is about, or beside it; folds the cases of a spike."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.base.refusals import Refusal
from bot.domain.base.tables import GOING_ON
from bot.domain.cases import events
from bot.domain.cases.case import Case, Priority
from bot.domain.mentions.mention import BY_LINK, RECORDED, Mention
from bot.domain.storms.folding import Newcomer, StormWords, stands_out, storm_of
from bot.domain.storms.heard import Heard
from bot.domain.storms.signature import Signature
from bot.domain.storms.storm import Standout, Storm, StormPlace
from bot.domain.team.languages import tongue
from bot.ports import Desk, OutOfService
from bot.services.base.sweeping import sweep
from bot.services.cases.owed import priority_event
from bot.services.storms.signatures import signature_of

log = logging.getLogger(__name__)

READ_AT_ONCE = 500  # posts of a storm
FOLDED_AT_ONCE = 100  # cases of a spike in one round
_FIRST_IN_LINE = frozenset({Standout.INFLUENCER, Standout.NEW_INFORMATION})
_LATER = frozenset({Priority.NORMAL, Priority.LOW})
_MATTERS = frozenset({Standout.URGENT, Standout.PRIVATE, Standout.NEW_INFORMATION})


def read_storms(desk: Desk) -> None:
    """Take in the words of the open storms' posts that were not read yet. No transaction is open meanwhile.

    Without them posts are folded by what they have in common alone: what fails here must not stop the intake.
    """
    for storm in desk.store.open_storms():
        try:
            with desk.storming.reading:
                _read(desk, storm)
        except OutOfService:
            raise
        except Exception:  # around one storm
            log.exception("storm.unread storm=%d", storm.id)


def teach(desk: Desk, storm_id: int, what: str) -> None:
    """Let every desk read the words of a storm anew, since it has other posts now. Call it within a transaction."""
    desk.store.put_setting(_taught(storm_id), what)


def _taught(storm_id: int) -> str:
    return f"storm.taught:{storm_id}"


def _read(desk: Desk, storm: Storm) -> None:
    desk.storming.learn(storm.id, desk.store.setting(_taught(storm.id)))
    said = desk.storming.said.setdefault(storm.id, StormWords())
    while True:
        posts = desk.store.storm_posts(storm.id, behind=desk.storming.behind.get(storm.id, 0), limit=READ_AT_ONCE)
        for one in posts:
            words = _signature(desk, one.post, one.topic).words
            take = said.apart.update if one.place == StormPlace.TAKEN_OUT else None
            take(words) if take else said.add(tongue(one.post.language), words)
            desk.storming.behind[storm.id] = one.id
        if len(posts) < READ_AT_ONCE:
            return


def placed(desk: Desk, case: Case, post: Mention) -> tuple[Case, tuple[Storm, Standout] | None]:
    """Return a case that is about to be opened: folded into its storm, or as it is with why it stands out there.

    What stands out because of who wrote it, or of what it says, comes before the others.
    """
    storms = desk.store.open_storms()
    if not storms or post.ref.network in {RECORDED, BY_LINK}:
        return case, None
    found = _decided(desk, storms, case, post)
    if found is None:
        return case, None
    storm, why = found
    if why is None:
        return replace(case, storm=storm.id), None
    first = why in _FIRST_IN_LINE and case.priority in _LATER
    return replace(case, priority=Priority.HIGH) if first else case, (storm, why)


def _decided(desk: Desk, storms: Sequence[Storm], case: Case, post: Mention) -> tuple[Storm, Standout | None] | None:
    """Return the storm that a post is about and why it stands out there.

    One that has nothing in common with a storm, but stands in the conversation of a folded case, is about the same.
    """
    signature = _signature(desk, post, case.topic)
    storm = storm_of(storms, signature)
    if storm is None:
        beside = desk.store.folded_beside(case.network, case.root_id)
        storm = next((one for one in storms if one.id == beside), None)
    return (storm, _standout(desk, storm, case, post, signature)) if storm else None


def _standout(desk: Desk, storm: Storm, case: Case, post: Mention, signature: Signature) -> Standout | None:
    """Return why a post of a storm is not folded there, or None."""
    held = any(one.assignee and one.id != case.id for one in desk.store.live_cases(case.network, case.author.id))
    one = Newcomer(
        signature=signature,
        language=tongue(post.language),
        author=post.author,
        urgent=case.priority == Priority.URGENT,
        private=case.private or post.private,
        held=held,
    )
    return stands_out(one, desk.storming.of(storm.id), desk.policy.storms)


def _signature(desk: Desk, post: Mention, topic: str) -> Signature:
    return signature_of(desk, Heard(post, 0, topic, post.posted_at))


def stays_folded(desk: Desk, case: Case, post: Mention, now: datetime) -> Case:
    """Take a folded case out whose author wrote what matters by itself, or whose storm is over; return it."""
    if not case.storm:
        return case
    storm = desk.store.storm(case.storm)
    if storm.over_at and not storm.merged_into:
        return desk.store.record(case, events.CameOut(by="author", at=now, why=Standout.OVER))
    why = _standout(desk, storm, case, post, _signature(desk, post, case.topic))
    return desk.store.record(case, events.CameOut(by="author", at=now, why=why)) if why in _MATTERS else case


def let_spreading_out(desk: Desk, storm: Storm, now: datetime) -> int:
    """Take out the folded posts that many people answer at once, first in line; return how many.

    Speed is what can be seen of it here: the answers that came to us. What a network counts in public is not read.
    """
    rules = desk.policy.storms
    if not rules.spreads_at:
        return 0
    found = desk.store.storm_spreading(storm.id, now - rules.spreads_within, rules.spreads_at)
    return sweep(desk, "spreading", found, lambda number: _let_out(desk, number, now))


def _let_out(desk: Desk, number: int, now: datetime) -> bool:
    with desk.store.transaction():
        case = desk.store.case(number)
        if not case.storm:
            return False
        case = desk.store.record(case, events.CameOut(by="desk", at=now, why=Standout.SPREADING))
        if case.state in GOING_ON and case.priority in _LATER:
            first = replace(case, priority=Priority.HIGH)
            desk.store.record(case, priority_event(desk, first, by="desk", at=now))
    return True


def fold_known(desk: Desk, storm: Storm, now: datetime) -> int:
    """Fold the cases of a storm's spikes that nobody holds; return how many were looked at.

    Each is decided about once: a kill on the way leaves the others to the next round.
    """
    outside = desk.store.spike_cases_outside(storm.id, FOLDED_AT_ONCE)
    for number in outside:
        _fold_one(desk, storm, number, now)
    return len(outside)


def _fold_one(desk: Desk, storm: Storm, number: int, now: datetime) -> None:
    with desk.store.transaction():
        case = desk.store.case(number)
        if case.storm:
            return  # another process was faster
        why = _why_not(desk, storm, case)
        if why is None:
            try:
                desk.store.record(case, events.Folded(by="desk", at=now, storm=storm.id))
            except Refusal:
                why = Standout.HELD
        if why is not None:
            desk.store.stand_out(storm.id, number, why, now)


def _why_not(desk: Desk, storm: Storm, case: Case) -> Standout | None:
    """Return why a known case keeps its own thread."""
    if case.assignee or case.due_at is None or case.draft is not None:
        return Standout.HELD
    post = desk.store.mention(case.latest)
    return _standout(desk, storm, case, post, _signature(desk, post, case.topic))
