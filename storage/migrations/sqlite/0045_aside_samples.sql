-- Once a month some of what was set aside in the month before is looked at again.
CREATE TABLE aside_samples (
    id INTEGER NOT NULL PRIMARY KEY,
    month TEXT NOT NULL UNIQUE, -- "2026-10"
    seed TEXT NOT NULL, -- by which the sample can be made again
    of_many INTEGER NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE aside_sample_items (
    id INTEGER NOT NULL PRIMARY KEY,
    sample_id INTEGER NOT NULL REFERENCES aside_samples (id),
    reason TEXT NOT NULL,
    case_id INTEGER REFERENCES cases (id),
    mention_id INTEGER REFERENCES mentions (id),
    verdict TEXT NOT NULL DEFAULT '' CHECK (verdict = '' OR verdict = 'right' OR verdict = 'missed'),
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at INTEGER,
    CHECK ((case_id IS NULL) <> (mention_id IS NULL)),
    CHECK ((verdict = '') = (decided_by = '')),
    CHECK ((decided_at IS NULL) = (decided_by = ''))
) STRICT;
CREATE INDEX aside_sample_items_open ON aside_sample_items (sample_id, verdict, id);
