-- When somebody does not want to be disturbed, and who gave a case to whoever holds it.
ALTER TABLE people ADD COLUMN dnd_from INTEGER;
ALTER TABLE people ADD COLUMN dnd_until INTEGER CHECK ((dnd_from IS NULL) = (dnd_until IS NULL));
ALTER TABLE cases ADD COLUMN assigned_by TEXT NOT NULL DEFAULT '';
