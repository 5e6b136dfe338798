-- Facts about participants, from which the category follows; and the history of how they stand.

-- Why a category is what it is follows from facts and criteria.
ALTER TABLE participants DROP COLUMN reasons;
ALTER TABLE participants ADD COLUMN pack TEXT NOT NULL DEFAULT '';
ALTER TABLE participants ADD COLUMN proposed TEXT;
ALTER TABLE participants ADD COLUMN held_until TEXT;
ALTER TABLE participant_records ADD COLUMN last_fact INTEGER;

-- What is known of participants, row by row in the order it came. `previous` is the one before it of the same
-- participant, so that nothing but the end of the table is written when a declaration is settled.
CREATE TABLE participant_facts (
    number      INTEGER PRIMARY KEY,
    participant TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    day         TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    amount      TEXT,
    case_id     BLOB,
    ground      TEXT,
    document    TEXT    NOT NULL,
    -- Empty where a case shows it.
    stated_by   TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    annuls      INTEGER REFERENCES participant_facts (number)
        CHECK ((annuls IS NOT NULL) = (kind = 'annulled')),
    previous    INTEGER
) STRICT;
CREATE UNIQUE INDEX participant_facts_annulled ON participant_facts (annuls) WHERE annuls IS NOT NULL;
CREATE INDEX participant_facts_found ON participant_facts (case_id) WHERE kind = 'found';

-- What happened to the standing of participants; the act itself is JSON, as its leaf covers it.
CREATE TABLE participant_acts (
    number      INTEGER PRIMARY KEY,
    participant TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    deed        TEXT    NOT NULL,
    -- Of a decision: the appeal.
    answers     INTEGER UNIQUE REFERENCES participant_acts (number),
    act         TEXT    NOT NULL,
    leaf        INTEGER NOT NULL UNIQUE REFERENCES steps (leaf)
) STRICT;
CREATE INDEX participant_acts_of ON participant_acts (participant, number);
CREATE INDEX participant_appeals ON participant_acts (number) WHERE deed = 'appealed';

-- Nobody changes what was stated or done.
CREATE TRIGGER participant_facts_stay BEFORE UPDATE ON participant_facts BEGIN
    SELECT RAISE(ABORT, 'facts about participants are only added');
END;
CREATE TRIGGER participant_facts_remain BEFORE DELETE ON participant_facts BEGIN
    SELECT RAISE(ABORT, 'facts about participants are only added');
END;
CREATE TRIGGER participant_acts_stay BEFORE UPDATE ON participant_acts BEGIN
    SELECT RAISE(ABORT, 'acts on participants are only added');
END;
CREATE TRIGGER participant_acts_remain BEFORE DELETE ON participant_acts BEGIN
    SELECT RAISE(ABORT, 'acts on participants are only added');
END;
