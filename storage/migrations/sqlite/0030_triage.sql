-- What each mention was taken for, and by which of its words: one row for each post of theirs.
CREATE TABLE triage (
    mention_id INTEGER NOT NULL PRIMARY KEY REFERENCES mentions (id),
    kind TEXT NOT NULL,
    urgent TEXT NOT NULL, -- '': not
    unheard TEXT NOT NULL, -- what the author says of asking elsewhere; '': nothing
    topic TEXT NOT NULL,
    language TEXT NOT NULL, -- '': nobody knows
    reasons TEXT NOT NULL, -- JSON: by what each was told, [[words], rule]
    at INTEGER NOT NULL
) STRICT;
