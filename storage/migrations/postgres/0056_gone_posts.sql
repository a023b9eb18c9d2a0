-- When a post got the words it has, as its network tells: an earlier edit that comes later changes nothing.
ALTER TABLE mentions ADD COLUMN revised_at BIGINT;
-- Posts that were deleted before they came, remembered for some days, so that they bring nothing in when they come.
CREATE TABLE gone_posts (
    network TEXT NOT NULL,
    external_id TEXT NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (network, external_id)
);
CREATE INDEX gone_posts_by_age ON gone_posts (told_at);
