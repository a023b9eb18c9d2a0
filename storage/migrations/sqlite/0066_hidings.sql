-- Customers' posts that we hide under our posts, or show again: each wish, and what came of it.
CREATE TABLE hidings (
    id INTEGER NOT NULL PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    mention_id INTEGER NOT NULL REFERENCES mentions (id),
    hide INTEGER NOT NULL CHECK (hide = 0 OR hide = 1), -- 0: show it again
    state TEXT NOT NULL CHECK (state = 'asked' OR state = 'done' OR state = 'refused' OR state = 'unknown'),
    asked_by TEXT NOT NULL, -- 'network': somebody did it there
    asked_at INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '',
    settled_at INTEGER,
    stands INTEGER NOT NULL DEFAULT 0 CHECK (stands = 0 OR stands = 1), -- the newest one of its post that was done
    looks INTEGER NOT NULL DEFAULT 0,
    look_at INTEGER -- when the network is read for its outcome
) STRICT;
CREATE INDEX hidings_of_case ON hidings (case_id, id);
CREATE INDEX hidings_that_stand ON hidings (mention_id) WHERE stands = 1;
CREATE INDEX hidings_hidden ON hidings (settled_at) WHERE stands = 1 AND hide = 1;
CREATE INDEX hidings_to_look ON hidings (look_at) WHERE look_at IS NOT NULL;
