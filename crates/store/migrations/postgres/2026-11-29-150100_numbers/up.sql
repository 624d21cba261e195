ALTER TABLE org ADD COLUMN reviews BIGINT NOT NULL DEFAULT 0;
UPDATE org SET reviews = COALESCE((SELECT MAX((line::json -> 'body' ->> 'review')::BIGINT) FROM entry WHERE entry.org = org.id), 0);
