-- Cases that were set aside, each with why and until when; posts that were set aside because of who wrote them.
CREATE TABLE asides (
    id INTEGER NOT NULL PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    network TEXT NOT NULL,
    author_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'troll' OR kind = 'spam' OR kind = 'impostor' OR kind = 'other'),
    why TEXT NOT NULL,
    until_at INTEGER, -- NULL: until somebody takes it back
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    decided_by TEXT NOT NULL DEFAULT '', -- the second person, where one is needed; else who asked
    decided_at INTEGER, -- since then it is set aside
    ended_at INTEGER, -- the case came back, or it was not decided so
    ended_by TEXT NOT NULL DEFAULT '',
    CHECK ((decided_at IS NULL) = (decided_by = '')),
    CHECK ((ended_at IS NULL) = (ended_by = ''))
) STRICT;
CREATE UNIQUE INDEX asides_of_case ON asides (case_id) WHERE ended_at IS NULL;
CREATE INDEX asides_of_author ON asides (author_id, network) WHERE ended_at IS NULL;
CREATE INDEX asides_standing ON asides (id) WHERE ended_at IS NULL AND decided_at IS NOT NULL;
CREATE INDEX asides_decided ON asides (decided_at) WHERE decided_at IS NOT NULL;

CREATE TABLE aside_posts (
    mention_id INTEGER NOT NULL PRIMARY KEY REFERENCES mentions (id),
    aside_id INTEGER NOT NULL REFERENCES asides (id),
    at INTEGER NOT NULL,
    case_id INTEGER REFERENCES cases (id), -- that it was opened as
    opened_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX aside_posts_of_aside ON aside_posts (aside_id, mention_id);
CREATE INDEX aside_posts_by_moment ON aside_posts (at);

INSERT INTO asides (case_id, network, author_id, kind, why, until_at, asked_by, asked_at, decided_by, decided_at)
SELECT x.id, x.network, x.author_id, 'other', x.reason, x.resurfaces_at, x.by, x.ended_at, x.by, x.ended_at
FROM (SELECT c.id, c.network, c.author_id, c.reason, c.resurfaces_at, c.ended_at, coalesce((SELECT a.who FROM audit a
    WHERE a.chain = c.id AND a.verb = 'dismiss' ORDER BY a.position DESC LIMIT 1), 'desk') AS by
    FROM cases c WHERE c.state = 'dismissed' AND c.ended_at IS NOT NULL) AS x ORDER BY x.id;
