-- By what participants can be linked: a mark is the keyed hash of a name, an address, a telephone, a mailbox, a person
-- who signs or a representative. What it says in words stands in the declarations of its cases.
CREATE TABLE participant_marks (
    kind       TEXT NOT NULL,
    mark       BLOB NOT NULL CHECK (length(mark) = 16),
    number     TEXT NOT NULL,
    first_case BLOB NOT NULL REFERENCES cases,
    last_case  BLOB NOT NULL REFERENCES cases,
    PRIMARY KEY (kind, mark, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX participant_marks_of ON participant_marks (number, kind, last_case);

-- Preliminary decisions on customs value. The key is the number as declarations are searched for it; the decision
-- itself is JSON.
CREATE TABLE value_decisions (
    key         TEXT    NOT NULL PRIMARY KEY,
    participant TEXT    NOT NULL,
    code        TEXT    NOT NULL,
    valid_to    TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    decided_by  TEXT    NOT NULL,
    decision    TEXT    NOT NULL,
    leaf        INTEGER NOT NULL UNIQUE REFERENCES steps (leaf)
) STRICT, WITHOUT ROWID;
CREATE INDEX value_decisions_of ON value_decisions (participant);
CREATE TRIGGER value_decisions_stay BEFORE UPDATE ON value_decisions BEGIN
    SELECT RAISE(ABORT, 'decisions on value are only added');
END;
CREATE TRIGGER value_decisions_remain BEFORE DELETE ON value_decisions BEGIN
    SELECT RAISE(ABORT, 'decisions on value are only added');
END;

-- Who read which participant's file; of the list the number is null.
CREATE TABLE participant_reads (
    ordinal INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    login   TEXT    NOT NULL,
    number  TEXT,
    what    TEXT    NOT NULL
) STRICT;
