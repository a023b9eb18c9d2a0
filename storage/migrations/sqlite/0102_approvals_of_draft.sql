-- All approvals of a draft, also those that ended: a proof of a case lists them.
CREATE INDEX approvals_of_draft ON approvals (draft_id);
