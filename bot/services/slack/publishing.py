"""Makes Slack show what the store says: the most urgent message first, at Slack's pace, each post once."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.slack_ids import is_person
from bot.domain.base.tables import GOING_ON
from bot.domain.light_lane.light_mention import LightState
from bot.domain.slack.backlog import HELD, OF_THE_CHANNEL
from bot.domain.slack.notice import Piece
from bot.domain.slack.readers import InChannel
from bot.domain.slack.shared_channels import Openness
from bot.domain.slack.telling import (
    LISTS_SETTLED,
    OF_A_LIST,
    REMINDING,
    RETRIED_WITHIN,
    SETTLED,
    SOON,
    Telling,
    TellingKind,
    Urgency,
)
from bot.ports import ChatOutcome, Desk, Message, NotPosted, OutOfService, Paced, Posted, Unsure
from bot.ports.leases import Turn, may_call, only_while
from bot.services.halts.gate import reminders_wait
from bot.services.replies.joint_drafts import waits_for_approval
from bot.services.slack import gathered_messages, outgoing, shared_channels
from bot.services.slack.gathered_messages import PutOff
from bot.services.slack.readers import UNSEEN
from bot.services.slack.reading_back import Limits, ReadBack, reader_of, room_of, room_turn, what, where_it_stands
from bot.services.slack.tell_leads import tell_leads

log = logging.getLogger(__name__)
_IN_THE_LOG = "Whoever runs Heard finds the reason in the log."

AGAIN = timedelta(seconds=30)  # after Slack refused or could not be reached
AGE_EVERY = 5  # one in this many posts of a channel, and of redraws, goes to the longest waiting
AGE_BETWEEN = 2  # and one in this many of all messages, at the cost of one call for urgent ones elsewhere
LATER = RETRIED_WITHIN  # until a channel that accepts nothing is tried again
AT_MOST = 10  # tries of a refused post before it waits for a change of its case
# Not the message's fault: Slack cannot be reached, or rejects our token.
PASSES = frozenset(
    {
        "unreachable",
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "access_denied",
        "ekm_access_denied",
        "org_login_required",
        "request_timeout",
        "http_401",
        "http_403",
        "http_404",
        "http_407",
        "http_408",
    }
)
FOR_GOOD = OF_THE_CHANNEL.keys() | frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "invalid_blocks",
        "msg_too_long",
        "msg_blocks_too_long",
        "user_not_found",
        "cannot_dm_bot",
    }
)

SHARED = 0.05  # seconds of pace time until a room that another desk is at is looked at again

LAST = datetime.max.replace(tzinfo=UTC)

Draw = Callable[[Desk, Telling, datetime], tuple[Message, int] | None]


@dataclass(slots=True)
class Publisher:
    """Posts or redraws one message at a time. `draw` returns a telling's message and its case version."""

    desk: Desk
    limits: Limits
    draw: Draw
    told_in: Counter[str] = field(default_factory=Counter)  # messages by list, without those after a click
    read_back: ReadBack = field(init=False)

    def __post_init__(self) -> None:
        self.read_back = ReadBack(self.desk, self.limits)

    def one_round(self, now: datetime) -> float | None:
        """Post or redraw the most urgent message that Slack's limits allow now.

        Returns 0 after one message, the seconds of pace time until the next is allowed, or None when nothing waits.
        """
        self._put_off_reminders(now)
        self.limits.refresh()
        waits = [(self._wait(telling, now), telling) for telling in self._heads(now)]
        ready = [telling for wait, telling in waits if wait <= 0]
        if not ready:
            return min((wait for wait, _ in waits), default=None)
        while ready:
            chosen = self._next(ready, now)
            with self.desk.store.turn(room_turn(chosen)) as turn:
                if turn is not None:
                    self._take_up(chosen, now, turn)
                    return 0.0
            ready = [one for one in ready if room_of(one) != room_of(chosen)]  # another desk is at that one
        return SHARED

    def _take_up(self, chosen: Telling, now: datetime, turn: Turn) -> None:
        """Tell a message of a room that is this desk's for now, unless another desk told it a moment ago."""
        if self.desk.store.telling(chosen.id) != chosen:
            return
        told = gathered_messages.digest_for(self.desk, chosen, now)
        if isinstance(told, PutOff):
            self._not_told(told.telling, told.until, refused=False, why=told.why)
        else:
            self._tell(told, now, turn)

    def _put_off_reminders(self, now: datetime) -> None:
        """Post no reminder while nobody may be reminded; cards and answers go on."""
        if reminders_wait(self.desk):
            self.desk.store.put_off_tellings(REMINDING, HELD, now, now + LATER)

    def _heads(self, now: datetime, *, by_age: bool = False) -> list[Telling]:
        """Return the first message of each list that is allowed now: posts and redraws of each channel or person."""
        known, pace = self.desk.rooms, self.desk.clock.pace()
        return [
            one
            for one in self.desk.store.heads(now, by_age=by_age)
            if not known.closed(room_of(one), pace, to_posts=not one.ts)
        ]

    def _next(self, ready: Sequence[Telling], now: datetime) -> Telling:
        """Return the most urgent message; every so often the longest waiting one.

        Messages after a click always go first.
        """
        first = min(ready, key=_urgent)
        if first.urgency == Urgency.CLICK:
            return first
        if self._turn_of_age("all", AGE_BETWEEN):
            first = min(ready, key=_age)
        which = "redraws" if first.ts else room_of(first)
        if not self._turn_of_age(which):
            return first
        aged = [
            one
            for one in self._heads(now, by_age=True)
            if bool(one.ts) == bool(first.ts) and not self._wait(one, now)
        ]
        return min((one for one in aged if first.ts or room_of(one) == which), key=_age, default=first)

    def _turn_of_age(self, which: str, every: int = AGE_EVERY) -> bool:
        self.told_in[which] += 1
        return self.told_in[which] % every == 0

    def _wait(self, telling: Telling, now: datetime) -> float:
        allowed = self.limits.ready_in(*_kind_of_call(telling), click=_after_click(telling))
        return max(allowed, gathered_messages.seconds_before_next(self.desk, telling, now), settles(telling, now))

    def _tell(self, telling: Telling, now: datetime, turn: Turn) -> None:
        if self._steps_aside(telling, now):
            return
        drawn = self._drawn(telling, now)
        if drawn is None:
            return
        message, version = drawn
        if not (may_call(turn) and self.limits.reserve(*_kind_of_call(telling), click=_after_click(telling))):
            return
        if not telling.ts:
            self.desk.store.telling_started(telling.id, now)
        try:
            with only_while(turn.left):
                outcome = self._call(telling, message, now)
        except OutOfService:  # who may read it is asked right before the call; a post that has begun is looked for
            raise
        except Exception as trouble:  # unexpected error: it is unknown whether it was posted
            log.exception("slack.broken telling=%d", telling.id)
            outcome = Unsure(type(trouble).__name__)
        self._written_down(telling, outcome, version, self.desk.clock.now())

    def _steps_aside(self, telling: Telling, now: datetime) -> bool:
        """Check that the channel is not shared, and put off a message that may not be shown there now."""
        reader = reader_of(telling)
        if not isinstance(reader, InChannel):
            return False
        found = shared_channels.openness(self.desk, reader.channel)
        if found != Openness.SHARED or reader.channel not in self.desk.rooms.held:
            shared_channels.show_or_hide(self.desk, reader.channel, found, now)
        if found == Openness.UNSEEN:
            self._written_down(telling, NotPosted(UNSEEN), 0, now)
        return found != Openness.OURS and not (found == Openness.SHARED and telling.ts)

    def _call(self, telling: Telling, message: Message, now: datetime) -> ChatOutcome:
        reader = reader_of(telling)
        if telling.ts:
            return outgoing.update(self.desk, reader, telling.ts, message, now)
        return outgoing.post(
            self.desk, reader, message, now, thread_ts=telling.thread_ts, telling=self.desk.epochs.mark(telling.id)
        )

    def _drawn(self, telling: Telling, now: datetime) -> tuple[Message, int] | None:
        """Return the drawn message; None for one without content, or one that cannot be drawn, which is put off."""
        try:
            drawn = self.draw(self.desk, telling, now)
        except OutOfService:
            raise
        except Exception:  # one bad message must not stop the others
            log.exception("publish.broken telling=%d", telling.id)
            over = telling.tries >= AT_MOST
            self._not_told(telling, now + AGAIN, give_up=over)
            if over:
                why = f"Slack does not show {what(telling)}: it cannot be drawn. {_IN_THE_LOG}"
                self._notice(f"undrawn:{telling.id}", [why], telling, now)
            return None
        if drawn is None:
            self._not_told(telling, None, give_up=True)
        return drawn

    def _not_told(
        self,
        telling: Telling,
        retry_at: datetime | None,
        *,
        give_up: bool = False,
        refused: bool = True,
        why: str = "",
    ) -> None:
        self.desk.store.mark_not_told(
            telling.id,
            retry_at,
            give_up=give_up,
            tried=telling.wanted,
            drawn=telling.anew,
            refused=refused,
            why=why,
        )

    def _written_down(self, telling: Telling, outcome: ChatOutcome, version: int, now: datetime) -> None:
        store = self.desk.store
        match outcome:
            case Posted(channel, ts):
                store.mark_told(telling.id, channel, ts, version, None if telling.ts else now, drawn=telling.anew)
            case Paced(seconds):
                self.limits.back_off(*_kind_of_call(telling), seconds)
                self._not_told(telling, None, refused=False)
            case NotPosted(code):
                log.warning("slack.refused telling=%d code=%s", telling.id, code)
                if self._deleted_by_hand(telling, code, now):
                    return
                waits, over = self._waits_for_its_channel(telling, code), self._is_over(telling, code)
                counts = not waits and code not in PASSES
                self._not_told(telling, now + (LATER if waits else AGAIN), give_up=over, refused=counts, why=code)
                if over or waits:
                    self._say_it(telling, code, now, waits=waits)
            case Unsure(why):
                log.warning("slack.unsure telling=%d why=%s", telling.id, why)
                if telling.ts:  # redrawing is safe to repeat
                    self._not_told(telling, now + AGAIN, refused=False)

    def _deleted_by_hand(self, telling: Telling, code: str, now: datetime) -> bool:
        """Handle a message that somebody deleted in Slack: post it again while it matters, else give it up.

        If a thread is missing, its card is redrawn: only Slack's answer on the card itself proves its deletion.
        """
        store = self.desk.store
        if code == "message_not_found" and telling.ts:
            if _still_matters(self.desk, telling):
                log.warning("publish.deleted_by_hand telling=%d case=%d", telling.id, telling.case_id)
                store.gone(telling.id, telling.ts)
            else:
                self._not_told(telling, None, give_up=True)
            return True
        card = store.card(telling.case_id) if code == "thread_not_found" else None
        if card is not None and card.ts and card.ts == telling.thread_ts and telling.tries < AT_MOST:
            store.mark_told(card.id, card.channel, card.ts, card.wanted - 1)
            self._not_told(telling, now + AGAIN)
            return True
        return False

    def _waits_for_its_channel(self, telling: Telling, code: str) -> bool:
        """Return whether a post waits until its channel accepts messages again; no button could bring it back."""
        if code not in OF_THE_CHANNEL or telling.ts or is_person(telling.recipient):
            return False
        return not telling.case_id or self.desk.store.case(telling.case_id).state in GOING_ON

    def _is_over(self, telling: Telling, code: str) -> bool:
        if code in PASSES or self._waits_for_its_channel(telling, code):
            return False
        return code in FOR_GOOD or telling.tries >= AT_MOST

    def _say_it(self, telling: Telling, code: str, now: datetime, *, waits: bool) -> None:
        """Report to leads a case that Slack does not show, for each channel once a day."""
        mend = "Please put the channel right; what waits is shown there within ten minutes of that."
        again = "It is tried again when the case changes; `/care case` shows it meanwhile."
        if not telling.case_id:
            again = f"It is not tried again. {_IN_THE_LOG}"
        refused = f"Slack refuses to show {what(telling)} "
        said = (refused, *where_it_stands(telling), f" ({code}). {mend if waits else again}")
        self._notice(f"refused:{room_of(telling)}:{code}:{now:%Y-%m-%d}", said, telling, now)

    def _notice(self, key: str, said: Sequence[Piece], telling: Telling, now: datetime) -> None:
        safe = " The case is safe and its promise still counts." if telling.case_id else ""
        tell_leads(self.desk, key, (*said, safe), now, besides=room_of(telling))

    def reconcile(self, now: datetime) -> int:
        """Look for posts of unknown outcome; return how many are settled now."""
        return self.read_back.settle(now)


