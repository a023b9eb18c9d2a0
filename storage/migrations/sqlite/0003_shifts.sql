-- Who is on, and whom a reminder asks.
CREATE TABLE shift_changes (
    person_id TEXT NOT NULL PRIMARY KEY,
    is_on INTEGER NOT NULL CHECK (is_on = 0 OR is_on = 1),
    since INTEGER NOT NULL,
    until INTEGER -- NULL: until they say otherwise
) STRICT;

CREATE TABLE digests (
    id INTEGER NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL,
    noted_at INTEGER NOT NULL
) STRICT;
CREATE INDEX digests_of_person ON digests (person_id, noted_at);

CREATE TABLE checks (
    id INTEGER NOT NULL PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    person_id TEXT NOT NULL,
    since INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    answered_at INTEGER,
    released_at INTEGER,
    UNIQUE (case_id, since)
) STRICT;

ALTER TABLE nags ADD COLUMN asked TEXT NOT NULL DEFAULT ''; -- the one person it asks
ALTER TABLE nags ADD COLUMN holder TEXT NOT NULL DEFAULT ''; -- who held the ball then
ALTER TABLE nags ADD COLUMN digest_id INTEGER REFERENCES digests (id); -- the digest that tells it, if any
ALTER TABLE nags ADD COLUMN taken_by TEXT NOT NULL DEFAULT ''; -- who said that they are on it
ALTER TABLE nags ADD COLUMN taken_at INTEGER;
ALTER TABLE nags ADD COLUMN quiet_until INTEGER;
CREATE INDEX nags_of_digest ON nags (digest_id) WHERE digest_id IS NOT NULL;

-- SQLite changes a CHECK only in the words of the table: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''nag'' OR', 'kind = ''nag'' OR kind = ''nudge'' OR kind = ''digest'' OR kind = ''check'' OR')
WHERE type = 'table' AND name = 'tellings';
PRAGMA writable_schema = RESET;
