-- A public reply asked for a private message; after days without one, whoever holds the case is told once.
ALTER TABLE cases ADD COLUMN asked_privately_at INTEGER;
ALTER TABLE cases ADD COLUMN private_silence_at INTEGER;
CREATE INDEX cases_asked_privately ON cases (asked_privately_at) WHERE asked_privately_at IS NOT NULL AND private_silence_at IS NULL;
