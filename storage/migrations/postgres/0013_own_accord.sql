-- What was filled into a template stays with the draft, and what we put up of our own accord is promised as well.
ALTER TABLE drafts ADD COLUMN facts TEXT NOT NULL DEFAULT '{}'; -- a JSON object, by the gap's name
ALTER TABLE promises DROP CONSTRAINT promises_kind_check;
ALTER TABLE promises ADD CHECK (kind = 'first_response' OR kind = 'next_response' OR kind = 'resolution'
    OR kind = 'spoken' OR kind = 'own_accord');
-- A correction can be owed on a case that has ended.
ALTER TABLE cases DROP CONSTRAINT cases_check7;
