-- Signed requests that were let in, by digest: the same one again does nothing.
CREATE TABLE requests (
    digest TEXT NOT NULL PRIMARY KEY,
    signed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_by_age ON requests (signed_at);
