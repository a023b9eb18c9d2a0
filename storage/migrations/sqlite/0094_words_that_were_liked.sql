-- A like is for the words that were shown: while it waits, its author may change them.
ALTER TABLE thank_yous ADD COLUMN like_words TEXT NOT NULL DEFAULT ''; -- digest; '': begun before this was kept
ALTER TABLE light_mentions ADD COLUMN like_words TEXT NOT NULL DEFAULT '';
