-- The cases that go on in another one, which names them on its card.
CREATE INDEX cases_merged ON cases (joined_into) WHERE joined_into > 0;
