-- What is known of a trader from its cases, as JSON: the fold of their events.
CREATE TABLE participant_records (
    number TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
