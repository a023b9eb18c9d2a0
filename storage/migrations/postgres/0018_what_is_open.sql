-- What is open is counted from the index alone, and what was opened in a period is found without the rest.
DROP INDEX cases_owed;
CREATE INDEX cases_owed ON cases (priority, due_at, id, state, assignee) WHERE due_at IS NOT NULL;
CREATE INDEX cases_opened ON cases (opened_at);
-- A question that names every column of its own index is not answered from a longer one.
DROP INDEX cases_solved;
CREATE INDEX cases_solved ON cases (state, ended_at) WHERE state = 'solved';
DROP INDEX approvals_by_time;
CREATE INDEX approvals_in_pairs ON approvals (approved_at) WHERE lane = '';
DROP INDEX approvals_unread;
CREATE INDEX approvals_unread ON approvals (read_at, approved_at) WHERE lane <> '' AND read_at IS NULL;
