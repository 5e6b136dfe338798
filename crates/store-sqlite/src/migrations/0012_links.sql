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

-- Who read which participant's file; of the list the number is null.
CREATE TABLE participant_reads (
    ordinal INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    login   TEXT    NOT NULL,
    number  TEXT,
    what    TEXT    NOT NULL
) STRICT;
