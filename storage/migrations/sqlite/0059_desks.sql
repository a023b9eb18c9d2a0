-- The running desks and what each does alone: not used in a file, which only one desk has open.
CREATE TABLE desks (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL
) STRICT;
CREATE TABLE leases (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    desk_id INTEGER NOT NULL REFERENCES desks (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX leases_by_desk ON leases (desk_id);
