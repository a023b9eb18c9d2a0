-- Thank-yous: what became of public posts in which customers say something good of us.
CREATE TABLE thank_yous (
    mention_id BIGINT NOT NULL PRIMARY KEY REFERENCES mentions (id),
    state TEXT NOT NULL CHECK (
        state = 'open' OR state = 'skipped' OR state = 'offered' OR state = 'approved' OR state = 'declined'
    ),
    words TEXT NOT NULL DEFAULT '', -- digest of the text that was offered
    offered_by TEXT NOT NULL DEFAULT '',
    offered_at BIGINT,
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at BIGINT,
    week BIGINT NOT NULL DEFAULT 0, -- of marketing's message that lists it; 0: none
    liked TEXT NOT NULL DEFAULT '' CHECK (liked = '' OR liked = 'liking' OR liked = 'liked' OR liked = 'not_liked'),
    liked_by TEXT NOT NULL DEFAULT '',
    like_why TEXT NOT NULL DEFAULT '',
    tries BIGINT NOT NULL DEFAULT 0,
    CHECK ((offered_at IS NULL) = (offered_by = '')),
    CHECK ((decided_at IS NULL) = (decided_by = ''))
);
CREATE INDEX thank_yous_offered ON thank_yous (mention_id) WHERE state = 'offered';
CREATE INDEX thank_yous_approved ON thank_yous (mention_id) WHERE state = 'approved';
CREATE INDEX thank_yous_of_week ON thank_yous (week, mention_id) WHERE state = 'approved';
CREATE INDEX thank_yous_liking ON thank_yous (mention_id) WHERE liked = 'liking';
-- The newest friendly posts are found without reading what else came in.
CREATE INDEX triage_friendly ON triage (mention_id) WHERE kind = 'thanks' OR kind = 'praise';

ALTER TABLE tellings DROP CONSTRAINT tellings_kind_check;
ALTER TABLE tellings ADD CONSTRAINT tellings_kind_check CHECK (kind = 'card' OR kind = 'mention' OR kind = 'draft' OR kind = 'ask' OR kind = 'back' OR kind = 'news' OR kind = 'nag' OR kind = 'inquiry' OR kind = 'inquiry_late' OR kind = 'answer' OR kind = 'swap' OR kind = 'handover' OR kind = 'nudge' OR kind = 'digest' OR kind = 'light' OR kind = 'quotes' OR kind = 'joint' OR kind = 'holding' OR kind = 'storm' OR kind = 'storm_desk' OR kind = 'storm_pause' OR kind = 'storm_over' OR kind = 'check' OR kind = 'notice');
