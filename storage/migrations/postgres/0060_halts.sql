-- What keeps the desk from sending until a person ends it; "" says every network, or every account.
CREATE TABLE halts (
    kind TEXT NOT NULL CHECK (kind = 'hold' OR kind = 'damage' OR kind = 'pause'),
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    halted_by TEXT NOT NULL,
    halted_at BIGINT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (kind, network, account)
);
