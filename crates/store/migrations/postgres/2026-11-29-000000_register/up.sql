CREATE TABLE org (
    id TEXT NOT NULL PRIMARY KEY,
    origin TEXT NOT NULL,
    created TEXT NOT NULL,
    generation BIGINT NOT NULL,
    proofs BIGINT NOT NULL,
    size BIGINT NOT NULL,
    peaks BYTEA NOT NULL
);
CREATE TABLE contract (
    org TEXT NOT NULL REFERENCES org (id),
    id TEXT NOT NULL,
    entries BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE TABLE promise (
    org TEXT NOT NULL,
    id TEXT NOT NULL,
    contract TEXT NOT NULL,
    standing TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, contract) REFERENCES contract (org, id)
);
CREATE TABLE piece (
    org TEXT NOT NULL REFERENCES org (id),
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    bytes BYTEA,
    PRIMARY KEY (org, sha256)
);
CREATE TABLE proof (
    org TEXT NOT NULL,
    id BIGINT NOT NULL,
    mark TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    contract TEXT,
    received TEXT NOT NULL,
    filed TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, sha256) REFERENCES piece (org, sha256),
    FOREIGN KEY (org, contract) REFERENCES contract (org, id)
);
CREATE UNIQUE INDEX proof_mark ON proof (org, mark);
CREATE TABLE fact (
    org TEXT NOT NULL,
    proof BIGINT NOT NULL,
    nth INTEGER NOT NULL,
    contract TEXT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    job BIGINT NOT NULL,
    day INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (org, proof, nth),
    FOREIGN KEY (org, proof) REFERENCES proof (org, id)
);
CREATE INDEX fact_job ON fact (org, contract, job, day);
CREATE TABLE sheet (
    org TEXT NOT NULL,
    promise TEXT NOT NULL,
    month INTEGER NOT NULL,
    data BYTEA NOT NULL,
    PRIMARY KEY (org, promise, month),
    FOREIGN KEY (org, promise) REFERENCES promise (org, id)
);
CREATE TABLE route (
    org TEXT NOT NULL,
    host TEXT NOT NULL,
    contract TEXT NOT NULL,
    PRIMARY KEY (org, host, contract),
    FOREIGN KEY (org, contract) REFERENCES contract (org, id)
);
CREATE TABLE entry (
    org TEXT NOT NULL REFERENCES org (id),
    seq BIGINT NOT NULL,
    contract TEXT,
    line TEXT NOT NULL,
    leaf BYTEA NOT NULL,
    PRIMARY KEY (org, seq)
);
CREATE TABLE checkpoint (
    org TEXT NOT NULL REFERENCES org (id),
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    stamp BYTEA,
    PRIMARY KEY (org, size)
);
CREATE FUNCTION entry_stays () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only';
END $$;
CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION entry_stays ();
