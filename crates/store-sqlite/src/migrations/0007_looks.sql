-- Why somebody is to look at a case, and what came of it.

-- A ground is the number of a profile, `chance` or `officer`.
CREATE TABLE grounds (
    case_id BLOB    NOT NULL REFERENCES cases,
    ground  TEXT    NOT NULL,
    office  TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (case_id, ground)
) STRICT, WITHOUT ROWID;
CREATE INDEX grounds_by_time ON grounds (at);

-- Amounts in hundredths of the currency, so that the database can add them up. No measure is an empty text, no line 0.
CREATE TABLE results (
    case_id  BLOB    NOT NULL REFERENCES cases,
    ground   TEXT    NOT NULL,
    measure  TEXT    NOT NULL,
    item     INTEGER NOT NULL CHECK (item >= 0),
    at       INTEGER NOT NULL,
    office   TEXT    NOT NULL,
    officer  TEXT    NOT NULL,
    outcome  TEXT    NOT NULL CHECK (outcome IN ('unstated', 'not_applied', 'nothing', 'found')),
    kind     TEXT    CHECK ((kind IS NOT NULL) = (outcome = 'found')),
    amount   INTEGER NOT NULL CHECK (amount >= 0),
    currency TEXT    NOT NULL,
    minutes  INTEGER NOT NULL CHECK (minutes >= 0),
    remark   TEXT    NOT NULL,
    PRIMARY KEY (case_id, ground, measure, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX results_not_applied ON results (ground, at) WHERE outcome = 'not_applied';

-- What was taken back from under a look, so that it cannot be filed anew past it.
CREATE INDEX cases_withdrawn ON cases (declarant_number, id)
    WHERE state = 'withdrawn' AND lane IN ('yellow', 'red');
