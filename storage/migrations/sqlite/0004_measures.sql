-- What is measured over a period, and when mentions came in, is found without reading everything.
CREATE INDEX promises_kept ON promises (kept_at) WHERE kept_at IS NOT NULL;
CREATE INDEX promises_due ON promises (due_at);
CREATE INDEX promises_running ON promises (case_id) WHERE kept_at IS NULL AND dropped_at IS NULL;
CREATE INDEX cases_ended ON cases (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX mentions_came ON mentions (network, account, received_at) WHERE side = 'theirs';
