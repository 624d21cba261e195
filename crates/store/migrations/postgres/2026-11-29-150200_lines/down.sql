DROP TABLE review_mark;
DROP TABLE review_line;
DROP INDEX contract_sha256;
ALTER TABLE contract DROP COLUMN sha256;
