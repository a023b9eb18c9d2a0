-- The index of words is merged by the desk, some pages at a time: FTS5 by itself merged for up to half a second, and held
-- up whoever claimed a case meanwhile.
INSERT INTO mention_words (mention_words, rank) VALUES ('automerge', 0);
