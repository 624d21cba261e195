CREATE INDEX review_sha256 ON review (org, sha256);
