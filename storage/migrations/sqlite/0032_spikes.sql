-- What is usual: how many people said a word, or wrote on a topic, in one hour; and how many cases were opened on it.
CREATE TABLE usual_counts (
    hour INTEGER NOT NULL, -- since 1970 UTC
    kind TEXT NOT NULL, -- 'word', 'topic', or 'cases': opened on a topic
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (hour, kind, name)
) STRICT;

-- Rises that were noticed, and the cases that belong to each.
CREATE TABLE spikes (
    id INTEGER NOT NULL PRIMARY KEY,
    traits TEXT NOT NULL, -- JSON: [[kind, name]], what was noticed first at the head
    words TEXT NOT NULL, -- JSON: that say what it is about
    since INTEGER NOT NULL,
    noticed_at INTEGER NOT NULL,
    usual INTEGER NOT NULL, -- thousandths of a person an hour
    recorded INTEGER NOT NULL, -- 1: replayed posts
    over_at INTEGER
) STRICT;
CREATE INDEX spikes_going_on ON spikes (id) WHERE over_at IS NULL;
CREATE INDEX spikes_over ON spikes (over_at) WHERE over_at IS NOT NULL;
CREATE TABLE spike_cases (
    spike_id INTEGER NOT NULL REFERENCES spikes (id),
    case_id INTEGER NOT NULL REFERENCES cases (id),
    PRIMARY KEY (spike_id, case_id)
) STRICT;

CREATE INDEX mentions_heard ON mentions (received_at) WHERE side = 'theirs';
