CREATE TABLE entry_tree (
    org TEXT NOT NULL REFERENCES org (id),
    seq BIGINT NOT NULL,
    contract TEXT,
    line TEXT NOT NULL,
    leaf BLOB NOT NULL,
    PRIMARY KEY (org, seq)
) WITHOUT ROWID;
INSERT INTO entry_tree (org, seq, contract, line, leaf) SELECT org, seq, contract, line, leaf FROM entry ORDER BY org, seq;
DROP TABLE entry;
ALTER TABLE entry_tree RENAME TO entry;
CREATE INDEX entry_contract ON entry (org, contract, seq);
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
CREATE TABLE promise_tree (
    org TEXT NOT NULL,
    id TEXT NOT NULL,
    contract TEXT NOT NULL,
    standing TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, contract) REFERENCES contract (org, id)
) WITHOUT ROWID;
INSERT INTO promise_tree (org, id, contract, standing, data) SELECT org, id, contract, standing, data FROM promise ORDER BY org, id;
DROP TABLE promise;
ALTER TABLE promise_tree RENAME TO promise;
CREATE INDEX promise_contract ON promise (org, contract);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('promise', 'promise', '100000 100000 1'),
    ('promise', 'promise_contract', '100000 100000 20'),
    ('entry', 'entry', '1000000 1000000 1'),
    ('entry', 'entry_contract', '1000000 1000000 200 1');
ANALYZE sqlite_schema;
