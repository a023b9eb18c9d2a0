-- Of erased people: the names and runs of words that a text under way has, until it has come to an end without them.
CREATE TABLE traces_left (
    id INTEGER NOT NULL PRIMARY KEY,
    network TEXT NOT NULL,
    traces TEXT NOT NULL
) STRICT;
