-- Templates written on the desk, with all versions: of each name the current one goes before the file of that name.
CREATE TABLE template_versions (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    content TEXT NOT NULL, -- as in its file; '': the template is taken away
    state TEXT NOT NULL CHECK (state = 'proposed' OR state = 'current' OR state = 'past' OR state = 'declined'),
    written_by TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at INTEGER
) STRICT;
CREATE UNIQUE INDEX templates_current ON template_versions (name) WHERE state = 'current';
