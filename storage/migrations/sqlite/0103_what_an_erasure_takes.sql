-- An erasure takes what is held when it is asked for. Numbers of rows tell that; our clock may be set back since.
ALTER TABLE erasures ADD COLUMN newest_post INTEGER NOT NULL DEFAULT 0;
ALTER TABLE erasures ADD COLUMN newest_case INTEGER NOT NULL DEFAULT 0;
ALTER TABLE erasures ADD COLUMN newest_unreadable INTEGER NOT NULL DEFAULT 0;
UPDATE erasures SET
    newest_post = (SELECT coalesce(max(id), 0) FROM mentions WHERE received_at <= asked_at),
    newest_case = (SELECT coalesce(max(id), 0) FROM cases WHERE opened_at <= asked_at),
    newest_unreadable = (SELECT coalesce(max(id), 0) FROM quarantine WHERE kept_at <= asked_at)
WHERE ended_at IS NULL;
