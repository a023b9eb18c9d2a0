"""Drafts with all versions, approvals and attempts: writes an event's changes, and finds what waits to be sent."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.replaced import replace
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.draft import Approval, Attempt, Draft, DraftKind
from bot.domain.replies.draft_events import Delivered
from bot.domain.replies.outcome_checks import LONGEST
from bot.domain.replies.repeats import SentWords
from bot.domain.replies.retries import SET_BACK
from bot.domain.replies.writers import Written
from storage.engine import rows
from storage.engine.base import Engine
from storage.engine.origin_rows import written_origins
from storage.replies import sent_sentences

_MOVING = (
    "state version template template_text facts target_network target_account target_post target_mention seen asked "
    "note stale why submitted_at promised promised_at promised_within note_by why_withdrawn done posts dropped "
    "approval_id attempt_id"
)
_ADD = rows.insert("drafts", f"case_id kind corrects also {_MOVING}", "RETURNING id")
_REPLACE = f"UPDATE drafts SET {rows.assignments(_MOVING)} WHERE id = :id"
_SINCE_SENT = """drafts d WHERE d.case_id = :case
AND d.id > (SELECT coalesce(max(id), 0) FROM drafts WHERE case_id = :case AND state = 'sent' AND dropped = 0)"""
_WRITTEN = f"""SELECT v.draft_id, v.written_by, v.text, v.note, v.note_by FROM draft_versions v
WHERE v.draft_id IN (SELECT d.id FROM {_SINCE_SENT}) ORDER BY v.draft_id, v.version"""
_NOTES = f"SELECT d.id, d.note, d.note_by FROM {_SINCE_SENT} AND d.note <> ''"  # not answered by a version
# A post that was taken back by an earlier id, before the network gave it its newest one.
_TAKEN_BACK = """SELECT 1 FROM drafts d WHERE d.case_id = :case AND d.kind = 'take_back'
AND (d.state = 'sent' AND (d.corrects = :post OR d.corrects IN (
        SELECT e.external_id FROM mentions m JOIN earlier_ids e ON e.mention_id = m.id AND e.network = m.network
        WHERE m.case_id = :case AND m.external_id = :post))
    OR EXISTS (SELECT 1 FROM attempts t WHERE t.draft_id = d.id AND t.outcome = 'delivered' AND t.post_id = :post))"""
_SENT_SINCE = """SELECT v.text, t.ended_at, m.author_handle, m.author_name, d.case_id, v.cuts, v.numbered, t.part
FROM attempts t
JOIN drafts d ON d.id = t.draft_id JOIN approvals y ON y.id = t.approval_id
JOIN draft_versions v ON v.draft_id = d.id AND v.version = y.version
JOIN mentions m ON m.id = d.target_mention
WHERE t.outcome = 'delivered' AND t.ended_at >= :since AND d.kind <> 'take_back'
AND d.target_network = :network AND d.target_account = :account
AND NOT EXISTS (SELECT 1 FROM drafts b JOIN attempts u ON u.draft_id = b.id WHERE b.case_id = d.case_id
    AND b.kind = 'take_back' AND u.outcome = 'delivered' AND u.post_id = t.post_id)
ORDER BY t.ended_at DESC LIMIT 500"""
_ANOTHER_REPLY = """SELECT 1 FROM drafts d JOIN attempts t ON t.draft_id = d.id
WHERE d.case_id = :case AND d.kind <> 'take_back'
AND t.post_id = :post AND t.outcome = 'delivered' AND t.id <> :attempt"""
_ADD_VERSION = rows.insert(
    "draft_versions",
    "draft_id version text digest authors barred written_by written_at note note_by cuts numbered origins",
)
_ADD_APPROVAL = rows.insert(
    "approvals",
    (
        "draft_id version digest approved_by approved_at asked_at target_network target_account target_post seen "
        "void_by lane reason sends_at done"
    ),
    "RETURNING id",
)
_VOID = "UPDATE approvals SET void_at = :at, void_by = :by WHERE id = :id AND void_at IS NULL"
_TRIED = "outcome ended_at post_id url why looks look_at missed_at wait_until again_at"
_ADD_ATTEMPT = rows.insert("attempts", f"draft_id approval_id n key started_at part {_TRIED}", "RETURNING id")
_REPLACE_ATTEMPT = f"UPDATE attempts SET {rows.assignments(_TRIED)} WHERE id = :id"

# Approved, or refused for now and to be tried again without a person.
_GOES_OUT = """FROM drafts d JOIN approvals y ON y.id = d.approval_id LEFT JOIN attempts t ON t.id = d.attempt_id
WHERE d.state IN ('approved', 'failed') AND (d.state = 'approved' OR t.again_at IS NOT NULL)"""
# A hold that began in the future was stored before the clock was set back.
_HELD = """FROM account_holds w WHERE w.network = d.target_network AND w.account = d.target_account
AND w.use = CASE WHEN d.kind = 'take_back' THEN 'delete' ELSE 'write' END
AND w.until_at > :now AND w.held_at <= :soon"""
_PAUSED = """FROM holding_cases p JOIN holding_replies h ON h.id = p.holding_id
WHERE p.draft_id = d.id AND h.paused_at IS NOT NULL"""
_TO_SEND = f"""SELECT d.case_id {_GOES_OUT} AND NOT EXISTS (SELECT 1 {_HELD}) AND NOT EXISTS (SELECT 1 {_PAUSED})
AND (d.state = 'approved' AND (y.sends_at IS NULL OR y.sends_at <= :now)
    OR d.state = 'failed' AND (t.again_at <= :now OR t.ended_at > :soon))
