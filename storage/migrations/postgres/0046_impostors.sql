-- Impostors of our support: the customers whom they wrote to, and the warnings to these.
ALTER TABLE cases ADD COLUMN impostor BIGINT NOT NULL DEFAULT 0; -- its own number: an impostor's case; else the case of one who wrote to this customer
CREATE INDEX cases_of_impostors ON cases (root_id, network) WHERE impostor = id;

CREATE TABLE impostor_customers (
    impostor_id BIGINT NOT NULL, -- the impostor's case
    case_id BIGINT NOT NULL REFERENCES cases (id), -- the customer's
    direct BIGINT NOT NULL CHECK (direct = 0 OR direct = 1), -- 1: under a post of theirs; 0: elsewhere in the conversation
    PRIMARY KEY (impostor_id, case_id)
);

ALTER TABLE drafts DROP CONSTRAINT drafts_kind_check;
ALTER TABLE drafts ADD CONSTRAINT drafts_kind_check CHECK (kind = 'reply' OR kind = 'correction' OR kind = 'take_back' OR kind = 'warning');
