-- Mentions that need no case: one message lists those of a channel and hour; what became of each.
CREATE TABLE light_digests (
    id INTEGER NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    hour INTEGER NOT NULL, -- its beginning
    grown INTEGER NOT NULL DEFAULT 0, -- 1: it lists more than its message was asked to show
    UNIQUE (channel, hour)
) STRICT;
CREATE INDEX light_digests_grown ON light_digests (id) WHERE grown = 1;

CREATE TABLE light_mentions (
    mention_id INTEGER NOT NULL PRIMARY KEY REFERENCES mentions (id),
    digest_id INTEGER NOT NULL REFERENCES light_digests (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state = 'waiting' OR state = 'liking' OR state = 'liked' OR state = 'set_aside' OR state = 'opened'),
    decided_by TEXT NOT NULL DEFAULT '',
    since INTEGER NOT NULL, -- it stands so
    why TEXT NOT NULL DEFAULT '',
    case_id INTEGER REFERENCES cases (id),
    tries INTEGER NOT NULL DEFAULT 0,
    CHECK ((case_id IS NOT NULL) = (state = 'opened'))
) STRICT;
CREATE INDEX light_of_digest ON light_mentions (digest_id, state, decided_by, mention_id);
CREATE INDEX light_waiting ON light_mentions (kind, mention_id) WHERE state = 'waiting';
CREATE INDEX light_liking ON light_mentions (mention_id) WHERE state = 'liking';
CREATE INDEX light_of_case ON light_mentions (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX cases_dismissed ON cases (ended_at) WHERE state = 'dismissed';

-- SQLite changes a CHECK only in the words of the table: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''digest'' OR', 'kind = ''digest'' OR kind = ''light'' OR')
WHERE type = 'table' AND name = 'tellings';
PRAGMA writable_schema = RESET;
