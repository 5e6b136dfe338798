-- Powers of attorney.

-- :power
SELECT number, principal, attorney, declarant, delegates, valid_from, valid_to, revoked_at, sha256, document,
       filed_at, filer
FROM powers WHERE number = ?1;

-- :seal
SELECT seal FROM powers WHERE number = ?1;

-- :between
SELECT number, principal, attorney, declarant, delegates, valid_from, valid_to, revoked_at, sha256, document,
       filed_at, filer
FROM powers WHERE declarant = ?1 AND attorney = ?2
ORDER BY (revoked_at IS NOT NULL), valid_to DESC, ordinal LIMIT ?3;

-- :in force
SELECT count(*) FROM powers
WHERE declarant = ?1 AND attorney = ?2 AND (revoked_at IS NOT NULL) = 0 AND valid_to >= ?3;

-- :insert
INSERT INTO powers (number, principal, attorney, declarant, delegates, valid_from, valid_to, sha256, document,
                    seal, filed_at, filer)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- :revoke
UPDATE powers SET revoked_at = ?2 WHERE number = ?1 AND revoked_at IS NULL;

-- :insert revocation
INSERT INTO power_revocations (power, sha256, document, seal, filed_at, filer) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- :revocation
SELECT power, sha256, document, seal, filed_at, filer FROM power_revocations WHERE power = ?1;

-- :ordinal
SELECT ordinal FROM powers WHERE number = ?1;

-- :of all
SELECT number, principal, attorney, declarant, delegates, valid_from, valid_to, revoked_at, sha256, document,
       filed_at, filer
FROM powers WHERE ordinal < ?1 ORDER BY ordinal DESC LIMIT ?2;

-- :of principal
SELECT number, principal, attorney, declarant, delegates, valid_from, valid_to, revoked_at, sha256, document,
       filed_at, filer
FROM powers WHERE principal = ?1 AND ordinal < ?2 ORDER BY ordinal DESC LIMIT ?3;

-- :of attorney
SELECT number, principal, attorney, declarant, delegates, valid_from, valid_to, revoked_at, sha256, document,
       filed_at, filer
FROM powers WHERE attorney = ?1 AND ordinal < ?2 ORDER BY ordinal DESC LIMIT ?3;

-- :of both
SELECT number, principal, attorney, declarant, delegates, valid_from, valid_to, revoked_at, sha256, document,
       filed_at, filer
FROM powers WHERE principal = ?1 AND attorney = ?2 AND ordinal < ?3 ORDER BY ordinal DESC LIMIT ?4;

-- :of party
SELECT number, principal, attorney, declarant, delegates, valid_from, valid_to, revoked_at, sha256, document,
       filed_at, filer
FROM powers WHERE ordinal IN (
    SELECT ordinal FROM (
        SELECT ordinal FROM powers WHERE principal = ?1 AND ordinal < ?2 ORDER BY ordinal DESC LIMIT ?3
    )
    UNION
    SELECT ordinal FROM (
        SELECT ordinal FROM powers WHERE attorney = ?1 AND ordinal < ?2 ORDER BY ordinal DESC LIMIT ?3
    )
    UNION
    SELECT ordinal FROM (
        SELECT ordinal FROM powers WHERE declarant = ?1 AND ordinal < ?2 ORDER BY ordinal DESC LIMIT ?3
    )
)
ORDER BY ordinal DESC LIMIT ?3;
