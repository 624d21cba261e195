DROP INDEX review_sha256;
