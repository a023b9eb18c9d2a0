-- Storms: what many people say at once, its cases, its roles and steps. A folded case has no card and no reminders of its own.
CREATE TABLE storms (
    id INTEGER NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    traits TEXT NOT NULL, -- JSON: [[kind, name]]
    words TEXT NOT NULL, -- JSON: that say what it is about
    since INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    opened_by TEXT NOT NULL,
    spike_id INTEGER NOT NULL DEFAULT 0,
    over_at INTEGER,
    ended_by TEXT NOT NULL DEFAULT '',
    merged_into INTEGER NOT NULL DEFAULT 0, -- the storm in which it goes on
    nag_due_at INTEGER, -- the due moment that its newest reminder was about
    nag_level INTEGER NOT NULL DEFAULT 0, -- of that reminder
    asked_at INTEGER, -- when it was asked last whether it is over
    drawn_at INTEGER NOT NULL DEFAULT 0, -- when its message was wanted last
    CHECK ((over_at IS NULL) = (ended_by = ''))
) STRICT;
CREATE INDEX storms_open ON storms (id) WHERE over_at IS NULL;
CREATE INDEX storms_merged ON storms (merged_into) WHERE merged_into <> 0;
CREATE INDEX storms_of_spike ON storms (spike_id) WHERE spike_id <> 0;

CREATE TABLE storm_cases (
    id INTEGER NOT NULL PRIMARY KEY,
    storm_id INTEGER NOT NULL,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    place TEXT NOT NULL CHECK (place = 'folded' OR place = 'stands_out' OR place = 'taken_out' OR place = 'came_out'),
    why TEXT NOT NULL DEFAULT '',
    placed_by TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    UNIQUE (storm_id, case_id)
) STRICT;
CREATE INDEX storm_cases_placed ON storm_cases (storm_id, place, case_id);
CREATE INDEX storm_cases_in_order ON storm_cases (storm_id, id);
CREATE INDEX storm_cases_of_case ON storm_cases (case_id);

CREATE TABLE storm_marks (
    storm_id INTEGER NOT NULL REFERENCES storms (id),
    kind TEXT NOT NULL CHECK (kind = 'role' OR kind = 'step' OR kind = 'pause' OR kind = 'seen'),
    name TEXT NOT NULL, -- of the role or step; of 'seen': the person
    person_id TEXT NOT NULL,
    marked_at INTEGER NOT NULL,
    PRIMARY KEY (storm_id, kind, name)
) STRICT;

ALTER TABLE cases ADD COLUMN storm INTEGER NOT NULL DEFAULT 0; -- the storm into which it is folded
CREATE INDEX cases_in_storm ON cases (storm, due_at) WHERE storm <> 0;
ALTER TABLE promises ADD COLUMN folded INTEGER NOT NULL DEFAULT 0 CHECK (folded = 0 OR folded = 1); -- 1: no reminders of its own
DROP INDEX promises_nag;
CREATE INDEX promises_nag ON promises (nag_at) WHERE nag_at IS NOT NULL AND folded = 0;

-- SQLite changes a CHECK only in the words of the table: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''light'' OR', 'kind = ''light'' OR kind = ''storm'' OR kind = ''storm_desk'' OR kind = ''storm_pause'' OR kind = ''storm_over'' OR')
WHERE type = 'table' AND name = 'tellings';
PRAGMA writable_schema = RESET;
