-- One writer's words for several customers: a review message, and the drafts that it lists.
CREATE TABLE joint_drafts (
    id INTEGER NOT NULL PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id), -- on which the words were written
    channel TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    asked TEXT NOT NULL -- the approver
) STRICT;

CREATE TABLE joint_texts (
    draft_id INTEGER NOT NULL PRIMARY KEY REFERENCES drafts (id),
    joint_id INTEGER NOT NULL REFERENCES joint_drafts (id), -- the newest one: a draft written again leaves the older
    case_id INTEGER NOT NULL REFERENCES cases (id)
) STRICT;
CREATE INDEX joint_texts_of_joint ON joint_texts (joint_id, case_id);
CREATE INDEX joint_texts_of_case ON joint_texts (case_id);

-- SQLite changes a CHECK only in the words of the table: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''digest'' OR', 'kind = ''digest'' OR kind = ''joint'' OR')
WHERE type = 'table' AND name = 'tellings';
PRAGMA writable_schema = RESET;
