-- A sentence about the desk in pieces, so that a moment in it is shown in the reader's own zone.
ALTER TABLE notices ADD COLUMN pieces TEXT NOT NULL DEFAULT '[]'; -- a JSON array: words, a moment, ["person" or "room", id]
