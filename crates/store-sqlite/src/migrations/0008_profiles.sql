-- The life of risk profiles: every version, every act, who read them; and where somebody has a hand in them.

ALTER TABLE users ADD COLUMN area TEXT NOT NULL DEFAULT '[]';

-- Versions of risk profiles, as they were written; the columns are what lists ask for.
CREATE TABLE profile_versions (
    number   TEXT    NOT NULL,
    version  INTEGER NOT NULL CHECK (version >= 1),
    kind     TEXT    NOT NULL,
    lane     TEXT    NOT NULL,
    title_ru TEXT    NOT NULL,
    title_en TEXT    NOT NULL,
    author   TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    profile  BLOB    NOT NULL REFERENCES profiles (hash),
    PRIMARY KEY (number, version)
) STRICT, WITHOUT ROWID;

-- What moved them: where a version stands is what its last act says.
CREATE TABLE profile_acts (
    ordinal INTEGER PRIMARY KEY,
    number  TEXT    NOT NULL,
    version INTEGER NOT NULL,
    deed    TEXT    NOT NULL,
    before  TEXT,
    after   TEXT    NOT NULL,
    actor   TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    -- Of an approval: from which day on.
    day     TEXT    CHECK (day IS NULL OR deed = 'approve'),
    reason  TEXT    NOT NULL,
    through TEXT    NOT NULL,
    leaf    INTEGER NOT NULL UNIQUE REFERENCES steps (leaf),
    FOREIGN KEY (number, version) REFERENCES profile_versions (number, version)
) STRICT;
CREATE INDEX profile_acts_of_version ON profile_acts (number, version, ordinal);
CREATE INDEX profile_approvals ON profile_acts (day) WHERE deed = 'approve';

-- Nobody changes what was written or done.
CREATE TRIGGER profile_versions_stay BEFORE UPDATE ON profile_versions BEGIN
    SELECT RAISE(ABORT, 'versions of profiles are only added');
END;
CREATE TRIGGER profile_versions_remain BEFORE DELETE ON profile_versions BEGIN
    SELECT RAISE(ABORT, 'versions of profiles are only added');
END;
CREATE TRIGGER profile_acts_stay BEFORE UPDATE ON profile_acts BEGIN
    SELECT RAISE(ABORT, 'acts on profiles are only added');
END;
CREATE TRIGGER profile_acts_remain BEFORE DELETE ON profile_acts BEGIN
    SELECT RAISE(ABORT, 'acts on profiles are only added');
END;

-- Who read which profile; of the list the number is empty.
CREATE TABLE profile_reads (
    ordinal INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    login   TEXT    NOT NULL,
    number  TEXT    NOT NULL,
    what    TEXT    NOT NULL
) STRICT;
