-- The customer segment that decided what is promised, as the configuration had it.
ALTER TABLE cases ADD COLUMN segment TEXT NOT NULL DEFAULT '';
