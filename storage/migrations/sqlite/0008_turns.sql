-- Turns that people give each other, and what they leave behind at the end of one.
CREATE TABLE swaps (
    id INTEGER NOT NULL PRIMARY KEY,
    asker TEXT NOT NULL,
    taker TEXT NOT NULL CHECK (taker <> asker),
    begins INTEGER NOT NULL,
    ends INTEGER NOT NULL CHECK (ends > begins),
    asked_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state = 'asked' OR state = 'accepted' OR state = 'declined' OR state = 'expired'),
    decided_at INTEGER,
    CHECK ((decided_at IS NULL) = (state = 'asked'))
) STRICT;
CREATE UNIQUE INDEX swaps_of_turn ON swaps (asker, begins) WHERE state = 'asked' OR state = 'accepted';
CREATE INDEX swaps_by_end ON swaps (ends);

CREATE TABLE handovers (
    id INTEGER NOT NULL PRIMARY KEY,
    ended_at INTEGER NOT NULL UNIQUE,
    noted_at INTEGER NOT NULL
) STRICT;

CREATE TABLE handover_cases (
    handover_id INTEGER NOT NULL REFERENCES handovers (id),
    case_id INTEGER NOT NULL REFERENCES cases (id),
    person_id TEXT NOT NULL, -- who held it
    PRIMARY KEY (handover_id, case_id)
) STRICT;
CREATE INDEX handovers_of_case ON handover_cases (case_id);

-- SQLite changes a CHECK only in the words of the table: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''nag'' OR', 'kind = ''nag'' OR kind = ''swap'' OR kind = ''handover'' OR')
WHERE type = 'table' AND name = 'tellings';
PRAGMA writable_schema = RESET;
