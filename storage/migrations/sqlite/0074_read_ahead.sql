-- Digests of chains with new lines, read before the head that will be over them: a million lines are read in slices.
CREATE TABLE trail_ahead (
    chain INTEGER NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    digest BLOB NOT NULL
) STRICT;
