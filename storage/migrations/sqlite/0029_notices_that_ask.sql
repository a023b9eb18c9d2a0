-- A notice with a button asks for something; once that is done its words say so, and it asks no more.
CREATE INDEX notices_that_ask ON notices (offers) WHERE offers <> '';
