-- A public line can say that what went on in private is solved: a draft of its own kind.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''warning'')', 'kind = ''warning'' OR kind = ''closing'')')
WHERE type = 'table' AND name = 'drafts';
PRAGMA writable_schema = RESET;
