-- Powers of attorney: the exact bytes and the seal are kept whole; the columns are what is asked for.

CREATE TABLE powers (
    -- The order of filing.
    ordinal    INTEGER PRIMARY KEY,
    number     TEXT    NOT NULL UNIQUE,
    principal  TEXT    NOT NULL,
    attorney   TEXT    NOT NULL,
    -- Who is spoken for in the end: of a delegated power the principal of the one it passes on.
    declarant  TEXT    NOT NULL,
    delegates  TEXT    REFERENCES powers (number),
    valid_from TEXT    NOT NULL,
    valid_to   TEXT    NOT NULL,
    revoked_at INTEGER,
    sha256     BLOB    NOT NULL CHECK (length(sha256) = 32),
    document   BLOB    NOT NULL,
    seal       BLOB    NOT NULL,
    filed_at   INTEGER NOT NULL,
    filer      TEXT    NOT NULL
) STRICT;
-- Those not revoked first, and of these the ones that end last: however many were revoked before.
CREATE INDEX powers_between ON powers (declarant, attorney, (revoked_at IS NOT NULL), valid_to DESC);
CREATE INDEX powers_of_declarant ON powers (declarant);
CREATE INDEX powers_of_principal ON powers (principal);
CREATE INDEX powers_of_both ON powers (principal, attorney);
CREATE INDEX powers_of_attorney ON powers (attorney);

-- What revoked them, kept whole as well.
CREATE TABLE power_revocations (
    power    TEXT    NOT NULL PRIMARY KEY REFERENCES powers (number),
    sha256   BLOB    NOT NULL CHECK (length(sha256) = 32),
    document BLOB    NOT NULL,
    seal     BLOB    NOT NULL,
    filed_at INTEGER NOT NULL,
    filer    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
