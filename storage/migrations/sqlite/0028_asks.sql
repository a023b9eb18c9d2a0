-- Requests to let a version of a draft out, each with what ended it: each is a message of its own.
CREATE TABLE asks (
    id INTEGER NOT NULL PRIMARY KEY,
    draft_id INTEGER NOT NULL REFERENCES drafts (id),
    version INTEGER NOT NULL,
    asked TEXT NOT NULL, -- Slack user id; '': nobody by name
    asked_at INTEGER NOT NULL,
    ended TEXT NOT NULL DEFAULT '', -- the verb that ended it
    ended_by TEXT NOT NULL DEFAULT '',
    ended_at INTEGER,
    note TEXT NOT NULL DEFAULT '', -- which changes were asked for
    CHECK ((ended <> '') = (ended_at IS NOT NULL))
) STRICT;
CREATE INDEX asks_of_draft ON asks (draft_id, id);

-- Until now one message stood for all requests of a draft: it goes on as that of the newest.
INSERT INTO asks (id, draft_id, version, asked, asked_at, ended, ended_by, ended_at, note)
SELECT d.id, d.id, d.version, d.asked, coalesce(d.submitted_at, v.written_at),
    CASE WHEN d.state = 'in_review' THEN '' WHEN d.state = 'withdrawn' THEN 'withdraw'
        WHEN d.state <> 'writing' THEN 'approve' WHEN d.note <> '' THEN 'request_changes' ELSE 'edit' END,
    CASE WHEN d.state = 'writing' THEN d.note_by ELSE '' END,
    CASE WHEN d.state <> 'in_review' THEN coalesce(d.submitted_at, v.written_at) END,
    CASE WHEN d.state = 'writing' THEN d.note ELSE '' END
FROM drafts d JOIN draft_versions v ON v.draft_id = d.id AND v.version = d.version
WHERE EXISTS (SELECT 1 FROM tellings t WHERE t.case_id = d.case_id AND t.about = d.id
    AND (t.kind = 'draft' OR t.kind = 'ask' OR t.kind = 'back'));

-- SQLite changes a CHECK only in the words of the table: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''back'' OR', 'kind = ''back'' OR kind = ''news'' OR')
WHERE type = 'table' AND name = 'tellings';
PRAGMA writable_schema = RESET;
