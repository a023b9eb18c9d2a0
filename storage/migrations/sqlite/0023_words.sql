-- What a post is found by. It is put into the index after the post came in, by and by: NULL waits for that.
-- The column `folded` is written no more; taking it away would write every post anew.
ALTER TABLE mentions ADD COLUMN words TEXT;
CREATE INDEX mentions_to_index ON mentions (id) WHERE words IS NULL;
CREATE VIRTUAL TABLE mention_words USING fts5 (
    words, content = 'mentions', content_rowid = 'id', tokenize = 'ascii', detail = none, columnsize = 0
);
CREATE TRIGGER mention_words_change AFTER UPDATE OF words ON mentions BEGIN
    INSERT INTO mention_words (mention_words, rowid, words) SELECT 'delete', old.id, old.words WHERE old.words IS NOT NULL;
    INSERT INTO mention_words (rowid, words) SELECT new.id, new.words WHERE new.words IS NOT NULL;
END;
CREATE TRIGGER mention_words_gone AFTER DELETE ON mentions WHEN old.words IS NOT NULL BEGIN
    INSERT INTO mention_words (mention_words, rowid, words) VALUES ('delete', old.id, old.words);
END;
