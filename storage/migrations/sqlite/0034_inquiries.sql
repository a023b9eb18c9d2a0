-- Questions from a case to another team, each with its own time and its answer.
CREATE TABLE inquiries (
    id INTEGER NOT NULL PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    team TEXT NOT NULL,
    channel TEXT NOT NULL,
    mention INTEGER NOT NULL, -- the customer's newest post then; 0: none
    text TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    late_at INTEGER, -- when the team was reminded
    ended_at INTEGER,
    ended_by TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '', -- '' with an end: not needed any more
    CHECK ((ended_at IS NULL) = (ended_by = ''))
) STRICT;
CREATE INDEX inquiries_of_case ON inquiries (case_id, id);
CREATE INDEX inquiries_overdue ON inquiries (due_at) WHERE ended_at IS NULL AND late_at IS NULL;

-- SQLite changes a CHECK only in the words of the table: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''nag'' OR',
    'kind = ''nag'' OR kind = ''inquiry'' OR kind = ''inquiry_late'' OR kind = ''answer'' OR')
WHERE type = 'table' AND name = 'tellings';
PRAGMA writable_schema = RESET;