def _kind_of_call(telling: Telling) -> tuple[str, str]:
    return "update" if telling.ts else "post", room_of(telling)


def _after_click(telling: Telling) -> bool:
    return telling.urgency == Urgency.CLICK


def _urgent(telling: Telling) -> tuple[Urgency, bool, datetime, int]:
    """Return the sort key of urgency; among messages after a click those with a decision go first."""
    decided = telling.urgency == Urgency.CLICK and telling.kind in {TellingKind.ASK, TellingKind.DRAFT}
    return telling.urgency, not decided, telling.due_at or LAST, telling.id


def _age(telling: Telling) -> tuple[datetime, int]:
    return telling.since, telling.id


def _still_matters(desk: Desk, telling: Telling) -> bool:
    """Return whether a message is needed in Slack.

    That is the card of a case that goes on, the live draft, a holding reply until it ends, a list of light
    mentions, or the texts of a draft for several customers, while one of them waits, and a notice that counts further
    ones since, also in a digest.
    """
    if telling.kind in {TellingKind.NOTICE, TellingKind.DIGEST}:
        from bot.services.slack.gathered_notices import is_counting  # noqa: PLC0415 - when somebody deleted one

        within = [telling] if telling.kind == TellingKind.NOTICE else desk.store.messages_in(telling.about)
        return any(is_counting(desk, one.about) for one in within if one.kind == TellingKind.NOTICE)
    if telling.kind == TellingKind.LIGHT:
        return desk.store.light_digest(telling.about).count(LightState.WAITING) > 0
    if telling.kind == TellingKind.HOLDING:
        return desk.store.holding_reply(telling.about).ended_at is None
    if telling.kind == TellingKind.JOINT:
        return waits_for_approval(desk, telling.about)
    return telling.kind in {TellingKind.CARD, TellingKind.DRAFT} and _its_case_matters(desk, telling)


def _its_case_matters(desk: Desk, telling: Telling) -> bool:
    case = desk.store.case(telling.case_id)
    if telling.kind == TellingKind.DRAFT:
        its, draft = desk.store.ask(telling.about), case.draft
        return bool(its and draft and draft.live and (draft.id, draft.version) == (its.draft, its.version))
    return case.state in GOING_ON


def settles(telling: Telling, now: datetime) -> float:
    """Return the seconds that a redraw waits to include further changes; 0 for a post."""
    rest = SOON if telling.urgency == Urgency.CLICK else SETTLED
    if telling.kind == TellingKind.DIGEST and telling.urgency == OF_A_LIST:
        rest = LISTS_SETTLED
    waited = now - telling.since
    return (rest - waited).total_seconds() if telling.ts and timedelta() <= waited < rest else 0.0
