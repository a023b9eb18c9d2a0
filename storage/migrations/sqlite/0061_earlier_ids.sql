-- A network may give a changed post another id. Our post goes by the newest one, and its earlier ids still lead to it.
CREATE TABLE earlier_ids (
    network TEXT NOT NULL,
    external_id TEXT NOT NULL,
    mention_id INTEGER NOT NULL REFERENCES mentions (id),
    PRIMARY KEY (network, external_id)
) STRICT;
