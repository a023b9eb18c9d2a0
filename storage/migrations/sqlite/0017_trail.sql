-- The seal of the audit trail: one row with what is in it, under a key that lies beside the database and not in it.
CREATE TABLE trail (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    key_mark BLOB NOT NULL,
    chains INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    total BLOB NOT NULL,
    seal BLOB NOT NULL
) STRICT;

-- Where each chain stood when its lines came under the key: what is before that place is told by its digest.
CREATE TABLE trail_before (
    chain INTEGER NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    digest BLOB NOT NULL,
    whole INTEGER NOT NULL CHECK (whole IN (0, 1)),
    seal BLOB NOT NULL
) STRICT;
