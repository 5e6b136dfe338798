-- What the database looks like after all migrations; a test replays them and compares.
--
-- Times are microseconds since 1970-01-01T00:00Z, identifiers of cases the 16 bytes of a UUID of version
-- 7 (so their order is that of time), money decimal text as it was computed, hashes 32 bytes. Words such
-- as states and lanes are the stable names the rest of the program uses.

-- The filed bytes, one after another in the order they came; a case points to its own.
CREATE TABLE documents (
    ordinal INTEGER PRIMARY KEY,
    size    INTEGER NOT NULL CHECK (size >= 0),
    seal    BLOB,
    content BLOB NOT NULL
) STRICT;

-- The version of the declaration, the shares of several payers and the security (both JSON, null where there are
-- none) came to the table later and stand where that put them.
CREATE TABLE cases (
    id                 BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    seq                INTEGER NOT NULL CHECK (seq >= 0),
    state              TEXT    NOT NULL REFERENCES states,
    pack               TEXT    NOT NULL,
    kind               TEXT,
    procedure          TEXT,
    office             TEXT,
    declarant          TEXT    NOT NULL,
    declarant_number   TEXT,
    items              INTEGER NOT NULL,
    documents          INTEGER NOT NULL,
    errors             INTEGER NOT NULL,
    warnings           INTEGER NOT NULL,
    number             TEXT,
    lane               TEXT,
    hits               TEXT    NOT NULL,
    payable            TEXT    NOT NULL,
    conditional        INTEGER NOT NULL CHECK (conditional IN (0, 1)),
    currency           TEXT    NOT NULL,
    customs_value      TEXT    NOT NULL,
    payment_lines      INTEGER NOT NULL,
    payer              TEXT,
    reserved           TEXT    NOT NULL,
    -- Null where nothing is missing.
    shortfall          TEXT,
    officer            TEXT,
    weight             INTEGER NOT NULL,
    deadline           INTEGER,
    overdue            INTEGER NOT NULL CHECK (overdue IN (0, 1)),
    filed_at           INTEGER NOT NULL,
    decided_at         INTEGER,
    decided_by         TEXT    CHECK (decided_by IN ('automatic', 'officer')),
    decided_by_officer TEXT    CHECK ((decided_by_officer IS NOT NULL) = (decided_by IS 'officer')),
    filer              TEXT    NOT NULL,
    sha256             BLOB    NOT NULL CHECK (length(sha256) = 32),
    format             TEXT    NOT NULL,
    -- What makes it the same document, whoever files it.
    identity           TEXT    NOT NULL,
    document           INTEGER NOT NULL REFERENCES documents
, version INTEGER NOT NULL DEFAULT 1, shares TEXT, security TEXT) STRICT, WITHOUT ROWID;

-- What every case pays for: to be filed once, to be found by its number, to be seen by its people.
-- Entries of the first and third fall anywhere in them, and a page touched is a page written: these
-- two are most of what a batch writes beside the documents themselves. So a filer's list makes do with
-- the first, at the price of sorting it; filers have thousands of cases, not millions.
CREATE UNIQUE INDEX cases_by_filing ON cases (filer, sha256);
CREATE UNIQUE INDEX cases_by_number ON cases (number) WHERE number IS NOT NULL;
CREATE INDEX cases_registered_as ON cases (identity) WHERE number IS NOT NULL;
CREATE INDEX cases_of_declarant ON cases (declarant_number, id) WHERE declarant_number IS NOT NULL;

-- What only cases pay for that wait for somebody; a case that is released at once touches none of these.
CREATE INDEX cases_of_officer ON cases (officer, id) WHERE officer IS NOT NULL;
CREATE INDEX cases_open ON cases (id) WHERE state IN ('waiting_for_payment', 'under_control');
CREATE INDEX cases_due ON cases (deadline)
    WHERE deadline IS NOT NULL AND state IN ('waiting_for_payment', 'under_control');
CREATE INDEX cases_unassigned ON cases (id) WHERE state = 'under_control' AND officer IS NULL;

