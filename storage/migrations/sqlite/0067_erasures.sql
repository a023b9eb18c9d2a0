-- People whose data were asked to be erased. `author_id` is there until that is done; `mark` is its keyed digest.
CREATE TABLE erasures (
    id INTEGER NOT NULL PRIMARY KEY,
    network TEXT NOT NULL,
    author_id TEXT NOT NULL DEFAULT '',
    mark TEXT NOT NULL UNIQUE,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    ended_at INTEGER,
    CHECK ((author_id = '') = (ended_at IS NOT NULL))
) STRICT;
CREATE INDEX erasures_pending ON erasures (id) WHERE ended_at IS NULL;

-- Their posts, by keyed digests of their ids, so that none comes back.
CREATE TABLE erased_posts (
    mark TEXT NOT NULL PRIMARY KEY
) STRICT;
