-- The seal of the audit trail: one row with what is in it, under a key that lies beside the database and not in it.
CREATE TABLE trail (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    key_mark BYTEA NOT NULL,
    chains BIGINT NOT NULL,
    lines BIGINT NOT NULL,
    total BYTEA NOT NULL,
    seal BYTEA NOT NULL
);

-- Where each chain stood when its lines came under the key: what is before that place is told by its digest.
CREATE TABLE trail_before (
    chain BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    whole BIGINT NOT NULL CHECK (whole IN (0, 1)),
    seal BYTEA NOT NULL
);
