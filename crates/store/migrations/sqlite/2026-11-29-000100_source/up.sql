CREATE TABLE source (
    org TEXT NOT NULL REFERENCES org (id),
    id TEXT NOT NULL,
    secret BLOB,
    data TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (org, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX source_id ON source (id);
