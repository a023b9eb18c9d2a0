-- Each time the database turned out to be an older copy: from then on numbers, buttons and marks are others.
CREATE TABLE epochs (
    number INTEGER NOT NULL PRIMARY KEY,
    begun_at INTEGER NOT NULL,
    nonce TEXT NOT NULL,
    first_case INTEGER NOT NULL,
    first_telling INTEGER NOT NULL,
    why TEXT NOT NULL
) STRICT;
