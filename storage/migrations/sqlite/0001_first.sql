-- Moments are microseconds since 1970 UTC, lengths are microseconds; "" says "nobody" or "nothing" in texts.
-- CHECKs spell IN as OR: SQLite builds a table for every longer IN, each time.

CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE mentions (
    id INTEGER NOT NULL PRIMARY KEY,
    network TEXT NOT NULL,
    external_id TEXT NOT NULL,
    account TEXT NOT NULL, -- the account of ours that read it first; others are in mention_accounts
    root_id TEXT NOT NULL,
    parent_id TEXT,
    author_id TEXT NOT NULL,
    author_handle TEXT NOT NULL,
    author_name TEXT NOT NULL,
    author_followers INTEGER,
    text TEXT NOT NULL,
    folded TEXT, -- handle and text, casefolded, for finding; NULL where both are ASCII
    raw BLOB NOT NULL,
    posted_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    side TEXT NOT NULL CHECK (side = 'theirs' OR side = 'ours'),
    language TEXT NOT NULL,
    media INTEGER NOT NULL,
    url TEXT NOT NULL,
    answerable TEXT NOT NULL CHECK (answerable = 'yes' OR answerable = 'no' OR answerable = 'unknown'),
    why_not TEXT NOT NULL,
    case_id INTEGER,
    deleted_at INTEGER,
    UNIQUE (network, external_id)
) STRICT;
CREATE INDEX mentions_of_case ON mentions (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE mention_accounts (
    mention_id INTEGER NOT NULL REFERENCES mentions (id),
    account TEXT NOT NULL,
    PRIMARY KEY (mention_id, account)
) STRICT;

CREATE TABLE cases (
    id INTEGER NOT NULL PRIMARY KEY,
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    root_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    author_handle TEXT NOT NULL,
    author_name TEXT NOT NULL,
    author_followers INTEGER,
    state TEXT NOT NULL CHECK (state = 'new' OR state = 'open' OR state = 'pending' OR state = 'solved' OR state = 'dismissed' OR state = 'closed'),
    version INTEGER NOT NULL CHECK (version > 0),
    opened_at INTEGER NOT NULL,
    channel TEXT NOT NULL,
    priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3), -- a rank: 0 hurts most
    topic TEXT NOT NULL,
    language TEXT NOT NULL,
    assignee TEXT NOT NULL,
    assigned_at INTEGER,
    latest INTEGER NOT NULL,
    latest_at INTEGER,
    first_response_at INTEGER,
    answered_at INTEGER,
    answer_url TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    follows INTEGER NOT NULL,
    reason TEXT NOT NULL,
    resurfaces_at INTEGER,
    ended_at INTEGER,
    deleted_at INTEGER,
    due_at INTEGER,
    CHECK (state <> 'new' OR assignee = ''),
    CHECK (state <> 'open' OR assignee <> ''),
    CHECK ((assignee <> '') = (assigned_at IS NOT NULL)),
    CHECK ((due_at IS NOT NULL) = (state = 'new' OR state = 'open')),
    CHECK ((ended_at IS NOT NULL) = (state = 'solved' OR state = 'dismissed' OR state = 'closed')),
    CHECK ((answered_at IS NOT NULL) = (first_response_at IS NOT NULL)),
    CHECK (resurfaces_at IS NULL OR ended_at IS NOT NULL)
) STRICT;
-- One case per author and conversation until it is closed; closed ones are told apart by their own number.
CREATE UNIQUE INDEX cases_of_conversation
    ON cases (network, root_id, author_id, (CASE WHEN state = 'closed' THEN id ELSE 0 END));
