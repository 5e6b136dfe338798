-- :insert document
INSERT INTO documents (size, seal, content) VALUES (?1, ?2, ?3);

-- :insert
INSERT INTO cases (
    id, seq, state, pack, kind, procedure, office, declarant, declarant_number, items, documents, errors,
    warnings, number, lane, hits, payable, conditional, currency, customs_value, payment_lines, payer,
    reserved, shortfall, officer, weight, deadline, overdue, filed_at, decided_at, decided_by,
    decided_by_officer, version, shares, security, filer, sha256, format, identity, document
) VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
    ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40
);

-- :update
UPDATE cases SET
    seq = ?2, state = ?3, pack = ?4, kind = ?5, procedure = ?6, office = ?7, declarant = ?8,
    declarant_number = ?9, items = ?10, documents = ?11, errors = ?12, warnings = ?13, number = ?14,
    lane = ?15, hits = ?16, payable = ?17, conditional = ?18, currency = ?19, customs_value = ?20,
    payment_lines = ?21, payer = ?22, reserved = ?23, shortfall = ?24, officer = ?25, weight = ?26,
    deadline = ?27, overdue = ?28, filed_at = ?29, decided_at = ?30, decided_by = ?31,
    decided_by_officer = ?32, version = ?33, shares = ?34, security = ?35
WHERE id = ?1;

-- :select
SELECT
    id, seq, state, pack, kind, procedure, office, declarant, declarant_number, items, documents, errors,
    warnings, number, lane, hits, payable, conditional, currency, customs_value, payment_lines, payer,
    reserved, shortfall, officer, weight, deadline, overdue, filed_at, decided_at, decided_by,
    decided_by_officer, version, shares, security
FROM cases WHERE

-- :by number
SELECT id FROM cases WHERE number = ?1;

-- :by filing
SELECT id FROM cases WHERE sha256 = ?1 AND filer = ?2;

-- :registered as
SELECT id, number FROM cases
WHERE identity = ?1 AND number IS NOT NULL AND declarant_number = ?2
    AND state NOT IN ('release_refused', 'withdrawn')
LIMIT 1;

-- :document
SELECT filer, sha256, format, size, seal, content
FROM cases JOIN documents ON documents.ordinal = cases.document
WHERE cases.id = ?1;

-- :due
SELECT id FROM cases
WHERE deadline <= ?1 AND state IN ('waiting_for_payment', 'under_control')
ORDER BY deadline, id LIMIT ?2;

-- :unassigned
SELECT id FROM cases
WHERE state = 'under_control' AND officer IS NULL AND id > ?1 ORDER BY id LIMIT ?2;

-- :awaiting payment
SELECT case_id FROM awaited WHERE number = ?1 ORDER BY case_id LIMIT ?2;

-- :await
INSERT INTO awaited (case_id, number) VALUES (?1, ?2);

-- :await nobody
DELETE FROM awaited WHERE case_id = ?1;

-- :state counts
SELECT state, cases FROM states;

-- :add state
INSERT INTO states (state) VALUES (?1) ON CONFLICT DO NOTHING;
