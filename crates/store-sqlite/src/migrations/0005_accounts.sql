-- Entries have a purpose, payment documents are booked once, guarantees have accounts. The kinds of accounts
-- stand in a check, which only a new table can change; rows go by way of temporary tables.

CREATE TEMPORARY TABLE accounts_before AS SELECT * FROM accounts;
CREATE TEMPORARY TABLE postings_before AS SELECT * FROM postings;
UPDATE accounts SET last_posting = NULL;
DROP TABLE postings;
DROP TABLE accounts;

-- Double entry. `last_posting` begins a chain through `postings`: each posting knows, for both its
-- accounts, the one before, so that the newest are found without an index.
CREATE TABLE accounts (
    ordinal      INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE,
    kind         TEXT    NOT NULL CHECK (kind IN (
        'advance', 'reserved', 'treasury', 'outside', 'bank', 'cover', 'covered', 'promised')),
    -- The payer, the bank or the guarantee.
    owner        TEXT    CHECK ((owner IS NULL) = (kind IN ('treasury', 'outside', 'promised'))),
    currency     TEXT    NOT NULL,
    balance      TEXT    NOT NULL CHECK (kind IN ('outside', 'promised') OR balance NOT LIKE '-%'),
    last_posting INTEGER REFERENCES postings
) STRICT;

CREATE TABLE postings (
    ordinal     INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    source      INTEGER NOT NULL REFERENCES accounts,
    target      INTEGER NOT NULL REFERENCES accounts,
    amount      TEXT    NOT NULL CHECK (amount NOT LIKE '-%'),
    case_id     BLOB,
    purpose     TEXT    NOT NULL,
    what        TEXT    NOT NULL,
    source_before INTEGER,
    target_before INTEGER,
    CHECK (source <> target)
) STRICT;

INSERT INTO accounts (ordinal, name, kind, owner, currency, balance)
SELECT ordinal, name, kind, payer, currency, balance FROM accounts_before;
-- Until now the kinds of both accounts said what an entry was for.
INSERT INTO postings
    (ordinal, at, source, target, amount, case_id, purpose, what, source_before, target_before)
SELECT entry.ordinal, entry.at, entry.source, entry.target, entry.amount, entry.case_id,
    CASE source.kind || ' ' || target.kind
        WHEN 'outside advance' THEN 'advance_received'
        WHEN 'advance outside' THEN 'advance_refunded'
        WHEN 'advance reserved' THEN 'reserved'
        WHEN 'reserved treasury' THEN 'posted'
        WHEN 'reserved advance' THEN 'released'
        WHEN 'treasury advance' THEN 'overpaid_returned'
        ELSE 'paid'
    END,
    entry.what, entry.source_before, entry.target_before
FROM postings_before AS entry
JOIN accounts_before AS source ON source.ordinal = entry.source
JOIN accounts_before AS target ON target.ordinal = entry.target
ORDER BY entry.ordinal;
UPDATE accounts SET last_posting = (
    SELECT before.last_posting FROM accounts_before AS before WHERE before.ordinal = accounts.ordinal);
DROP TABLE accounts_before;
DROP TABLE postings_before;

-- Documents money moved by, each once for its purpose. A document without a date has an empty one.
CREATE TABLE payments (
    payer    TEXT    NOT NULL,
    number   TEXT    NOT NULL,
    date     TEXT    NOT NULL,
    amount   TEXT    NOT NULL,
    currency TEXT    NOT NULL,
    purpose  TEXT    NOT NULL,
    posting  INTEGER NOT NULL REFERENCES postings,
    PRIMARY KEY (payer, number, date, amount, currency, purpose)
) STRICT, WITHOUT ROWID;

-- Banks that may guarantee payments.
CREATE TABLE banks (
    code       TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    currency   TEXT NOT NULL,
    single_max TEXT NOT NULL,
    total_max  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE guarantees (
    number     TEXT    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL CHECK (kind IN ('single', 'general')),
    form       TEXT    NOT NULL CHECK (form IN ('money', 'bank', 'surety')),
    guarantor  TEXT    NOT NULL,
    principal  TEXT    NOT NULL,
    amount     TEXT    NOT NULL,
    currency   TEXT    NOT NULL,
    valid_from TEXT    NOT NULL,
    valid_to   TEXT    NOT NULL,
    given_at   INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX guarantees_of_principal ON guarantees (principal);

-- What a guarantee covers of a case now.
CREATE TABLE covers (
    case_id   BLOB NOT NULL,
    guarantee TEXT NOT NULL REFERENCES guarantees,
    amount    TEXT NOT NULL,
    currency  TEXT NOT NULL,
    PRIMARY KEY (case_id, guarantee)
) STRICT, WITHOUT ROWID;
