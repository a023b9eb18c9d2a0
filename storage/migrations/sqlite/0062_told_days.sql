-- Where each chain of the audit trail stood when the leads' channel was told the head of a day: digests without a key,
-- so that others can check a file of `heard prove` against that message.
CREATE TABLE trail_told (
    head INTEGER NOT NULL, -- position of the line about it in the chain of the desk
    chain INTEGER NOT NULL,
    position INTEGER NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (chain, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX trail_told_of_head ON trail_told (head, chain, position, digest);

-- Chains with lines since the last head.
CREATE TABLE trail_untold (
    chain INTEGER NOT NULL PRIMARY KEY
) STRICT;
INSERT INTO trail_untold (chain) SELECT DISTINCT chain FROM audit;
