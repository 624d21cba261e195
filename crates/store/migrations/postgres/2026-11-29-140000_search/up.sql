CREATE TABLE passage (
    org TEXT NOT NULL REFERENCES org (id),
    id BIGINT NOT NULL,
    source TEXT NOT NULL,
    contract TEXT,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX passage_source ON passage (org, source);
CREATE TABLE stem (
    org TEXT NOT NULL,
    word TEXT NOT NULL,
    passage BIGINT NOT NULL,
    PRIMARY KEY (org, word, passage)
);
CREATE INDEX stem_passage ON stem (org, passage);
CREATE TABLE indexed (
    org TEXT NOT NULL PRIMARY KEY REFERENCES org (id),
    size BIGINT NOT NULL,
    proof BIGINT NOT NULL
);
