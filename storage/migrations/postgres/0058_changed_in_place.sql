-- A correction can change the words of the reply itself: a draft of its own kind.
ALTER TABLE drafts DROP CONSTRAINT drafts_kind_check;
ALTER TABLE drafts ADD CONSTRAINT drafts_kind_check CHECK (kind = 'reply' OR kind = 'correction' OR kind = 'take_back' OR kind = 'warning' OR kind = 'closing' OR kind = 'private' OR kind = 'in_place');