-- Whose money or guarantee an open case waits for.
CREATE TABLE awaited (
    case_id BLOB NOT NULL REFERENCES cases,
    number  TEXT NOT NULL,
    PRIMARY KEY (case_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX awaited_of_number ON awaited (number, case_id);

-- What was taken back from under a look, so that it cannot be filed anew past it.
CREATE INDEX cases_withdrawn ON cases (declarant_number, id)
    WHERE state = 'withdrawn' AND lane IN ('yellow', 'red');

-- The states there are, and how many cases stand in each. Kept up to date here, because counting
-- millions of cases takes seconds and a dashboard asks every few.
CREATE TABLE states (
    state TEXT    NOT NULL PRIMARY KEY,
    cases INTEGER NOT NULL DEFAULT 0 CHECK (cases >= 0)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER cases_counted_when_filed AFTER INSERT ON cases BEGIN
    UPDATE states SET cases = cases + 1 WHERE state = new.state;
END;
CREATE TRIGGER cases_counted_when_moved AFTER UPDATE OF state ON cases WHEN old.state <> new.state BEGIN
    UPDATE states SET cases = cases - 1 WHERE state = old.state;
    UPDATE states SET cases = cases + 1 WHERE state = new.state;
END;

-- One row per leaf of the log, without gaps. Bodies (some 1.6 kB) are kept as they are: Zstandard would
-- halve them at 8 us each, a tenth of a case's whole time on the one writer.
CREATE TABLE steps (
    leaf      INTEGER PRIMARY KEY CHECK (leaf >= 0),
    case_id   BLOB    REFERENCES cases DEFERRABLE INITIALLY DEFERRED,
    seq       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    salt      BLOB    NOT NULL CHECK (length(salt) = 16),
    leaf_hash BLOB    NOT NULL CHECK (length(leaf_hash) = 32),
    body      BLOB    NOT NULL,
    -- What no receipt shows; the body carries its hash.
    withheld  BLOB,
    CHECK (iif(case_id IS NULL, seq = 0, seq >= 1))
) STRICT;
CREATE UNIQUE INDEX steps_of_case ON steps (case_id, seq) WHERE case_id IS NOT NULL;

CREATE TABLE tiles (
    level    INTEGER NOT NULL CHECK (level BETWEEN 0 AND 63),
    position INTEGER NOT NULL CHECK (position >= 0),
    hashes   BLOB    NOT NULL,
    PRIMARY KEY (level, position)
) STRICT;

-- One row at most: the newest.
CREATE TABLE checkpoint (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    size     INTEGER NOT NULL CHECK (size >= 0),
    note     TEXT    NOT NULL
) STRICT;

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

CREATE TABLE serials (
    office TEXT    NOT NULL,
    year   INTEGER NOT NULL,
    serial INTEGER NOT NULL CHECK (serial >= 1),
    PRIMARY KEY (office, year)
) STRICT, WITHOUT ROWID;

-- Competence is kept as JSON lists; an empty one means all.
CREATE TABLE officers (
    login    TEXT    NOT NULL PRIMARY KEY,
    offices  TEXT    NOT NULL,
    kinds    TEXT    NOT NULL,
    lane_max TEXT    NOT NULL,
    on_shift INTEGER NOT NULL CHECK (on_shift IN (0, 1)),
    load     INTEGER NOT NULL CHECK (load >= 0)
) STRICT, WITHOUT ROWID;

-- The area, where somebody has a hand in profiles: codes of offices or how they begin, a JSON list; an empty one
-- means everywhere.
CREATE TABLE users (
    login         TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL,
    role          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    participant   TEXT
, area TEXT NOT NULL DEFAULT '[]') STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    token BLOB    NOT NULL PRIMARY KEY CHECK (length(token) = 32),
    login TEXT    NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_login ON sessions (login, until);

CREATE TABLE secrets (
    name    TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The pack whose criteria apply; the category that waits for somebody to confirm it; the last day of one that does not
-- follow from facts.
CREATE TABLE participants (
    number   TEXT NOT NULL PRIMARY KEY,
    name     TEXT NOT NULL,
    category TEXT NOT NULL
, pack TEXT NOT NULL DEFAULT '', proposed TEXT, held_until TEXT) STRICT, WITHOUT ROWID;

-- What is known of a trader, as JSON: the fold of its facts. The last of these begins the chain of the others.
CREATE TABLE participant_records (
    number TEXT NOT NULL PRIMARY KEY,
    record TEXT NOT NULL
, last_fact INTEGER) STRICT, WITHOUT ROWID;

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

CREATE TABLE datasets (
    hash         BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    kind         TEXT    NOT NULL,
    jurisdiction TEXT    NOT NULL,
    source       TEXT    NOT NULL,
    size         INTEGER NOT NULL,
    content      BLOB    NOT NULL,
    valid_from   TEXT
) STRICT;

-- Profiles live on from world to world, so each text is kept once.
CREATE TABLE profiles (
    hash   BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    source TEXT NOT NULL
) STRICT;

CREATE TABLE worlds (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32)
) STRICT, WITHOUT ROWID;
CREATE TABLE world_datasets (
    world    BLOB    NOT NULL REFERENCES worlds,
    position INTEGER NOT NULL,
    dataset  BLOB    NOT NULL REFERENCES datasets (hash),
    PRIMARY KEY (world, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE world_profiles (
    world    BLOB    NOT NULL REFERENCES worlds,
    position INTEGER NOT NULL,
    profile  BLOB    NOT NULL REFERENCES profiles (hash),
    PRIMARY KEY (world, position)
) STRICT, WITHOUT ROWID;

-- Which world was made the current one when; the newest row is the current one.
CREATE TABLE world_changes (
    ordinal INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    world   BLOB    NOT NULL REFERENCES worlds
) STRICT;

-- What was imported when, and what was taken back: the order is the order of effect.
CREATE TABLE imports (
    ordinal INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    -- Who did it: a login, or a word for the program itself.
    actor   TEXT    NOT NULL,
    dataset BLOB    NOT NULL REFERENCES datasets (hash),
    -- The import that this one takes back.
    undoes  INTEGER UNIQUE REFERENCES imports (ordinal),
    -- The world it led to.
    world   BLOB    NOT NULL REFERENCES worlds
) STRICT;

CREATE TABLE outcomes (
    minute       INTEGER NOT NULL,
    office       TEXT    NOT NULL,
    outcome      TEXT    NOT NULL,
    lane         TEXT    NOT NULL,
    decided_by   TEXT    NOT NULL,
    cases        INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    PRIMARY KEY (minute, office, outcome, lane, decided_by)
) STRICT, WITHOUT ROWID;

CREATE TABLE reads (
    ordinal INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    login   TEXT    NOT NULL,
    case_id BLOB    NOT NULL,
    what    TEXT    NOT NULL
) STRICT;

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
