"""Tellings: the case version that each Slack message shows, and the version that it should show."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.cases.author_events import Erased
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event, PostDeleted
from bot.domain.slack.telling import NEWEST, OF_A_LIST, RETRIED_WITHIN, Telling, TellingKind, Urgency, Want, list_of
from bot.domain.slack.wants import wants
from storage.engine import rows
from storage.engine.base import Engine, Params, Write
from storage.slack import lists, newest, outside
from storage.slack.again import BEHIND_ANEW, MAY_SHOW, again, again_if_shown
from storage.slack.late_threads import LATE_THREAD
from storage.slack.standing import Missing, missing_messages

_FRESH = rows.insert(
    "tellings",
    "case_id kind about recipient channel room ts wanted shown urgency behind due_at since tries",
)
_OF_STORM = "('storm_desk', 'storm_over')"  # stand in the thread of a storm's message
_OF_CARD = "(kind IN ('mention', 'draft', 'nag', 'answer') OR (kind = 'check' AND recipient = ''))"
IN_THREAD = f"(kind IN {_OF_STORM} OR {_OF_CARD})"
# A message in a thread is posted where its card is; without a posted card it has no room.
_UNDER_CARD = """coalesce((SELECT k.room FROM tellings k WHERE k.case_id = :case_id AND k.kind = 'card'
    AND k.about = 0 AND k.recipient = '' AND k.ts <> ''), '')"""
_WANT = f"""{_FRESH} ON CONFLICT (case_id, kind, about, recipient) DO UPDATE
SET {again("excluded.wanted", behind=BEHIND_ANEW)}, digest_id = NULL"""
_JOIN = f"{_FRESH} ON CONFLICT (case_id, kind, about, recipient) DO UPDATE SET {again('excluded.wanted')}"
_WANT_IN_THREAD = _WANT.replace(":room", _UNDER_CARD)
# A message that is about no case has no case version: every redraw increases its own version.
_WANT_OF_DESK = f"""{_FRESH} ON CONFLICT (case_id, kind, about, recipient) DO UPDATE
SET {again("tellings.wanted + 1")}"""
_WHICH = "WHERE case_id = :case_id AND kind = :kind AND about = :about"
_REMINDERS = "SELECT max(n.about) FROM tellings n WHERE n.case_id = :case_id AND n.kind IN ('nag', 'nudge') AND"
_ITS_REMINDERS = f"""(SELECT :about UNION ALL {_REMINDERS} n.ts <> ''
    UNION ALL {_REMINDERS} n.started_at IS NOT NULL UNION ALL {_REMINDERS} n.behind IS NOT NULL)"""
_NEWEST_CHECK = "(SELECT max(id) FROM checks WHERE case_id = :case_id)"
# Of reminders and questions only the newest and the answered ones are redrawn, and only what Slack may show.
_STANDING = f"UPDATE tellings SET {again_if_shown(':wanted')} WHERE case_id = :case_id AND {MAY_SHOW}"
_NEWEST = {
    TellingKind.REMINDER: f"{_STANDING} AND kind IN ('nag', 'nudge') AND about IN {_ITS_REMINDERS}",
    TellingKind.CLAIM_CHECK: f"{_STANDING} AND kind = 'check' AND about IN (:about, {_NEWEST_CHECK})",
}
_NEWEST[TellingKind.INQUIRY] = f"{_STANDING} AND kind IN ('inquiry', 'inquiry_late')"
# A post of a burst has no message of its own: the one before it shows it.
_ITS_BURST = """(SELECT max(b.about) FROM tellings b WHERE b.case_id = :case_id AND b.kind = 'mention'
    AND b.about <= :about)"""
_NEWEST[TellingKind.MENTION] = f"{_STANDING} AND kind = 'mention' AND about = {_ITS_BURST}"
_PRIVATE_ONES = f"""{_STANDING} AND kind = 'mention'
AND about IN (SELECT id FROM mentions WHERE case_id = :case_id AND private = 1)"""
# Each belongs to the row of a request, and is redrawn by the row of its draft.
OF_ASKS = (TellingKind.DRAFT, TellingKind.ASK, TellingKind.BACK)
_NEWEST_VERSION = "(SELECT max(v.version) FROM asks v WHERE v.draft_id = :about)"
_FIRST_ASK = f"(SELECT min(a.id) FROM asks a WHERE a.draft_id = :about AND a.version = {_NEWEST_VERSION})"
_TWO_ASKS = "(SELECT a.id FROM asks a WHERE a.draft_id = :about ORDER BY a.id DESC LIMIT 2)"
_NEWEST_BACK = """(SELECT max(b.about) FROM tellings b JOIN asks a ON a.id = b.about
    WHERE b.case_id = :case_id AND b.kind = 'back' AND a.draft_id = :about)"""
_NEWEST_NEWS = """(SELECT max(n.about) FROM tellings n WHERE n.case_id = :case_id AND n.kind = 'news'
    GROUP BY n.recipient)"""
_OF_CASE = f"UPDATE tellings SET {again(':wanted', ':')} WHERE case_id = :case_id AND kind = :kind"
_NEWEST |= {
    TellingKind.DRAFT: f"{_OF_CASE} AND about = {_FIRST_ASK}",
    TellingKind.ASK: f"{_OF_CASE} AND about IN {_TWO_ASKS}",
    TellingKind.BACK: f"{_OF_CASE} AND about = {_NEWEST_BACK}",
    TellingKind.NEWS: f"{_STANDING} AND kind = :kind AND about IN {_NEWEST_NEWS}",
}
# Nobody is asked by name: a message that Slack had not accepted when the next reminder came is replaced by that one.
_OVERTAKEN = """UPDATE tellings SET behind = NULL WHERE case_id = :case_id AND kind = 'nag' AND about <> :about
AND ts = '' AND behind IS NOT NULL"""
# A folded case has no card of its own: one that stands is redrawn, one that waits is not posted.
_NEWEST[TellingKind.CARD] = f"{_STANDING} AND kind = :kind"
_NOT_POSTED = """UPDATE tellings SET behind = NULL, anew = anew + 1
WHERE case_id = :case_id AND kind = 'card' AND ts = '' AND started_at IS NULL"""
# A message about several cases has no case version.
LISTED = f"""UPDATE tellings SET {again_if_shown("tellings.wanted + 1", "tellings.due_at")}
WHERE case_id = 0 AND kind = :kind AND {MAY_SHOW}"""
_NEWEST[TellingKind.HANDOVER] = f"""{LISTED}
AND about IN (SELECT handover_id FROM handover_cases WHERE case_id = :case_id)"""
_NEWEST[TellingKind.LIGHT] = f"""{LISTED}
AND about IN (SELECT digest_id FROM light_mentions WHERE case_id = :case_id)"""
_NEWEST[TellingKind.JOINT] = f"""{LISTED}
AND about IN (SELECT joint_id FROM joint_texts WHERE case_id = :case_id)"""
_NEWEST[TellingKind.HOLDING] = f"""{LISTED}
AND about IN (SELECT holding_id FROM holding_cases WHERE case_id = :case_id)"""
# A digest with a question about the case is redrawn with it. The newest list of reminders follows at its own pace,
# but at once for the person who clicked.
_REDRAW_DIGEST = f"{LISTED.replace(':kind', repr(TellingKind.DIGEST.value))} AND about IN ({{which}})"
_NEWEST[TellingKind.DIGEST] = _REDRAW_DIGEST.format(
    which="""SELECT max(f.digest_id) FROM tellings f WHERE f.case_id = :case_id AND f.kind <> 'nudge'
    AND f.digest_id IS NOT NULL GROUP BY f.recipient"""
)
# When an author deletes a post, every message of the case is drawn again, however old, and every digest with one.
_EVERY_DIGEST = _REDRAW_DIGEST.format(
    which="""SELECT f.digest_id FROM tellings f WHERE f.case_id = :case_id AND f.digest_id IS NOT NULL
    UNION SELECT n.digest_id FROM nags n JOIN promises p ON p.id = n.promise_id
    WHERE p.case_id = :case_id AND n.digest_id IS NOT NULL"""
)
_STANDING_LIST = """(SELECT d.id FROM digests d WHERE d.person_id = {who} AND d.lists = 1 AND d.told_at IS NOT NULL
    ORDER BY d.id DESC LIMIT 1)"""
# The next list, which waits, may be drawn at this moment; it shows the same reminders.
_WAITING_LIST = _STANDING_LIST.replace("NOT NULL", "NULL")
_LISTS = _REDRAW_DIGEST.format(
    which=f"""SELECT CASE e.which WHEN 0 THEN {_STANDING_LIST.format(who="w.who")}
    ELSE {_WAITING_LIST.format(who="w.who")} END FROM (SELECT 0 AS which UNION ALL SELECT 1) AS e CROSS JOIN (
    SELECT n.asked AS who FROM nags n JOIN promises p ON p.id = n.promise_id
    WHERE p.case_id = :case_id AND n.digest_id IS NOT NULL
    UNION SELECT f.recipient FROM tellings f
    WHERE f.case_id = :case_id AND f.kind = 'nudge' AND f.digest_id IS NOT NULL) AS w
    WHERE :recipient = '*' OR w.who = :recipient"""
)
_LIST_OF = _REDRAW_DIGEST.format(which=_STANDING_LIST.format(who=":recipient"))
_ONE_LIST = _REDRAW_DIGEST.format(which=":older")
_DIGEST_OF_DESK = _REDRAW_DIGEST.format(
    which="""SELECT f.digest_id FROM tellings f WHERE f.case_id = 0 AND f.kind = :kind AND f.about = :about
    AND f.recipient = :recipient AND f.digest_id IS NOT NULL"""
)
# The condition repeats that of the index of held cases.
_STILL_HELD = f"""{LISTED} AND about IN (SELECT h.handover_id FROM cases c
JOIN handover_cases h ON h.case_id = c.id AND h.person_id = c.assignee
WHERE c.assignee = :person AND c.assignee <> '' AND c.state IN ('open', 'pending'))"""
_RENEW_ONE = f"UPDATE tellings SET {again(':wanted', ':')} {_WHICH} AND recipient = :recipient"

_THREAD = IN_THREAD.replace("kind", "t.kind").replace("recipient", "t.recipient")
SELECT = f"""SELECT t.id, t.case_id, t.kind, t.about, t.recipient,
    CASE WHEN {_THREAD} THEN coalesce(k.channel, t.channel) ELSE t.channel END, t.ts,
    CASE WHEN {_THREAD} THEN coalesce(k.ts, '') ELSE '' END,
    t.wanted, t.shown, t.anew, t.urgency, t.started_at, t.tries, t.retry_at, t.due_at, t.since
