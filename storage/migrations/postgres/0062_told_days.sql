-- Where each chain of the audit trail stood when the leads' channel was told the head of a day: digests without a key,
-- so that others can check a file of `heard prove` against that message.
CREATE TABLE trail_told (
    head BIGINT NOT NULL, -- position of the line about it in the chain of the desk
    chain BIGINT NOT NULL,
    position BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    PRIMARY KEY (chain, position)
);
CREATE INDEX trail_told_of_head ON trail_told (head, chain, position, digest);

-- Chains with lines since the last head.
CREATE TABLE trail_untold (
    chain BIGINT NOT NULL PRIMARY KEY
);
INSERT INTO trail_untold (chain) SELECT DISTINCT chain FROM audit;
