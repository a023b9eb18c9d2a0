-- A reply in parts: where a version is cut, which parts are public, and at most one public post for each part of an approval.
ALTER TABLE drafts ADD COLUMN also TEXT NOT NULL DEFAULT '[]'; -- a JSON list: posts that are taken back after `corrects`
ALTER TABLE drafts ADD COLUMN done INTEGER NOT NULL DEFAULT 0; -- parts of the newest version that are done
ALTER TABLE drafts ADD COLUMN posts TEXT NOT NULL DEFAULT '[]'; -- a JSON list: the posts made or taken back so far
ALTER TABLE drafts ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0; -- parts that were never done
ALTER TABLE draft_versions ADD COLUMN cuts TEXT NOT NULL DEFAULT '[]'; -- a JSON list: where each further part begins
ALTER TABLE draft_versions ADD COLUMN numbered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE approvals ADD COLUMN done INTEGER NOT NULL DEFAULT 0; -- parts that were done when it was given
ALTER TABLE attempts ADD COLUMN part INTEGER NOT NULL DEFAULT 0; -- which part, from 1; 0: the whole reply
DROP INDEX attempts_delivered;
CREATE UNIQUE INDEX attempts_delivered ON attempts (approval_id, part) WHERE outcome = 'delivered';
