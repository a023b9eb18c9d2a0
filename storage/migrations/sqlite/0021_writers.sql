-- Who wrote too much of a version to let it out (a JSON list of Slack user ids), and the note that it answers.
-- Of what was written before, nobody knows who wrote how much: none of its authors lets it out.
ALTER TABLE draft_versions ADD COLUMN barred TEXT NOT NULL DEFAULT '[]';
ALTER TABLE draft_versions ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE draft_versions ADD COLUMN note_by TEXT NOT NULL DEFAULT '';
UPDATE draft_versions SET barred = authors;
