"""Joint drafts: which drafts one review message lists, and other customers' cases under one public post."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.cases.case import Case
from bot.domain.replies.joint_draft import JointDraft
from bot.domain.slack.telling import TellingKind, Urgency
from storage.audit import lines as audit
from storage.engine import rows
from storage.engine.base import Engine
from storage.slack.tellings import want_of_desk

_ADD = rows.insert("joint_drafts", "case_id channel written_by written_at asked", "RETURNING id")
_LEFT = f"SELECT DISTINCT joint_id FROM joint_texts WHERE draft_id IN ({rows.SOME})"
_PUT = """INSERT INTO joint_texts (draft_id, joint_id, case_id)
SELECT d.id, CAST(:joint AS bigint), d.case_id FROM drafts d WHERE d.id = :draft
ON CONFLICT (draft_id) DO UPDATE SET joint_id = excluded.joint_id"""
_ONE = "SELECT id, case_id, channel, written_by, written_at, asked FROM joint_drafts WHERE id = :id"
_DRAFTS = "SELECT draft_id FROM joint_texts WHERE joint_id = :id ORDER BY case_id"
_OF_DRAFT = "SELECT joint_id FROM joint_texts WHERE draft_id = :draft"
_UNDER_ONE_POST = """SELECT c.id FROM cases c
WHERE c.network = :network AND c.account = :account AND c.root_id = :root AND c.author_id <> :author
AND c.private = 0"""
_SIBLINGS = f"{_UNDER_ONE_POST} AND c.state IN ('new', 'open', 'pending') ORDER BY c.id + 0 LIMIT :limit"
_UNDRAFTED = """NOT EXISTS (SELECT 1 FROM drafts d WHERE d.case_id = c.id AND d.state NOT IN ('sent', 'withdrawn'))"""
_WAIT = f"{_UNDER_ONE_POST} AND c.state IN ('new', 'open') AND {_UNDRAFTED}"
_FREE = f"{_WAIT} AND c.assignee IN ('', :by) ORDER BY c.id + 0 LIMIT :limit"
_HELD = f"{_WAIT} AND c.assignee NOT IN ('', :by) ORDER BY c.id + 0 LIMIT :limit"


class JointDrafts(audit.Audit):
    """Joint drafts, and the cases that could share one."""

    engine: Engine

    def add_joint_draft(
        self, case_id: int, drafts: Sequence[int], *, channel: str, by: str, at: datetime, asked: str
    ) -> int:
        with self.engine.transaction():
            older = [row[0] for some in rows.in_some(drafts) for row in self.engine.rows(_LEFT, some)]
            params = {"case_id": case_id, "channel": channel, "written_by": by, "asked": asked}
            joint = int(self.engine.rows(_ADD, params | {"written_at": rows.stored(at)})[0][0])
            self.engine.run_all(_PUT, [{"joint": joint, "draft": one} for one in drafts])
            self.note("joint_draft", by, at, {"joint": joint, "drafts": list(drafts), "to": asked})
            for told in [*older, joint]:
                self._want_joint(self.joint_draft(told), at)
        return joint

    def _want_joint(self, joint: JointDraft, at: datetime) -> None:
        facts = {"channel": joint.channel, "urgency": Urgency.CLICK}
        want_of_desk(self.engine, TellingKind.JOINT, joint.id, at, **facts)  # type: ignore[arg-type]
        if joint.asked:
            want_of_desk(
                self.engine, TellingKind.JOINT, joint.id, at, recipient=joint.asked, urgency=Urgency.DECISION
            )

    def joint_draft(self, joint_id: int) -> JointDraft:
        row = self.engine.row(_ONE, {"id": joint_id})
        if row is None:
            raise Unknown("There is no such draft for several customers here.")
        number, case_id, channel, by, at, asked = row
        drafts = tuple(one[0] for one in self.engine.rows(_DRAFTS, {"id": joint_id}))
        return JointDraft(
            id=number, case_id=case_id, channel=channel, by=by, at=rows.at(at), asked=asked, drafts=drafts
        )

    def joint_of(self, draft_id: int) -> int:
        row = self.engine.row(_OF_DRAFT, {"draft": draft_id})
        return int(row[0]) if row else 0

    def siblings(self, case: Case, limit: int) -> Sequence[int]:
        return self._under_one_post(_SIBLINGS, case, {"limit": limit})

    def siblings_to_answer(self, case: Case, by: str, limit: int, *, held: bool = False) -> Sequence[int]:
        return self._under_one_post(_HELD if held else _FREE, case, {"by": by, "limit": limit})

    def _under_one_post(self, sql: str, case: Case, more: Mapping[str, object]) -> Sequence[int]:
        whose = {"network": case.network, "account": case.account, "root": case.root_id, "author": case.author.id}
        return [row[0] for row in self.engine.rows(sql, {**whose, **more})]