FROM tellings t
LEFT JOIN tellings k ON k.case_id = t.case_id AND k.recipient = ''
    AND k.kind = CASE WHEN t.kind IN {_OF_STORM} THEN 'storm' ELSE 'card' END
    AND k.about = CASE WHEN t.kind IN {_OF_STORM} THEN t.about ELSE 0 END"""
_TO_TELL = f"""{SELECT} WHERE t.behind IS NOT NULL AND t.room <> ''
AND (t.retry_at IS NULL OR t.retry_at <= :now OR t.retry_at > :beyond)
ORDER BY t.behind, t.due_at, t.id LIMIT :limit"""
_ONE = f"{SELECT} WHERE t.id = :id"
_OF_MESSAGE = f"{SELECT} WHERE t.ts = :ts AND t.ts <> '' AND t.channel = :channel"
_CARD = f"{SELECT} WHERE t.case_id = :case_id AND t.kind = 'card' AND t.about = 0 AND t.recipient = ''"
_STORM = f"{SELECT} WHERE t.case_id = 0 AND t.kind = 'storm' AND t.about = :id AND t.recipient = ''"
_NEWS_FOR = """SELECT max(about) FROM tellings
WHERE case_id = :case_id AND kind = 'news' AND recipient = :recipient"""
_BEGUN = f"{SELECT} WHERE t.started_at IS NOT NULL ORDER BY t.started_at"

_STARTED = "UPDATE tellings SET started_at = :at, behind = NULL WHERE id = :id"
_ADDRESSED = """INSERT INTO addressed (recipient, telling_id, at) SELECT recipient, id, :at FROM tellings
WHERE id = :id AND recipient <> ''
ON CONFLICT (recipient) DO UPDATE SET telling_id = excluded.telling_id, at = excluded.at"""
_ADDRESSED_AT = "UPDATE addressed SET at = :at WHERE telling_id = :id"
_NOT_ADDRESSED = """DELETE FROM addressed WHERE telling_id = :id
AND recipient = (SELECT recipient FROM tellings WHERE id = :id AND ts = '')"""
_TOLD = """UPDATE tellings SET channel = :channel, room = :channel, ts = :ts, shown = :shown, started_at = NULL,
    tries = 0, retry_at = NULL, why = '', behind = CASE WHEN wanted > :shown OR anew > :drawn THEN urgency END,
    since = CASE WHEN wanted > :shown OR anew > :drawn THEN coalesce(started_at, since) ELSE since END
