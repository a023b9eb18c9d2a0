-- The calls to Slack of the last minutes, by the clock of the database: its limits count those of all desks.
CREATE TABLE slack_calls (
    id INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    room TEXT NOT NULL,
    at INTEGER NOT NULL,
    wait INTEGER NOT NULL -- microseconds until the next call is allowed, as Slack asked; 0: a call
) STRICT;
CREATE INDEX slack_calls_by_age ON slack_calls (at);
-- People and groups that changed: what was read from Slack before is not stored over it.
CREATE TABLE forgotten (
    id TEXT NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT;
-- What a desk's own workers and connections ail from, as sentences; empty: nothing.
ALTER TABLE desks ADD COLUMN troubles TEXT NOT NULL DEFAULT '';
