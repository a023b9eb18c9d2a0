-- The posts of an author that belong to no case: light mentions that wait, which a later case of theirs takes over.
CREATE INDEX mentions_without_case ON mentions (author_id, network) WHERE case_id IS NULL;
