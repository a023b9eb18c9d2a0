-- People who are the same on two networks, by their own word; two rows each, one for each direction.
CREATE TABLE same_people (
    network TEXT NOT NULL,
    author_id TEXT NOT NULL,
    case_id INTEGER NOT NULL REFERENCES cases (id), -- of this author, on which it was said
    other_network TEXT NOT NULL,
    other_author_id TEXT NOT NULL,
    other_case_id INTEGER NOT NULL REFERENCES cases (id),
    how TEXT NOT NULL CHECK (how = 'own_word' OR how = 'colleague'),
    note TEXT NOT NULL, -- the link to their own words, or which colleague knows it
    joined_by TEXT NOT NULL,
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (network, author_id, other_network)
) STRICT;
