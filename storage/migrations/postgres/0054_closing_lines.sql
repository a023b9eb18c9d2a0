-- A public line can say that what went on in private is solved: a draft of its own kind.
ALTER TABLE drafts DROP CONSTRAINT drafts_kind_check;
ALTER TABLE drafts ADD CONSTRAINT drafts_kind_check CHECK (kind = 'reply' OR kind = 'correction' OR kind = 'take_back' OR kind = 'warning' OR kind = 'closing');
