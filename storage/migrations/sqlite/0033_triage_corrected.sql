-- Whether the kind of a mention is certain, and what people say it is instead: each correction, with what was told before.
ALTER TABLE triage ADD COLUMN sure INTEGER NOT NULL DEFAULT 1;
ALTER TABLE triage ADD COLUMN corrected_by TEXT NOT NULL DEFAULT ''; -- Slack user id; '': nobody
CREATE TABLE triage_corrections (
    id INTEGER NOT NULL PRIMARY KEY,
    mention_id INTEGER NOT NULL REFERENCES mentions (id),
    kind_before TEXT NOT NULL,
    kind TEXT NOT NULL,
    kind_rule TEXT NOT NULL, -- what had told the kind before
    urgent_before TEXT NOT NULL,
    urgent TEXT NOT NULL,
    urgent_rule TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX triage_corrections_by_mention ON triage_corrections (mention_id);
