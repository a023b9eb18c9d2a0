-- Until when a network that refused a reply asked us to wait, and when the desk begins it again by itself.
ALTER TABLE attempts ADD COLUMN wait_until INTEGER;
ALTER TABLE attempts ADD COLUMN again_at INTEGER;
CREATE INDEX attempts_by_wait ON attempts (wait_until) WHERE wait_until IS NOT NULL;
