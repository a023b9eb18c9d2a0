-- When a late look first found nothing of a reply whose outcome nobody knows.
ALTER TABLE attempts ADD COLUMN missed_at BIGINT;
