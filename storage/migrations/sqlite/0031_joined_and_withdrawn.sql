-- What happened to a case or a draft is told by a column of its own, no longer by the words of its reason.
ALTER TABLE cases ADD COLUMN joined_into INTEGER NOT NULL DEFAULT 0; -- the case in which it goes on; 0: none
ALTER TABLE drafts ADD COLUMN why_withdrawn TEXT NOT NULL DEFAULT ''
    CHECK (why_withdrawn = '' OR why_withdrawn = 'solve' OR why_withdrawn = 'dismiss' OR why_withdrawn = 'close' OR why_withdrawn = 'join' OR why_withdrawn = 'mismatch');
-- Only the desk joins cases, and the audit trail says which: a person may have given the same words as a reason.
UPDATE cases SET joined_into = CAST(replace(reason, 'the same conversation as case ', '') AS INTEGER), reason = ''
WHERE reason LIKE 'the same conversation as case %'
AND EXISTS (SELECT 1 FROM audit a WHERE a.chain = cases.id AND a.verb = 'join');
UPDATE drafts SET why_withdrawn = why, why = ''
WHERE state = 'withdrawn' AND (why = 'solve' OR why = 'dismiss' OR why = 'close' OR why = 'join' OR why = 'mismatch');
