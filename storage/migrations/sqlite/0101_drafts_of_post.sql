-- Past replies are found by the posts that they answered. The index holds no condition on the state: with one, the query has to
-- name the state, and SQLite, which knows no statistics, then read all drafts that were ever sent.
DROP INDEX drafts_by_target;
CREATE INDEX drafts_of_post ON drafts (target_mention);
