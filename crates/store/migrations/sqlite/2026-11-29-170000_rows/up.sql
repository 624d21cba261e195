-- Lines and promises are too long for the pages of an index: in a table WITHOUT ROWID each page of the tree that leads to them
-- holds but a few, the tree is deep, and most of a row lies on pages of its own. As rows they are found in half the time.
CREATE TABLE entry_rows (
    org TEXT NOT NULL REFERENCES org (id),
    seq BIGINT NOT NULL,
    contract TEXT,
    line TEXT NOT NULL,
    leaf BLOB NOT NULL,
    PRIMARY KEY (org, seq)
);
INSERT INTO entry_rows (org, seq, contract, line, leaf) SELECT org, seq, contract, line, leaf FROM entry ORDER BY org, seq;
DROP TABLE entry;
ALTER TABLE entry_rows RENAME TO entry;
CREATE INDEX entry_contract ON entry (org, contract, seq);
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
CREATE TABLE promise_rows (
    org TEXT NOT NULL,
    id TEXT NOT NULL,
    contract TEXT NOT NULL,
    standing TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, contract) REFERENCES contract (org, id)
);
INSERT INTO promise_rows (org, id, contract, standing, data) SELECT org, id, contract, standing, data FROM promise ORDER BY org, id;
DROP TABLE promise;
ALTER TABLE promise_rows RENAME TO promise;
CREATE INDEX promise_contract ON promise (org, contract);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('promise', 'sqlite_autoindex_promise_1', '100000 100000 1'),
    ('promise', 'promise_contract', '100000 100000 20'),
    ('entry', 'sqlite_autoindex_entry_1', '1000000 1000000 1'),
    ('entry', 'entry_contract', '1000000 1000000 200 1');
ANALYZE sqlite_schema;
