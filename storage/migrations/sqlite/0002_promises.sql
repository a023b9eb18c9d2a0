-- Several promises a case: being solved beside being answered, and what a reply promised in words.
ALTER TABLE promises ADD COLUMN pauses TEXT NOT NULL DEFAULT '[]'; -- a JSON list of [since, until or null]
ALTER TABLE cases ADD COLUMN moved TEXT NOT NULL DEFAULT ''; -- why the due moment is another one than it was
ALTER TABLE drafts ADD COLUMN promised TEXT NOT NULL DEFAULT ''; -- the phrase that promises a moment
ALTER TABLE drafts ADD COLUMN promised_at INTEGER;
ALTER TABLE drafts ADD COLUMN promised_within INTEGER; -- counted from when the reply is public, else NULL
-- SQLite changes a CHECK only in the words of the table: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(sql,
    'kind = ''next_response'')', 'kind = ''next_response'' OR kind = ''resolution'' OR kind = ''spoken'')'),
    'CHECK ((nag_at IS NOT NULL) = (nag_level > 0))', 'CHECK (nag_at IS NULL OR nag_level > 0)')
WHERE type = 'table' AND name = 'promises';
UPDATE sqlite_schema SET sql = replace(sql,
    'CHECK ((due_at IS NOT NULL) = (state = ''new'' OR state = ''open''))',
    'CHECK (due_at IS NOT NULL OR (state <> ''new'' AND state <> ''open'')),'
    || ' CHECK (due_at IS NULL OR state = ''new'' OR state = ''open'' OR state = ''pending'')')
WHERE type = 'table' AND name = 'cases';
PRAGMA writable_schema = RESET;
