-- Which approver asked for changes.
ALTER TABLE drafts ADD COLUMN note_by TEXT NOT NULL DEFAULT '';
