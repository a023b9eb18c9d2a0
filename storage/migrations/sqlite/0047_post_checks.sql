-- Posts that are still shown, whose network is asked once a day whether they were deleted.
CREATE TABLE post_checks (
    mention_id INTEGER NOT NULL PRIMARY KEY REFERENCES mentions (id),
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    check_at INTEGER NOT NULL
) STRICT;
CREATE INDEX post_checks_due ON post_checks (network, account, check_at);
