-- Each time the database turned out to be an older copy: from then on numbers, buttons and marks are others.
CREATE TABLE epochs (
    number BIGINT NOT NULL PRIMARY KEY,
    begun_at BIGINT NOT NULL,
    nonce TEXT NOT NULL,
    first_case BIGINT NOT NULL,
    first_telling BIGINT NOT NULL,
    why TEXT NOT NULL
);
