-- The words of posts that their authors deleted are forgotten; messages that may show them are drawn again.
UPDATE quarantine SET raw = CAST('' AS BYTEA), text = '' WHERE settled_at IS NOT NULL AND (network, post_id) IN
    (SELECT network, external_id FROM mentions WHERE side = 'theirs' AND deleted_at IS NOT NULL);
UPDATE triage SET reasons = '{}' WHERE mention_id IN (SELECT id FROM mentions WHERE side = 'theirs' AND deleted_at IS NOT NULL);
UPDATE tellings SET shown = 0, behind = urgency WHERE ts <> '' AND started_at IS NULL AND digest_id IS NULL AND shown < 4611686018427387904
    AND case_id IN (SELECT case_id FROM mentions WHERE side = 'theirs' AND deleted_at IS NOT NULL AND case_id IS NOT NULL);
UPDATE mentions SET text = '', raw = CAST('' AS BYTEA), media = 0, words = NULL WHERE side = 'theirs' AND deleted_at IS NOT NULL;
