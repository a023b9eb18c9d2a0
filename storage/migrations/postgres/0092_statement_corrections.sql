-- Statements that give public posts of an earlier one other words: which statement, which posts, and the words there.
ALTER TABLE statements ADD COLUMN corrects BIGINT NOT NULL DEFAULT 0;
ALTER TABLE statement_posts ADD COLUMN corrects TEXT NOT NULL DEFAULT '';
ALTER TABLE statement_posts ADD COLUMN replaces TEXT NOT NULL DEFAULT '';
ALTER TABLE statement_posts ADD COLUMN corrected_by BIGINT NOT NULL DEFAULT 0;
