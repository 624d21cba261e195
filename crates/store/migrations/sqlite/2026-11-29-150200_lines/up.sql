-- What lists and the grid show of a review, in columns, so that they need not read what was judged. Reviews of before get
-- their folded words and figures when the program next starts: an empty "words" says that they lack.
-- The table keeps its row ids, so that the rows before a page are passed over in an index alone.
CREATE TABLE review_line (
    org TEXT NOT NULL,
    review BIGINT NOT NULL,
    batch BIGINT NOT NULL,
    previous BIGINT,
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    message TEXT,
    words TEXT NOT NULL,
    provider TEXT NOT NULL,
    score INTEGER NOT NULL,
    gaps INTEGER NOT NULL,
    blocking INTEGER NOT NULL,
    marks TEXT NOT NULL,
    indexed INTEGER NOT NULL,
    PRIMARY KEY (org, review),
    FOREIGN KEY (org, review) REFERENCES review (org, id)
);
-- The same figures by column of the grid, to sort by.
CREATE TABLE review_mark (
    org TEXT NOT NULL REFERENCES org (id),
    mark TEXT NOT NULL,
    review BIGINT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (org, mark, review)
) WITHOUT ROWID;
INSERT INTO review_line
SELECT
    org, id, coalesce(json_extract(data, '$.batch'), id), json_extract(data, '$.previous'), state,
    json_extract(data, '$.name'), json_extract(data, '$.message'), '', '', 102, -1, 0, '',
    EXISTS (SELECT 1 FROM passage WHERE passage.org = review.org AND passage.source = 'analyse:' || review.id)
FROM review;
CREATE INDEX review_line_words ON review_line (org, words, review);
CREATE INDEX review_line_score ON review_line (org, score, review DESC);
CREATE INDEX review_line_gaps ON review_line (org, gaps DESC, review DESC);
CREATE INDEX review_line_blocking ON review_line (org, blocking, review);
CREATE INDEX review_line_batch ON review_line (org, batch, review);
CREATE INDEX review_line_previous ON review_line (org, previous, review);
CREATE INDEX review_line_indexed ON review_line (org, indexed, state, review);
ALTER TABLE contract ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';
UPDATE contract SET sha256 = json_extract(data, '$.sha256');
CREATE INDEX contract_sha256 ON contract (org, sha256);