ORDER BY d.state, t.again_at, y.approved_at, d.id"""  # first attempts first: no failed one keeps another back
_NEXT_SEND = f"SELECT min(CASE d.state WHEN 'approved' THEN y.sends_at ELSE t.again_at END) {_GOES_OUT} "
_NEXT_SEND += f"AND NOT EXISTS (SELECT 1 {_PAUSED})"
_APPROVED = f"SELECT d.case_id, y.id, y.approved_at {_GOES_OUT} ORDER BY y.approved_at, d.id"
_SENDING = "SELECT case_id FROM drafts WHERE state = 'sending' ORDER BY id"
_UNCONFIRMED = "FROM drafts d JOIN attempts t ON t.id = d.attempt_id WHERE d.state = 'unconfirmed'"
# A check planned further ahead than any check can be was stored before the clock was set back.
_TO_LOOK_FOR = f"""SELECT d.case_id {_UNCONFIRMED} AND (t.look_at <= :now OR t.look_at > :beyond)
ORDER BY t.look_at, d.id"""
_NEXT_LOOK = f"SELECT min(t.look_at) {_UNCONFIRMED}"


def write(engine: Engine, before: Case, after: Case, event: Event) -> Case:
    """Write an event's changes to the draft; return the case with the draft as stored."""
    draft, was = after.draft, before.draft
    if draft is None or draft == was:
        return after
    if draft.id == 0:
        draft = _add(engine, draft)
        was = None
    if was is None or draft.version != was.version:
        _write_version(engine, was, draft, event)
    draft = _write_approval(engine, was, draft, event)
    draft = _write_attempt(engine, was, draft)
    engine.run(_REPLACE, _moving(draft) | {"id": draft.id})
    if isinstance(event, Delivered) and draft.kind != DraftKind.TAKE_BACK:
        sent_sentences.add(engine, replace(after, draft=draft), draft.text, event.at)
    return replace(after, draft=draft)


def _add(engine: Engine, draft: Draft) -> Draft:
    params = _moving(draft) | {"case_id": draft.case_id, "kind": draft.kind, "corrects": draft.corrects}
    params |= {"also": rows.compact(draft.also)}
    return replace(draft, id=engine.rows(_ADD, params)[0][0])


def _write_version(engine: Engine, was: Draft | None, draft: Draft, event: Event) -> None:
    params = {"draft_id": draft.id, "version": draft.version, "text": draft.text, "digest": draft.digest}
    params |= {"authors": rows.compact(draft.authors), "written_by": event.by, "written_at": rows.stored(event.at)}
    params |= {
        "barred": rows.compact(draft.barred),
        "cuts": rows.compact(draft.split.cuts),
        "numbered": int(draft.split.numbered),
        "origins": written_origins(draft.origins),
        "note": was.note if was else "",
        "note_by": was.note_by if was else "",
    }
    engine.run(_ADD_VERSION, params)


def _write_approval(engine: Engine, was: Draft | None, draft: Draft, event: Event) -> Draft:
    """Mark a withdrawn approval as void, and add a new one; approvals are never deleted."""
    old = was.approval if was else None
    new = draft.approval
    if old is not None and (new is None or new.id != old.id):
        engine.run(_VOID, {"at": rows.stored(event.at), "by": event.by, "id": old.id})
    if new is None or new.id:
        return draft
    params = {"draft_id": draft.id, "version": new.version, "digest": new.digest, "seen": new.seen, "void_by": ""}
    params |= {"approved_by": new.by, "approved_at": rows.stored(new.at), "asked_at": rows.stored(draft.submitted_at)}
    params |= {"lane": new.lane, "reason": new.reason, "sends_at": rows.stored(new.sends_at), "done": new.done}
    number = engine.rows(_ADD_APPROVAL, params | _target(new))[0][0]
    return replace(draft, approval=replace(new, id=number))


def _target(of: Approval | Draft) -> dict[str, object]:
    target: PostRef = of.target
    return {"target_network": target.network, "target_account": target.account, "target_post": target.post_id}


