-- Statements that another system brought, each event once; and the storm in which a statement was written.
ALTER TABLE statements ADD COLUMN event TEXT NOT NULL DEFAULT '';
ALTER TABLE statements ADD COLUMN storm INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX statements_of_events ON statements (written_by, event) WHERE event <> '';
