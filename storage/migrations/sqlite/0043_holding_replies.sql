-- Holding replies: a storm's words, and for each case the draft that was made of them, or why there is none.
CREATE TABLE holding_replies (
    id INTEGER NOT NULL PRIMARY KEY,
    storm_id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    audience TEXT NOT NULL CHECK (audience = 'waiting' OR audience = 'told' OR audience = 'everybody'),
    variants TEXT NOT NULL, -- JSON: words by language
    written_by TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    paused_by TEXT NOT NULL DEFAULT '',
    paused_at INTEGER,
    ended_by TEXT NOT NULL DEFAULT '',
    ended_at INTEGER,
    CHECK ((paused_at IS NULL) = (paused_by = '')),
    CHECK ((ended_at IS NULL) = (ended_by = ''))
) STRICT;
CREATE INDEX holding_of_storm ON holding_replies (storm_id);
CREATE INDEX holding_going_on ON holding_replies (id) WHERE ended_at IS NULL;

CREATE TABLE holding_cases (
    holding_id INTEGER NOT NULL REFERENCES holding_replies (id),
    case_id INTEGER NOT NULL REFERENCES cases (id),
    network TEXT NOT NULL,
    author_id TEXT NOT NULL, -- nobody gets the same words in two cases
    draft_id INTEGER REFERENCES drafts (id),
    joint_id INTEGER REFERENCES joint_drafts (id),
    why TEXT NOT NULL, -- there is no draft
    PRIMARY KEY (holding_id, case_id),
    CHECK ((draft_id IS NULL) = (why <> ''))
) STRICT;
CREATE UNIQUE INDEX holding_of_draft ON holding_cases (draft_id) WHERE draft_id IS NOT NULL;
CREATE UNIQUE INDEX holding_authors ON holding_cases (holding_id, network, author_id) WHERE draft_id IS NOT NULL;
CREATE INDEX holding_of_case ON holding_cases (case_id);

-- SQLite changes a CHECK only in the words of the table: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''joint'' OR', 'kind = ''joint'' OR kind = ''holding'' OR')
WHERE type = 'table' AND name = 'tellings';
PRAGMA writable_schema = RESET;
