-- Why a proposed template was declined; and a machine's words in a storm's holding reply.
ALTER TABLE template_versions ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE holding_replies ADD COLUMN machines TEXT NOT NULL DEFAULT '[]'; -- JSON: name and words of each passage
-- What somebody was shown of machines lately, whatever the case.
CREATE INDEX saved_words_of_person ON saved_words (person_id, saved_at);
