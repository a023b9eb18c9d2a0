-- Past replies are found by the posts that they answered. The state is in the index: SQLite, which knows no statistics, takes one
-- for two columns before one for the state alone, in which it read all drafts that were ever sent.
DROP INDEX drafts_by_target;
CREATE INDEX drafts_of_post ON drafts (target_mention, state);
