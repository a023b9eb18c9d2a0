-- Conversations in private messages, and posts whose authors changed them.
ALTER TABLE mentions ADD COLUMN private INTEGER NOT NULL DEFAULT 0 CHECK (private = 0 OR private = 1);
ALTER TABLE mentions ADD COLUMN edited_at INTEGER; -- when we saw that it had been changed
ALTER TABLE cases ADD COLUMN private INTEGER NOT NULL DEFAULT 0 CHECK (private = 0 OR private = 1);
