DELETE FROM sqlite_stat1;
DROP INDEX review_sha256;
