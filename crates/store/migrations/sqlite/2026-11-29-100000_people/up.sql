CREATE TABLE account (
    org TEXT NOT NULL REFERENCES org (id),
    id BIGINT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    contract TEXT,
    password TEXT,
    totp BLOB,
    totp_step BIGINT NOT NULL,
    created BIGINT NOT NULL,
    closed BIGINT,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, contract) REFERENCES contract (org, id)
);
CREATE UNIQUE INDEX account_email ON account (org, email);
CREATE INDEX account_anywhere ON account (email);
CREATE TABLE invitation (
    digest TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL REFERENCES org (id),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    contract TEXT,
    host TEXT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE TABLE session (
    digest TEXT NOT NULL PRIMARY KEY,
    org TEXT NOT NULL,
    account BIGINT NOT NULL,
    stage TEXT NOT NULL,
    begun BIGINT NOT NULL,
    used BIGINT NOT NULL,
    FOREIGN KEY (org, account) REFERENCES account (org, id)
);
CREATE INDEX session_account ON session (org, account);
CREATE TABLE attempt (
    subject TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    latest BIGINT NOT NULL
);
CREATE TABLE token (
    org TEXT NOT NULL,
    id BIGINT NOT NULL,
    account BIGINT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    used BIGINT,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, account) REFERENCES account (org, id)
);
CREATE UNIQUE INDEX token_digest ON token (digest);
CREATE TABLE replay (
    org TEXT NOT NULL REFERENCES org (id),
    mark TEXT NOT NULL,
    request TEXT NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (org, mark)
);
CREATE TABLE setting (
    org TEXT NOT NULL REFERENCES org (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (org, name)
);
CREATE INDEX promise_contract ON promise (org, contract);
CREATE INDEX entry_contract ON entry (org, contract, seq);
CREATE INDEX proof_contract ON proof (org, contract);
