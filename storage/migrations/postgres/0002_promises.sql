-- Several promises a case: being solved beside being answered, and what a reply promised in words.
ALTER TABLE promises ADD COLUMN pauses TEXT NOT NULL DEFAULT '[]'; -- a JSON list of [since, until or null]
ALTER TABLE cases ADD COLUMN moved TEXT NOT NULL DEFAULT ''; -- why the due moment is another one than it was
ALTER TABLE promises DROP CONSTRAINT promises_kind_check, DROP CONSTRAINT promises_check;
ALTER TABLE promises
    ADD CHECK (kind = 'first_response' OR kind = 'next_response' OR kind = 'resolution' OR kind = 'spoken'),
    ADD CHECK (nag_at IS NULL OR nag_level > 0);
