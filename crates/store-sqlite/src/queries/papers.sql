-- :by filing
SELECT id, kind, format, filer, declarant_number, sha256, at, case_id, findings
FROM papers WHERE filer = ?1 AND sha256 = ?2;

-- :insert
INSERT INTO papers (id, kind, format, filer, declarant_number, sha256, at, case_id, findings, document)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- :insert key
INSERT INTO paper_keys (key, paper) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- :give
UPDATE papers SET case_id = ?2 WHERE id = ?1 AND (case_id IS NULL OR case_id = ?2);

-- :paper
SELECT id, kind, format, filer, declarant_number, papers.sha256, at, case_id, findings, size, content
FROM papers JOIN documents ON documents.ordinal = papers.document
WHERE id = ?1;

-- :of case
SELECT id, kind, format, filer, declarant_number, sha256, at, case_id, findings
FROM papers WHERE case_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3;

-- :of all
SELECT id, kind, format, filer, declarant_number, sha256, at, case_id, findings
FROM papers WHERE id < ?1 ORDER BY id DESC LIMIT ?2;

-- :visible
SELECT id, kind, format, filer, declarant_number, sha256, at, case_id, findings
FROM papers WHERE id < ?1 AND (filer = ?2 OR declarant_number = ?3) ORDER BY id DESC LIMIT ?4;

-- :named
SELECT id, kind, format, filer, declarant_number, sha256, at, case_id, findings
FROM paper_keys JOIN papers ON papers.id = paper_keys.paper
WHERE key = ?1 AND case_id IS NULL ORDER BY papers.id LIMIT 100;

-- :wait
SELECT 1 FROM papers WHERE case_id IS NULL LIMIT 1;

-- :cases of identity
SELECT id FROM cases WHERE identity = ?1 AND number IS NOT NULL ORDER BY id DESC LIMIT 100;

-- :subscriptions
SELECT id, login, url, secret, created_at, next_leaf, failures, wait_until
FROM subscriptions ORDER BY id;

-- :subscriptions of
SELECT id, login, url, secret, created_at, next_leaf, failures, wait_until
FROM subscriptions WHERE login = ?1 ORDER BY id;

-- :put subscription
INSERT INTO subscriptions (id, login, url, secret, created_at, next_leaf, failures, wait_until)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (id) DO UPDATE SET url = ?3, secret = ?4, next_leaf = ?6, failures = ?7, wait_until = ?8;

-- :forget pending of
DELETE FROM pending_notices WHERE subscription = ?1;

-- :end subscription
DELETE FROM subscriptions WHERE id = ?1;

-- :pending
SELECT subscription, leaf, case_id, at, failures, wait_until
FROM pending_notices WHERE subscription = ?1 ORDER BY leaf LIMIT ?2;

-- :put pending
INSERT INTO pending_notices (subscription, leaf, case_id, at, failures, wait_until)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (subscription, leaf) DO UPDATE SET failures = ?5, wait_until = ?6;

-- :drop pending
DELETE FROM pending_notices WHERE subscription = ?1 AND leaf = ?2;
