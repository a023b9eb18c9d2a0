-- How often each of our accounts was charged by its network, by day in UTC.
CREATE TABLE account_charges (
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    day TEXT NOT NULL,
    charge TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (network, account, day, charge)
);