WHERE id = :id"""
_ITS_THREAD = "WHERE case_id = (SELECT case_id FROM tellings WHERE id = :id AND kind = 'card' AND ts {stands} '')"
_CARD_STANDS = f"""UPDATE tellings SET room = :channel, behind = {LATE_THREAD} {_ITS_THREAD.format(stands="<>")}
AND {_OF_CARD} AND room <> :channel"""
_CARD_IS_GONE = f"UPDATE tellings SET room = '' {_ITS_THREAD.format(stands='=')} AND {_OF_CARD}"
_ITS_STORM = "(SELECT about FROM tellings WHERE id = :id AND kind = 'storm' AND ts {stands} '')"
_STORM_STANDS = f"""UPDATE tellings SET room = :channel WHERE case_id = 0 AND kind IN {_OF_STORM}
AND about = {_ITS_STORM.format(stands="<>")} AND room <> :channel"""
_STORM_IS_GONE = f"""UPDATE tellings SET room = '' WHERE case_id = 0 AND kind IN {_OF_STORM}
AND about = {_ITS_STORM.format(stands="=")}"""
# A message whose redraw was requested during the attempt is neither delayed nor given up.
_CHANGED = "(wanted > :tried OR anew > :drawn)"
_NOT_TOLD = f"""UPDATE tellings SET started_at = NULL,
    tries = CASE WHEN {_CHANGED} THEN 0 ELSE tries + :refused END,
    retry_at = CASE WHEN {_CHANGED} THEN NULL ELSE CAST(:retry_at AS bigint) END,
    why = CASE WHEN {_CHANGED} THEN '' ELSE :why END,
    behind = CASE WHEN (:give_up = 0 OR {_CHANGED}) AND (ts = '' OR behind IS NOT NULL) THEN urgency END
