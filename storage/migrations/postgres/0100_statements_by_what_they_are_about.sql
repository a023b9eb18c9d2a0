-- What is public of statements since lately, which statements act on another one, and whose post an id is.
CREATE INDEX statement_posts_ended ON statement_posts (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX statement_posts_public ON statement_posts (network, post_id) WHERE post_id <> '';
CREATE INDEX statements_taking_back ON statements (takes_back) WHERE takes_back > 0;
CREATE INDEX statements_correcting ON statements (corrects) WHERE corrects > 0;
CREATE INDEX statements_approved ON statements (id) WHERE state = 'approved';
