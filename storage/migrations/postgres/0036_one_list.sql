-- One list of reminders a person: it is redrawn, told anew at most every ten minutes, and the newer takes over what is open.
ALTER TABLE digests ADD COLUMN lists BIGINT NOT NULL DEFAULT 1 CHECK (lists = 0 OR lists = 1); -- 0: no reminders in it
ALTER TABLE digests ADD COLUMN told_at BIGINT; -- when its post was begun
UPDATE digests SET told_at = noted_at WHERE EXISTS (SELECT 1 FROM tellings t WHERE t.case_id = 0
    AND t.kind = 'digest' AND t.about = digests.id AND (t.ts <> '' OR t.started_at IS NOT NULL));

DROP INDEX digests_of_person;
CREATE INDEX digests_told ON digests (person_id, id) WHERE lists = 1 AND told_at IS NOT NULL;
CREATE INDEX digests_untold ON digests (person_id, lists, id) WHERE told_at IS NULL;
CREATE INDEX nags_of_person ON nags (asked, noted_at);
