-- Statements to everybody: proposed by one person, approved as a whole by another one, posted once by each account.
CREATE TABLE statements (
    id INTEGER NOT NULL PRIMARY KEY,
    state TEXT NOT NULL CHECK (state = 'proposed' OR state = 'approved' OR state = 'declined'),
    takes_back INTEGER NOT NULL, -- the statement whose posts are deleted; 0: it posts words
    written_by TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at INTEGER,
    terms TEXT NOT NULL, -- digest of what was approved; '': nothing is
    line INTEGER NOT NULL -- position of the approval in the trail of the desk; 0: none
) STRICT;
CREATE INDEX statements_proposed ON statements (id) WHERE state = 'proposed';
CREATE TABLE statement_posts (
    id INTEGER NOT NULL PRIMARY KEY,
    statement_id INTEGER NOT NULL REFERENCES statements (id),
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    text TEXT NOT NULL,
    takes_back TEXT NOT NULL, -- the post that is deleted; '': none
    state TEXT NOT NULL CHECK (
        state = 'waiting' OR state = 'sending' OR state = 'sent' OR state = 'failed' OR state = 'unconfirmed'
        OR state = 'taken_back'
    ),
    key TEXT NOT NULL,
    post_id TEXT NOT NULL,
    url TEXT NOT NULL,
    why TEXT NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    looks INTEGER NOT NULL,
    look_at INTEGER,
    missed_at INTEGER,
    again_at INTEGER,
    UNIQUE (statement_id, network, account)
) STRICT;
CREATE INDEX statement_posts_undone ON statement_posts (id)
WHERE state = 'waiting' OR state = 'sending' OR state = 'unconfirmed';