CREATE INDEX cases_of_author ON cases (author_id, network);
CREATE INDEX cases_owed ON cases (priority, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX cases_held ON cases (assignee) WHERE assignee <> '' AND state IN ('open', 'pending');
CREATE INDEX cases_solved ON cases (ended_at) WHERE state = 'solved';
CREATE INDEX cases_set_aside ON cases (resurfaces_at) WHERE state = 'dismissed';
CREATE INDEX cases_answered ON cases (first_response_at) WHERE first_response_at IS NOT NULL;

CREATE TABLE promises (
    id INTEGER NOT NULL PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL CHECK (kind = 'first_response' OR kind = 'next_response'),
    started_at INTEGER NOT NULL,
    within INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    nag_level INTEGER NOT NULL,
    nag_at INTEGER,
    kept_at INTEGER,
    dropped_at INTEGER,
    lapsed_at INTEGER,
    CHECK ((nag_at IS NOT NULL) = (nag_level > 0)),
    CHECK (kept_at IS NULL OR dropped_at IS NULL),
    CHECK (nag_at IS NULL OR (kept_at IS NULL AND dropped_at IS NULL))
) STRICT;
CREATE INDEX promises_of_case ON promises (case_id);
-- Nullable, so that what needs no reminder never enters the index.
CREATE INDEX promises_nag ON promises (nag_at) WHERE nag_at IS NOT NULL;

CREATE TABLE nags (
    id INTEGER NOT NULL PRIMARY KEY,
    promise_id INTEGER NOT NULL REFERENCES promises (id),
    level INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    noted_at INTEGER NOT NULL,
    told INTEGER NOT NULL CHECK (told = 0 OR told = 1), -- 0: passed while the desk was away, only written down
    UNIQUE (promise_id, level)
) STRICT;

CREATE TABLE drafts (
    id INTEGER NOT NULL PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    state TEXT NOT NULL CHECK (state = 'writing' OR state = 'in_review' OR state = 'approved' OR state = 'sending' OR state = 'failed' OR state = 'unconfirmed' OR state = 'by_hand' OR state = 'sent' OR state = 'withdrawn'),
    version INTEGER NOT NULL CHECK (version > 0),
    kind TEXT NOT NULL CHECK (kind = 'reply' OR kind = 'correction' OR kind = 'take_back'),
    target_network TEXT NOT NULL,
    target_account TEXT NOT NULL,
    target_post TEXT NOT NULL,
    target_mention INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    template TEXT NOT NULL,
    template_text TEXT NOT NULL,
    asked TEXT NOT NULL,
    note TEXT NOT NULL,
    stale TEXT NOT NULL,
    why TEXT NOT NULL,
    corrects TEXT NOT NULL,
    submitted_at INTEGER,
    approval_id INTEGER,
    attempt_id INTEGER,
    CHECK (state NOT IN ('approved', 'sending', 'failed', 'unconfirmed') OR approval_id IS NOT NULL),
    CHECK (state NOT IN ('sending', 'unconfirmed') OR attempt_id IS NOT NULL)
) STRICT;
CREATE INDEX drafts_of_case ON drafts (case_id);
CREATE UNIQUE INDEX drafts_live ON drafts (case_id) WHERE state NOT IN ('sent', 'withdrawn');
CREATE INDEX drafts_by_state ON drafts (state);

CREATE TABLE draft_versions (
    draft_id INTEGER NOT NULL REFERENCES drafts (id),
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    digest TEXT NOT NULL,
    authors TEXT NOT NULL, -- a JSON list of Slack user ids, the newest last
    written_by TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (draft_id, version)
) STRICT;

CREATE TABLE approvals (
    id INTEGER NOT NULL PRIMARY KEY,
    draft_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL,
    approved_by TEXT NOT NULL CHECK (approved_by <> ''),
    approved_at INTEGER NOT NULL,
    asked_at INTEGER, -- when this version was submitted
    target_network TEXT NOT NULL,
    target_account TEXT NOT NULL,
    target_post TEXT NOT NULL,
    seen INTEGER NOT NULL,
    void_at INTEGER,
    void_by TEXT NOT NULL,
    CHECK ((void_at IS NOT NULL) = (void_by <> '')),
    FOREIGN KEY (draft_id, version) REFERENCES draft_versions (draft_id, version)
) STRICT;
CREATE UNIQUE INDEX approvals_live ON approvals (draft_id) WHERE void_at IS NULL;
CREATE INDEX approvals_by_time ON approvals (approved_at);

CREATE TABLE attempts (
    id INTEGER NOT NULL PRIMARY KEY,
    draft_id INTEGER NOT NULL REFERENCES drafts (id),
    approval_id INTEGER REFERENCES approvals (id),
    n INTEGER NOT NULL,
    key TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    outcome TEXT CHECK (outcome = 'delivered' OR outcome = 'refused' OR outcome = 'lost' OR outcome = 'absent'),
    ended_at INTEGER,
    post_id TEXT NOT NULL,
    url TEXT NOT NULL,
    why TEXT NOT NULL,
    looks INTEGER NOT NULL,
    look_at INTEGER,
    UNIQUE (draft_id, approval_id, n),
    CHECK ((outcome IS NOT NULL) = (ended_at IS NOT NULL))
) STRICT;
-- At most one public reply per approval.
CREATE UNIQUE INDEX attempts_delivered ON attempts (approval_id) WHERE outcome = 'delivered';

-- Ids, verbs, people and digests; never a text or a handle. Chain 0 is the desk, any other number is a case.
CREATE TABLE audit (
    chain INTEGER NOT NULL,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    verb TEXT NOT NULL,
    facts TEXT NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (chain, position)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER audit_keeps_lines BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever added to');
END;
CREATE TRIGGER audit_keeps_all BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever added to');
END;

CREATE TABLE notices (
    id INTEGER NOT NULL PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    sentence TEXT NOT NULL,
    noted_at INTEGER NOT NULL
) STRICT;

CREATE TABLE tellings (
    id INTEGER NOT NULL PRIMARY KEY,
    case_id INTEGER NOT NULL, -- 0: about the desk
    kind TEXT NOT NULL CHECK (kind = 'card' OR kind = 'mention' OR kind = 'draft' OR kind = 'ask' OR kind = 'back' OR kind = 'nag' OR kind = 'notice'),
    about INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    channel TEXT NOT NULL,
    ts TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    urgency INTEGER NOT NULL,
    behind INTEGER, -- the urgency while Slack has to be told something, else NULL
    started_at INTEGER,
    tries INTEGER NOT NULL,
    retry_at INTEGER,
    CHECK (behind IS NULL OR started_at IS NULL),
    UNIQUE (case_id, kind, about, recipient)
) STRICT;
CREATE INDEX tellings_behind ON tellings (behind) WHERE behind IS NOT NULL;
CREATE INDEX tellings_begun ON tellings (started_at) WHERE started_at IS NOT NULL;
CREATE INDEX tellings_of_message ON tellings (ts) WHERE ts <> '';

CREATE TABLE cursors (
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    stream TEXT NOT NULL,
    value TEXT NOT NULL,
    moved_at INTEGER NOT NULL,
    PRIMARY KEY (network, account, stream)
) STRICT;

CREATE TABLE gaps (
    id INTEGER NOT NULL PRIMARY KEY,
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    why TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    UNIQUE (network, account, since, until)
) STRICT;

CREATE TABLE quarantine (
    id INTEGER NOT NULL PRIMARY KEY,
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    post_id TEXT NOT NULL,
    why TEXT NOT NULL,
    raw BLOB NOT NULL,
    digest TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    UNIQUE (network, account, digest)
) STRICT;

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'member' OR kind = 'guest' OR kind = 'stranger' OR kind = 'bot' OR kind = 'gone'),
    zone TEXT NOT NULL,
    fetched_at INTEGER NOT NULL
) STRICT;

CREATE TABLE groups (
    id TEXT NOT NULL PRIMARY KEY,
    fetched_at INTEGER NOT NULL
) STRICT;

CREATE TABLE group_members (
    group_id TEXT NOT NULL REFERENCES groups (id),
    person_id TEXT NOT NULL,
    PRIMARY KEY (group_id, person_id)
) STRICT;

CREATE TABLE saved_words (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    person_id TEXT NOT NULL,
    words TEXT NOT NULL, -- a JSON object
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (case_id, person_id)
) STRICT;