WHERE id = :id"""


def first(engine: Engine, case: Case, event: Event) -> None:
    """Create the tellings of a new case; cards under the same public post name it, too."""
    for want in wants(case, case, event):
        if not want.new:
            continue
        engine.run(_FRESH, _params(case, want, want.about, event.at))
    if not case.private:
        outside.redraw_siblings(engine, case, event.at)


def renew(engine: Engine, before: Case, case: Case, event: Event, about: Mapping[TellingKind, int]) -> None:
    """Request a redraw of every message that shows an event's changes; `about`: rows it wrote besides the case."""
    for sql, params in renewed(before, case, event, about, missing_messages(engine, case.id)):
        engine.run(sql, params)


def renewed(
    before: Case, case: Case, event: Event, about: Mapping[TellingKind, int], missing: Missing
) -> Iterator[Write]:
    """Yield the statements of `renew`; `missing`: the kinds of message that do not exist yet."""
    for want in [one for one in wants(before, case, event) if one.new or one.kind not in missing]:
        row = about.get(want.kind, want.about) if want.new else want.about
        params = _params(case, want, row, event.at)
        for sql in _besides(want, event):
            yield sql, params
        if want.new:
            fresh = _JOIN if want.joins else _WANT
            yield _WANT_IN_THREAD if in_thread(want.kind, want.recipient) else fresh, params
        elif want.kind == TellingKind.MENTION and not want.about:
            yield _PRIVATE_ONES, params
        elif want.kind == TellingKind.DIGEST:
            yield from _digests(want, params)
        elif want.kind in _NEWEST:
            yield _NEWEST[want.kind], params
        else:
            yield _RENEW_ONE, params


