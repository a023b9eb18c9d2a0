-- What was filled into a template stays with the draft, and what we put up of our own accord is promised as well.
ALTER TABLE drafts ADD COLUMN facts TEXT NOT NULL DEFAULT '{}'; -- a JSON object, by the gap's name
-- SQLite changes a CHECK only in the words of the table: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''spoken'')', 'kind = ''spoken'' OR kind = ''own_accord'')')
WHERE type = 'table' AND name = 'promises';
-- A correction can be owed on a case that has ended.
UPDATE sqlite_schema SET sql = replace(sql,
    ', CHECK (due_at IS NULL OR state = ''new'' OR state = ''open'' OR state = ''pending'')', '')
WHERE type = 'table' AND name = 'cases';
PRAGMA writable_schema = RESET;
