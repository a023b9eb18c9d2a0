-- Reviews: their stars, what they were written with, and what they said before their authors changed them.
ALTER TABLE mentions ADD COLUMN stars INTEGER CHECK (stars >= 1 AND stars <= 5);
ALTER TABLE mentions ADD COLUMN written_with TEXT NOT NULL DEFAULT '';
ALTER TABLE mentions ADD COLUMN said_before TEXT NOT NULL DEFAULT '';
ALTER TABLE mentions ADD COLUMN stars_before INTEGER CHECK (stars_before >= 1 AND stars_before <= 5);
