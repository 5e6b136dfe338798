-- :bank
SELECT code, name, currency, single_max, total_max FROM banks WHERE code = ?1;

-- :banks
SELECT code, name, currency, single_max, total_max FROM banks ORDER BY code;

-- :put bank
INSERT INTO banks (code, name, currency, single_max, total_max) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT DO UPDATE SET name = excluded.name, single_max = excluded.single_max, total_max = excluded.total_max
WHERE excluded.currency = banks.currency;

-- :guarantee
SELECT number, kind, form, guarantor, principal, amount, currency, valid_from, valid_to, given_at, ended_at
FROM guarantees WHERE number = ?1;

-- :guarantees
SELECT number, kind, form, guarantor, principal, amount, currency, valid_from, valid_to, given_at, ended_at
FROM guarantees ORDER BY number;

-- :guarantees of principal
SELECT number, kind, form, guarantor, principal, amount, currency, valid_from, valid_to, given_at, ended_at
FROM guarantees WHERE principal = ?1 ORDER BY number;

-- :guarantees in force
SELECT number, kind, form, guarantor, principal, amount, currency, valid_from, valid_to, given_at, ended_at
FROM guarantees
WHERE principal = ?1 AND ended_at IS NULL AND valid_from <= ?2 AND valid_to >= ?2 AND currency = ?3
ORDER BY number LIMIT ?4;

-- :insert guarantee
INSERT INTO guarantees
    (number, kind, form, guarantor, principal, amount, currency, valid_from, valid_to, given_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- :end guarantee
UPDATE guarantees SET ended_at = ?2 WHERE number = ?1 AND ended_at IS NULL;

-- :covers
SELECT guarantee, case_id, amount, currency FROM covers ORDER BY guarantee, case_id;

-- :covers of case
SELECT guarantee, case_id, amount, currency FROM covers WHERE case_id = ?1 ORDER BY guarantee;

-- :put cover
INSERT INTO covers (case_id, guarantee, amount, currency) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO UPDATE SET amount = excluded.amount;

-- :drop cover
DELETE FROM covers WHERE case_id = ?1 AND guarantee = ?2;
