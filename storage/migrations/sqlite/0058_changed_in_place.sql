-- A correction can change the words of the reply itself: a draft of its own kind.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''private'')', 'kind = ''private'' OR kind = ''in_place'')')
WHERE type = 'table' AND name = 'drafts';
PRAGMA writable_schema = RESET;
