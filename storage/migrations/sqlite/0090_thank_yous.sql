-- Thank-yous: what became of public posts in which customers say something good of us.
CREATE TABLE thank_yous (
    mention_id INTEGER NOT NULL PRIMARY KEY REFERENCES mentions (id),
    state TEXT NOT NULL CHECK (
        state = 'open' OR state = 'skipped' OR state = 'offered' OR state = 'approved' OR state = 'declined'
    ),
    words TEXT NOT NULL DEFAULT '', -- digest of the text that was offered
    offered_by TEXT NOT NULL DEFAULT '',
    offered_at INTEGER,
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at INTEGER,
    week INTEGER NOT NULL DEFAULT 0, -- of marketing's message that lists it; 0: none
    liked TEXT NOT NULL DEFAULT '' CHECK (liked = '' OR liked = 'liking' OR liked = 'liked' OR liked = 'not_liked'),
    liked_by TEXT NOT NULL DEFAULT '',
    like_why TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0,
    CHECK ((offered_at IS NULL) = (offered_by = '')),
    CHECK ((decided_at IS NULL) = (decided_by = ''))
) STRICT;
CREATE INDEX thank_yous_offered ON thank_yous (mention_id) WHERE state = 'offered';
CREATE INDEX thank_yous_approved ON thank_yous (mention_id) WHERE state = 'approved';
CREATE INDEX thank_yous_of_week ON thank_yous (week, mention_id) WHERE state = 'approved';
CREATE INDEX thank_yous_liking ON thank_yous (mention_id) WHERE liked = 'liking';
-- The newest friendly posts are found without reading what else came in.
CREATE INDEX triage_friendly ON triage (mention_id) WHERE kind = 'thanks' OR kind = 'praise';

-- SQLite changes a CHECK only in the words of the table: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind = ''light'' OR', 'kind = ''light'' OR kind = ''quotes'' OR')
WHERE type = 'table' AND name = 'tellings';
PRAGMA writable_schema = RESET;
