-- What was sent lately: new words are compared with it.
CREATE INDEX attempts_by_end ON attempts (ended_at) WHERE outcome = 'delivered';
