-- Papers, subscriptions, versions of declarations.

ALTER TABLE cases ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- Documents besides declarations. Their bytes stand among the documents.
CREATE TABLE papers (
    id               BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind             TEXT    NOT NULL,
    format           TEXT    NOT NULL,
    filer            TEXT    NOT NULL,
    declarant_number TEXT,
    sha256           BLOB    NOT NULL CHECK (length(sha256) = 32),
    at               INTEGER NOT NULL,
    -- Null while it waits for its declaration.
    case_id          BLOB    REFERENCES cases,
    findings         TEXT    NOT NULL,
    document         INTEGER NOT NULL REFERENCES documents
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX papers_by_filing ON papers (filer, sha256);
CREATE INDEX papers_of_case ON papers (case_id, id) WHERE case_id IS NOT NULL;
CREATE INDEX papers_of_declarant ON papers (declarant_number, id) WHERE declarant_number IS NOT NULL;
CREATE INDEX papers_waiting ON papers (id) WHERE case_id IS NULL;

-- What a declaration that follows can name a paper by.
CREATE TABLE paper_keys (
    key   TEXT NOT NULL,
    paper BLOB NOT NULL REFERENCES papers,
    PRIMARY KEY (key, paper)
) STRICT, WITHOUT ROWID;

-- Where notices are pushed to, and how far that has come.
CREATE TABLE subscriptions (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    login      TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    secret     BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    next_leaf  INTEGER NOT NULL CHECK (next_leaf >= 0),
    failures   INTEGER NOT NULL CHECK (failures >= 0),
    wait_until INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_of_login ON subscriptions (login);

-- Notices that could not be delivered yet.
CREATE TABLE pending_notices (
    subscription BLOB    NOT NULL REFERENCES subscriptions,
    leaf         INTEGER NOT NULL,
    case_id      BLOB    NOT NULL,
    at           INTEGER NOT NULL,
    failures     INTEGER NOT NULL,
    wait_until   INTEGER NOT NULL,
    PRIMARY KEY (subscription, leaf)
) STRICT, WITHOUT ROWID;

