-- Which of our replies answered a post: past replies are found by the posts that they answered.
CREATE INDEX drafts_by_target ON drafts (target_mention) WHERE state = 'sent';