def _besides(want: Want, event: Event) -> Iterator[str]:
    """Yield the statements about other messages than the wanted one."""
    if want.kind == TellingKind.CARD and not want.new:
        yield _NOT_POSTED
    if want.kind == TellingKind.CARD and isinstance(event, PostDeleted | Erased):
        yield from (_STANDING, _EVERY_DIGEST)
    if want.new and want.kind == TellingKind.REMINDER and want.urgency != Urgency.REMINDER:
        yield _OVERTAKEN


def _digests(want: Want, params: dict[str, object]) -> Iterator[Write]:
    if want.recipient != "*":  # whoever pressed looks at their list
        yield _LISTS, params
        return
    yield _NEWEST[TellingKind.DIGEST], params
    yield _LISTS, params | {"urgency": int(OF_A_LIST)}


def redraw_list(engine: Engine, recipient: str, at: datetime) -> None:
    """Request a redraw of a person's newest list of reminders."""
    engine.run(_LIST_OF, {"recipient": recipient, "urgency": int(OF_A_LIST), "since": rows.stored(at)})


def want_of_desk(
    engine: Engine,
    kind: TellingKind,
    about: int,
    at: datetime,
    *,
    channel: str = "",
    recipient: str = "",
    urgency: Urgency = Urgency.NORMAL,
    waits: bool = False,
) -> None:
    """Create a message that is about no case, or request its redraw; `at`: since when it waits.

    `waits`: for the message in whose thread it stands.
    """
    which: dict[str, object] = {"case_id": 0, "kind": kind.value, "about": about, "recipient": recipient}
    where = {"channel": channel, "room": list_of(recipient) if recipient else "" if waits else channel}
    new = _untold(1, urgency) | {"due_at": rows.stored(at), "since": rows.stored(at)}
    engine.run(_WANT_OF_DESK, which | where | new)
    if recipient and kind != TellingKind.DIGEST:
        engine.run(_DIGEST_OF_DESK, which | {"urgency": int(urgency), "since": rows.stored(at)})
    engine.announce()


def renew_handovers(engine: Engine, person: str, at: datetime) -> None:
    """Request a redraw of the handover lists with a case that this person still holds."""
    wanted = {
        "kind": TellingKind.HANDOVER.value,
        "person": person,
        "since": rows.stored(at),
        "urgency": int(Urgency.NORMAL),
    }
    engine.run(_STILL_HELD, wanted)
    engine.announce()


def in_thread(kind: TellingKind, recipient: str) -> bool:
    """Return whether a message is posted in the thread of its case."""
    return kind in {TellingKind.MENTION, TellingKind.DRAFT, TellingKind.REMINDER, TellingKind.ANSWER} or (
        kind == TellingKind.CLAIM_CHECK and not recipient
    )


def _params(case: Case, want: Want, about: int, at: datetime) -> dict[str, object]:
    which: dict[str, object] = {"case_id": case.id, "kind": want.kind.value, "about": about}
    which["recipient"] = want.recipient
    which["channel"] = "" if want.recipient else case.channel
    which["room"] = list_of(want.recipient) if want.recipient else case.channel
    due_at = rows.stored(case.due_at)
    when = {"due_at": rows.NEVER if due_at is None else due_at, "since": rows.stored(at)}
    return which | _untold(case.version, want.urgency) | when


