-- Impostors of our support: the customers whom they wrote to, and the warnings to these.
ALTER TABLE cases ADD COLUMN impostor INTEGER NOT NULL DEFAULT 0; -- its own number: an impostor's case; else the case of one who wrote to this customer
CREATE INDEX cases_of_impostors ON cases (root_id, network) WHERE impostor = id;

CREATE TABLE impostor_customers (
    impostor_id INTEGER NOT NULL, -- the impostor's case
    case_id INTEGER NOT NULL REFERENCES cases (id), -- the customer's
    direct INTEGER NOT NULL CHECK (direct = 0 OR direct = 1), -- 1: under a post of theirs; 0: elsewhere in the conversation
    PRIMARY KEY (impostor_id, case_id)
) STRICT;

-- SQLite changes a CHECK only in the words of the table: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''take_back'')', 'kind = ''take_back'' OR kind = ''warning'')')
WHERE type = 'table' AND name = 'drafts';
PRAGMA writable_schema = RESET;
