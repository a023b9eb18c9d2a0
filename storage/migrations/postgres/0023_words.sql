-- What a post is found by. It is put into the index after the post came in, by and by: NULL waits for that.
-- The column `folded` is written no more; taking it away would write every post anew.
ALTER TABLE mentions ADD COLUMN words TEXT;
CREATE INDEX mentions_to_index ON mentions (id) WHERE words IS NULL;
CREATE INDEX mention_words ON mentions USING gin (array_to_tsvector(string_to_array(words, ' ')))
    WITH (fastupdate = off); -- posts come into it by and by anyway, and a search reads no pending list
