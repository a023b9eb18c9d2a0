-- Where each passage of a version comes from, as [kind, name, length]; of versions from before this: not known.
ALTER TABLE draft_versions ADD COLUMN origins TEXT NOT NULL DEFAULT '[]';
