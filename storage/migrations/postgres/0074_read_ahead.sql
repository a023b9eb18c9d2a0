-- Digests of chains with new lines, read before the head that will be over them: a million lines are read in slices.
CREATE TABLE trail_ahead (
    chain BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    digest BYTEA NOT NULL
);
