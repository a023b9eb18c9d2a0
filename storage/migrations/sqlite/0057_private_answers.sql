-- A public post can be answered by a private message: a draft of its own kind.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''closing'')', 'kind = ''closing'' OR kind = ''private'')')
WHERE type = 'table' AND name = 'drafts';
PRAGMA writable_schema = RESET;
