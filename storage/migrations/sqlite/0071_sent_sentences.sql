-- Sentences of replies that went out in the last month, by digest: drafts that repeat one are remarked. No words are kept here.
CREATE TABLE sent_sentences (
    id INTEGER NOT NULL PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    draft_id INTEGER NOT NULL REFERENCES drafts (id),
    version INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    head INTEGER NOT NULL,
    tail INTEGER NOT NULL
) STRICT;
CREATE INDEX sent_sentences_whole ON sent_sentences (whole, sent_at);
CREATE INDEX sent_sentences_head ON sent_sentences (head, sent_at) WHERE head <> 0;
CREATE INDEX sent_sentences_tail ON sent_sentences (tail, sent_at) WHERE tail <> 0;
CREATE INDEX sent_sentences_sent ON sent_sentences (sent_at);
