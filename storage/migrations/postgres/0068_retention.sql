-- Closed cases whose names and words are still there, and settled posts that could not be read, for the retention.
CREATE INDEX cases_with_words ON cases (ended_at) WHERE state = 'closed' AND author_name <> '(erased)';
CREATE INDEX quarantine_with_raw ON quarantine (settled_at) WHERE settled_at IS NOT NULL AND length(raw) > 0;
