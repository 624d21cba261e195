DROP TABLE passkey;
DROP TABLE identity;
ALTER TABLE account DROP COLUMN outside;
