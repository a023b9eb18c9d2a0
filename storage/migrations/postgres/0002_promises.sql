-- Several promises a case: being solved beside being answered, and what a reply promised in words.
ALTER TABLE promises ADD COLUMN pauses TEXT NOT NULL DEFAULT '[]'; -- a JSON list of [since, until or null]
ALTER TABLE cases ADD COLUMN moved TEXT NOT NULL DEFAULT ''; -- why the due moment is another one than it was
ALTER TABLE drafts ADD COLUMN promised TEXT NOT NULL DEFAULT ''; -- the phrase that promises a moment
ALTER TABLE drafts ADD COLUMN promised_at BIGINT;
ALTER TABLE drafts ADD COLUMN promised_within BIGINT; -- counted from when the reply is public, else NULL
ALTER TABLE promises DROP CONSTRAINT promises_kind_check, DROP CONSTRAINT promises_check;
ALTER TABLE promises
    ADD CHECK (kind = 'first_response' OR kind = 'next_response' OR kind = 'resolution' OR kind = 'spoken'),
    ADD CHECK (nag_at IS NULL OR nag_level > 0);
-- A case that waits for its author owes something only where our own words promised it.
ALTER TABLE cases DROP CONSTRAINT cases_check3;
ALTER TABLE cases
    ADD CHECK (due_at IS NOT NULL OR (state <> 'new' AND state <> 'open')),
    ADD CHECK (due_at IS NULL OR state = 'new' OR state = 'open' OR state = 'pending');
