-- Where each message is told and what its turn is, so that the publisher looks at the head of each room's queue and
-- at nothing else, however much waits.
ALTER TABLE tellings ADD COLUMN room TEXT NOT NULL DEFAULT ''; -- channel or person; '' while its card does not stand
ALTER TABLE tellings ADD COLUMN due_at INTEGER NOT NULL DEFAULT 4611686018427387904; -- of its case; so far ahead: never
ALTER TABLE tellings ADD COLUMN since INTEGER NOT NULL DEFAULT 0; -- since when it has been behind, where it is
ALTER TABLE tellings ADD COLUMN why TEXT NOT NULL DEFAULT ''; -- Slack's word for not taking it, while it waits for that

UPDATE tellings SET
    room = CASE
        WHEN kind IN ('mention', 'draft', 'nag') OR (kind = 'check' AND recipient = '') THEN coalesce((
            SELECT k.channel FROM tellings k WHERE k.case_id = tellings.case_id AND k.kind = 'card' AND k.about = 0
            AND k.recipient = '' AND k.ts <> ''), '')
        WHEN channel <> '' THEN channel
        ELSE recipient END,
    due_at = coalesce((SELECT c.due_at FROM cases c WHERE c.id = tellings.case_id),
        (SELECT n.noted_at FROM notices n WHERE tellings.kind = 'notice' AND n.id = tellings.about), due_at),
    since = CASE WHEN behind IS NULL AND started_at IS NULL THEN 0 ELSE coalesce(
        (SELECT a.at FROM audit a WHERE a.chain = tellings.case_id AND a.position = tellings.wanted),
        (SELECT n.noted_at FROM notices n WHERE tellings.kind = 'notice' AND n.id = tellings.about), 0) END,
    urgency = CASE WHEN kind = 'notice' THEN 1 ELSE urgency END,
    behind = CASE WHEN kind = 'notice' AND behind IS NOT NULL THEN 1 ELSE behind END;

DROP INDEX tellings_behind;
CREATE INDEX tellings_behind ON tellings (behind, due_at, id) WHERE behind IS NOT NULL;
CREATE INDEX tellings_posts ON tellings (room, behind, due_at, id)
    WHERE behind IS NOT NULL AND retry_at IS NULL AND ts = '';
CREATE INDEX tellings_redraws ON tellings (room, behind, due_at, id)
    WHERE behind IS NOT NULL AND retry_at IS NULL AND ts <> '';
CREATE INDEX tellings_posts_by_age ON tellings (room, since, id)
    WHERE behind IS NOT NULL AND retry_at IS NULL AND ts = '';
CREATE INDEX tellings_redraws_by_age ON tellings (room, since, id)
    WHERE behind IS NOT NULL AND retry_at IS NULL AND ts <> '';
CREATE INDEX tellings_put_off ON tellings (retry_at) WHERE behind IS NOT NULL AND retry_at IS NOT NULL;