def _untold(wanted: int, urgency: Urgency) -> dict[str, object]:
    behind = int(urgency)
    return {"ts": "", "wanted": wanted, "shown": 0, "urgency": behind, "behind": behind, "tries": 0}


class Tellings:
    """The tellings, that is, the messages that the desk keeps up to date in Slack."""

    engine: Engine

    def to_tell(self, now: datetime, limit: int = 50) -> Sequence[Telling]:
        beyond = now + RETRIED_WITHIN  # a moment further ahead was stored before the clock was set back
        params: dict[str, object] = {"now": rows.stored(now), "beyond": rows.stored(beyond), "limit": limit}
        return self._tellings(_TO_TELL, params)

    def telling(self, telling_id: int) -> Telling:
        found = self._tellings(_ONE, {"id": telling_id})
        if not found:
            raise Unknown("There is no such message.")
        return found[0]

    def telling_of(self, channel: str, ts: str) -> Telling | None:
        return next(iter(self._tellings(_OF_MESSAGE, {"channel": channel, "ts": ts})), None)

    def card(self, case_id: int) -> Telling | None:
        return next(iter(self._tellings(_CARD, {"case_id": case_id})), None)

    def storm_message(self, storm_id: int) -> Telling | None:
        return next(iter(self._tellings(_STORM, {"id": storm_id})), None)

    def newest_news(self, case_id: int, recipient: str) -> int:
        return self.engine.rows(_NEWS_FOR, {"case_id": case_id, "recipient": recipient})[0][0] or 0

    def begun_tellings(self) -> Sequence[Telling]:
        return self._tellings(_BEGUN, {})

    def _tellings(self, sql: str, params: Params) -> list[Telling]:
        return [rows.read_telling(row) for row in self.engine.rows(sql, params)]

    def telling_started(self, telling_id: int, at: datetime) -> None:
        with self.engine.transaction():
            for sql in (_STARTED, _ADDRESSED):
                self.engine.run(sql, {"id": telling_id, "at": rows.stored(at)})
            lists.begun(self.engine, telling_id, at)

    def mark_told(
        self,
        telling_id: int,
        channel: str,
        ts: str,
        shown: int,
        at: datetime | None = None,
        *,
        drawn: int = NEWEST,
    ) -> None:
        where = {"id": telling_id, "channel": channel}
        with self.engine.transaction():
            self.engine.run(_TOLD, where | {"ts": ts, "shown": shown, "drawn": drawn})
            self.engine.run(_CARD_STANDS, where)
            self.engine.run(_STORM_STANDS, where)
            if at is not None:
                self.engine.run(_ADDRESSED_AT, {"id": telling_id, "at": rows.stored(at)})
            lists.begun(self.engine, telling_id, at)
            for older, since in lists.take_over(self.engine, telling_id):
                self.engine.run(_ONE_LIST, {"older": older, "urgency": int(OF_A_LIST), "since": since})

    def gone(self, telling_id: int, ts: str) -> None:
        with self.engine.transaction():
            newest.is_gone(self.engine, telling_id, ts)
            self.engine.run(_CARD_IS_GONE, {"id": telling_id})
            self.engine.run(_STORM_IS_GONE, {"id": telling_id})
            self.engine.announce()

    def mark_not_told(
        self,
        telling_id: int,
        retry_at: datetime | None,
        *,
        give_up: bool = False,
        tried: int = NEWEST,
        drawn: int = NEWEST,
        refused: bool = True,
        why: str = "",
    ) -> None:
        params = {"id": telling_id, "retry_at": rows.stored(retry_at), "give_up": int(give_up)}
        attempt = {"tried": tried, "drawn": drawn, "refused": int(refused), "why": why}
        with self.engine.transaction():
            self.engine.run(_NOT_TOLD, params | attempt)
            self.engine.run(_NOT_ADDRESSED, {"id": telling_id})
            lists.not_begun(self.engine, telling_id)
