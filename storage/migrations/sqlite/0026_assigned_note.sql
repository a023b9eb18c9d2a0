-- What whoever gave a case to somebody wrote to them.
ALTER TABLE cases ADD COLUMN assigned_note TEXT NOT NULL DEFAULT '';
