-- Where the words of a template's version, and of a statement's post, come from, as of a draft's version.
ALTER TABLE template_versions ADD COLUMN origins TEXT NOT NULL DEFAULT '[]'; -- JSON: kind, name, characters
ALTER TABLE statement_posts ADD COLUMN origins TEXT NOT NULL DEFAULT '[]';
-- Drafts with words of a machine: few or none, among all.
CREATE INDEX draft_versions_by_machines ON draft_versions (draft_id, version) WHERE origins LIKE '%["machine",%';
