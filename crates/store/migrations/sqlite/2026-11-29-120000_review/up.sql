CREATE TABLE review (
    org TEXT NOT NULL REFERENCES org (id),
    id BIGINT NOT NULL,
    state TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, sha256) REFERENCES piece (org, sha256)
) WITHOUT ROWID;
CREATE INDEX review_state ON review (org, state, id);
CREATE TABLE review_result (
    org TEXT NOT NULL,
    review BIGINT NOT NULL,
    document TEXT NOT NULL,
    assessment TEXT NOT NULL,
    PRIMARY KEY (org, review),
    FOREIGN KEY (org, review) REFERENCES review (org, id)
);
CREATE TABLE review_answer (
    org TEXT NOT NULL,
    review BIGINT NOT NULL,
    point TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (org, review, point),
    FOREIGN KEY (org, review) REFERENCES review (org, id)
) WITHOUT ROWID;
