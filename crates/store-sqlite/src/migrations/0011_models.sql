-- Models that score declarations: their files as they were proposed, and what was done with them.
CREATE TABLE models (
    version TEXT NOT NULL PRIMARY KEY,
    sha256  BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    content BLOB NOT NULL
) STRICT;

-- What moved them: where a model stands is what its last act says.
CREATE TABLE model_acts (
    ordinal INTEGER PRIMARY KEY,
    model   TEXT    NOT NULL REFERENCES models (version),
    deed    TEXT    NOT NULL,
    before  TEXT,
    after   TEXT    NOT NULL,
    actor   TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    reason  TEXT    NOT NULL,
    through TEXT    NOT NULL,
    leaf    INTEGER NOT NULL UNIQUE REFERENCES steps (leaf)
) STRICT;
CREATE INDEX model_acts_of_model ON model_acts (model, ordinal);

-- Nobody changes what was proposed or done.
CREATE TRIGGER models_stay BEFORE UPDATE ON models BEGIN
    SELECT RAISE(ABORT, 'models are only added');
END;
CREATE TRIGGER models_remain BEFORE DELETE ON models BEGIN
    SELECT RAISE(ABORT, 'models are only added');
END;
CREATE TRIGGER model_acts_stay BEFORE UPDATE ON model_acts BEGIN
    SELECT RAISE(ABORT, 'acts on models are only added');
END;
CREATE TRIGGER model_acts_remain BEFORE DELETE ON model_acts BEGIN
    SELECT RAISE(ABORT, 'acts on models are only added');
END;

-- The models of a world: at most one of each mode.
CREATE TABLE world_models (
    world BLOB NOT NULL REFERENCES worlds,
    mode  TEXT NOT NULL,
    model TEXT NOT NULL REFERENCES models (version),
    PRIMARY KEY (world, mode)
) STRICT, WITHOUT ROWID;

-- Whether declarations filed lately look like those a model learned from: the last figure, as JSON.
CREATE TABLE model_drifts (
    model TEXT    NOT NULL PRIMARY KEY REFERENCES models (version),
    at    INTEGER NOT NULL,
    drift TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