def _write_attempt(engine: Engine, was: Draft | None, draft: Draft) -> Draft:
    tried = draft.attempt
    if tried is None or (was is not None and tried == was.attempt):
        return draft
    if tried.id:
        engine.run(_REPLACE_ATTEMPT, _tried(tried) | {"id": tried.id})
        return draft
    params: dict[str, object] = {"draft_id": draft.id, "approval_id": draft.approval.id if draft.approval else None}
    params |= {"n": tried.n, "key": tried.key, "started_at": rows.stored(tried.started_at), "part": tried.part}
    return replace(draft, attempt=replace(tried, id=engine.rows(_ADD_ATTEMPT, params | _tried(tried))[0][0]))


def _tried(tried: Attempt) -> dict[str, object]:
    return {
        "outcome": tried.outcome,
        "ended_at": rows.stored(tried.ended_at),
        "post_id": tried.post_id,
        "url": tried.url,
        "why": tried.why,
        "looks": tried.looks,
        "look_at": rows.stored(tried.look_at),
        "missed_at": rows.stored(tried.missed_at),
        "wait_until": rows.stored(tried.wait_until),
        "again_at": rows.stored(tried.again_at),
    }


def _moving(draft: Draft) -> dict[str, object]:
    return _target(draft) | {
        "state": draft.state,
        "version": draft.version,
        "template": draft.template,
        "template_text": draft.template_text,
        "facts": rows.compact(dict(draft.facts)),
        "target_mention": draft.target_mention,
        "seen": draft.seen,
        "asked": draft.asked,
        "note": draft.note,
        "note_by": draft.note_by,
        "stale": draft.stale,
        "why": draft.why,
        "why_withdrawn": draft.why_withdrawn,
        "done": draft.done,
        "posts": rows.compact(draft.posts),
        "dropped": draft.dropped,
        "submitted_at": rows.stored(draft.submitted_at),
        "promised": draft.spoken.phrase if draft.spoken else "",
        "promised_at": rows.stored(draft.spoken.due_at) if draft.spoken else None,
        "promised_within": draft.spoken.within // rows.MICROSECOND if draft.spoken and draft.spoken.within else None,
        "approval_id": draft.approval.id if draft.approval else None,
        "attempt_id": draft.attempt.id if draft.attempt else None,
    }


def _moments(now: datetime) -> dict[str, object]:
    return {"now": rows.stored(now), "soon": rows.stored(now + SET_BACK)}


class Drafts:
    """Drafts that wait to be sent, are being sent, or have to be looked for; results are case numbers."""

    engine: Engine

    def written(self, case_id: int) -> Sequence[Written]:
        found = [Written(*row) for row in self.engine.rows(_WRITTEN, {"case": case_id})]
        last = {one.draft: one for one in found}
        for draft, note, note_by in self.engine.rows(_NOTES, {"case": case_id}):
            found.append(replace(last[draft], note=note, note_by=note_by))
        return sorted(found, key=lambda one: one.draft)  # sorting keeps the order of versions

    def is_another_reply(self, case_id: int, post_id: str, attempt: int) -> bool:
        params = {"case": case_id, "post": post_id, "attempt": attempt}
        return self.engine.row(_ANOTHER_REPLY, params) is not None

    def sent_since(
        self, case_id: int, network: str, account: str, since: datetime
    ) -> tuple[Sequence[SentWords], Sequence[SentWords]]:
        params = {"network": network, "account": account, "since": rows.stored(since)}
        found = [
            (
                case == case_id,
                SentWords(rows.read_split(cuts, numbered).part_of(text, part), rows.at(at), handle, name),
            )
            for text, at, handle, name, case, cuts, numbered, part in self.engine.rows(_SENT_SINCE, params)
        ]
        return [one for own, one in found if not own], [one for own, one in found if own]

    def taken_back(self, case_id: int, post_id: str) -> bool:
        return self.engine.row(_TAKEN_BACK, {"case": case_id, "post": post_id}) is not None

    def to_send(self, now: datetime) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_TO_SEND, _moments(now))]

    def next_send_at(self) -> datetime | None:
        row = self.engine.row(_NEXT_SEND)
        return rows.moment(row[0]) if row else None

    def sending(self) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_SENDING)]

    def to_look_for(self, now: datetime) -> Sequence[int]:
        params = {"now": rows.stored(now), "beyond": rows.stored(now + LONGEST)}
        return [row[0] for row in self.engine.rows(_TO_LOOK_FOR, params)]

    def next_look_at(self) -> datetime | None:
        row = self.engine.row(_NEXT_LOOK)
        return rows.moment(row[0]) if row else None

    def waiting_approvals(self) -> Sequence[tuple[int, int, datetime]]:
        return [(case, approval, rows.at(given)) for case, approval, given in self.engine.rows(_APPROVED)]
