-- Without figures SQLite takes an organisation for ten rows and reads the whole of a table rather than use an index that needs
-- a second look-up. These say how it is: few organisations, many rows in each, few of them for a contract. They are written once
-- rather than gathered, so that a plan never changes with what happens to be in a base.
CREATE INDEX review_sha256 ON review (org, sha256);
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('promise', 'promise', '100000 100000 1'),
    ('promise', 'promise_contract', '100000 100000 20'),
    ('proof', 'proof', '1000000 1000000 1'),
    ('proof', 'proof_mark', '1000000 1000000 1'),
    ('proof', 'proof_contract', '1000000 1000000 200'),
    ('entry', 'entry', '1000000 1000000 1'),
    ('entry', 'entry_contract', '1000000 1000000 200 1'),
    ('review', 'review', '10000 10000 1'),
    ('review', 'review_state', '10000 10000 2500 1'),
    ('review', 'review_sha256', '10000 10000 1');
ANALYZE sqlite_schema;
