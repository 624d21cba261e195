ALTER TABLE account ADD COLUMN outside BIGINT NOT NULL DEFAULT 0;
CREATE TABLE identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    org TEXT NOT NULL,
    account BIGINT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject),
    FOREIGN KEY (org, account) REFERENCES account (org, id)
);
CREATE INDEX identity_account ON identity (org, account);
CREATE TABLE passkey (
    credential TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL,
    account BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    material BYTEA NOT NULL,
    counter BIGINT NOT NULL,
    created BIGINT NOT NULL,
    used BIGINT,
    FOREIGN KEY (org, account) REFERENCES account (org, id)
);
CREATE UNIQUE INDEX passkey_account ON passkey (org, account, id);
