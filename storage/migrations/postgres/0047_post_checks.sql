-- Posts that are still shown, whose network is asked once a day whether they were deleted.
CREATE TABLE post_checks (
    mention_id BIGINT NOT NULL PRIMARY KEY REFERENCES mentions (id),
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    check_at BIGINT NOT NULL
);
CREATE INDEX post_checks_due ON post_checks (network, account, check_at);
