-- What was told, on which channel: an index of the ledger's alert entries, so that nothing is told twice.
CREATE TABLE told (
    org TEXT NOT NULL REFERENCES org (id),
    channel TEXT NOT NULL,
    key TEXT NOT NULL,
    contract TEXT,
    at TEXT NOT NULL,
    PRIMARY KEY (org, channel, key)
);
