-- New messages to one person, or reminders to the leads' channel, are a minute apart: what comes meanwhile is told by a digest.
ALTER TABLE tellings ADD COLUMN digest_id INTEGER REFERENCES digests (id); -- the digest that tells it, if any
CREATE INDEX tellings_of_digest ON tellings (digest_id) WHERE digest_id IS NOT NULL;

CREATE TABLE addressed (
    recipient TEXT NOT NULL PRIMARY KEY, -- a person, or the leads' channel
    telling_id INTEGER NOT NULL, -- the newest message that was begun for them
    at INTEGER NOT NULL
) STRICT;

-- What is for the leads' channel by name waits in a list of its own: nothing else of that channel waits behind it.
UPDATE tellings SET room = '@' || recipient
WHERE recipient <> '' AND substr(recipient, 1, 1) <> 'U' AND substr(recipient, 1, 1) <> 'W' AND ts = '' AND room = recipient;
