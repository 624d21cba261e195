ALTER TABLE org ADD COLUMN reviews BIGINT NOT NULL DEFAULT 0;
UPDATE org SET reviews = COALESCE((SELECT MAX(CAST(json_extract(line, '$.body.review') AS INTEGER)) FROM entry WHERE entry.org = org.id), 0);
