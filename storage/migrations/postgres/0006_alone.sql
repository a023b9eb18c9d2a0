-- What went out on one pair of eyes: by which way, why, not before when, and who of the leads read it.
ALTER TABLE approvals ADD COLUMN lane TEXT NOT NULL DEFAULT '' CHECK (lane = '' OR lane = 'template' OR lane = 'reason');
ALTER TABLE approvals ADD COLUMN reason TEXT NOT NULL DEFAULT '' CHECK (reason = '' OR lane = 'reason'); -- may be erased
ALTER TABLE approvals ADD COLUMN sends_at BIGINT CHECK ((sends_at IS NOT NULL) = (lane = 'template'));
ALTER TABLE approvals ADD COLUMN read_by TEXT NOT NULL DEFAULT '' CHECK (read_by = '' OR read_by <> approved_by);
ALTER TABLE approvals ADD COLUMN read_at BIGINT CHECK ((read_at IS NOT NULL) = (read_by <> ''));
CREATE INDEX approvals_unread ON approvals (approved_at) WHERE lane <> '' AND read_at IS NULL;
CREATE INDEX approvals_alone ON approvals (approved_at) WHERE lane <> '';
ALTER TABLE cases ADD COLUMN answered_lane TEXT NOT NULL DEFAULT ''; -- of the newest reply of ours
ALTER TABLE notices ADD COLUMN offers TEXT NOT NULL DEFAULT ''; -- which button stands under the sentence
