"""Reads the network before sending a reply whose approval waited, to get newer posts, edits and deletions."""

import logging
from dataclasses import field
from datetime import datetime, timedelta

from bot.domain.accounts.holds import Use
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.replies.draft import UNDER_THEIR_POST, Draft
from bot.ports import TELLS_OF_POSTS, Desk, Network, NetworkTrouble
from bot.services.accounts.holds import reading
from bot.services.base.network_traits import MESSAGES, can_be_asked_about, has_one_reply
from bot.services.base.sweeping import sweep
from bot.services.halts.gate import may_send
from bot.services.mentions.deleted_posts import what_became_of
from bot.services.mentions.intake import poll, receive
from bot.services.replies.one_reply import read_what_it_replaces

log = logging.getLogger(__name__)

WAITED = timedelta(minutes=1)  # a younger approval needs no reading


@dataclass(slots=True)
class CatchingUp:
    """Reads the networks of approved replies, each right before its reply is sent.

    A network is read at most once a minute, and each answered post is checked where the network can show it. A
    network that cannot be read stops no reply: the network itself refuses an answer to a deleted post. Where a reply
    replaces the one before, its post is read each time.
    """

    desk: Desk
    read: dict[tuple[str, str], tuple[datetime, bool]] = field(default_factory=dict)  # when, and whether it succeeded

    def before(self, case_id: int, now: datetime) -> bool:
        """Read the reply's network; return whether it could be read."""
        return bool(sweep(self.desk, "catch_up", [case_id], lambda one: self._catch_up(one, now)))

    def _catch_up(self, case_id: int, now: datetime) -> bool:
        draft = self.desk.store.case(case_id).draft
        network = self.desk.network(draft.target) if draft else None
        if draft is None or draft.approval is None or network is None or not may_send(self.desk, draft.target):
            return False
        if has_one_reply(network):
            return _read_its_post(self.desk, network, draft, now)
        if abs(now - draft.approval.at) < WAITED:
            return False
        key = (network.name, network.account)
        try:
            if self._is_readable(key, network, now):
                _ask_for(self.desk, network, draft, now)
        except NetworkTrouble as trouble:
            self.read[key] = (now, False)  # do not wait for it again for each reply
            log.info("catch_up.unread network=%s why=%s", network.name, trouble)
        return self.read[key][1]

    def _is_readable(self, key: tuple[str, str], network: Network, now: datetime) -> bool:
        at, readable = self.read.get(key, (None, False))
        if at is None or abs(now - at) >= WAITED:
            self.read[key] = (now, False)
            for stream in network.streams:
                _read(self.desk, network, stream, now)
            self.read[key] = (now, True)
            return True
        return readable


def _read(desk: Desk, network: Network, stream: str, now: datetime) -> None:
    """Read a stream; private messages may be refused by themselves, and then posts count as read all the same."""
    try:
        poll(desk, network, stream, now)
    except NetworkTrouble as trouble:
        if stream != MESSAGES:
            raise
        log.info("catch_up.unread network=%s stream=%s why=%s", network.name, stream, trouble)


def _read_its_post(desk: Desk, network: Network, draft: Draft, now: datetime) -> bool:
    try:
        read_what_it_replaces(desk, network, draft, now)
    except NetworkTrouble as trouble:  # the attempt says so
        log.info("catch_up.unread network=%s why=%s", network.name, trouble)
        return False
    return True


def _ask_for(desk: Desk, network: Network, draft: Draft, now: datetime) -> None:
    answered = draft.target.post_id
    if draft.kind not in UNDER_THEIR_POST or not isinstance(network, TELLS_OF_POSTS):
        return
    if not can_be_asked_about(network, answered):
        return
    with reading(desk, network, Use.LOOK, now, posts=1):
        told = what_became_of(desk, network, [answered])
    if told.deletions or told.edits:
        receive(desk, network, "asked", told, now)
