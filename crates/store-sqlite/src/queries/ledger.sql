-- :account
SELECT ordinal, balance, last_posting FROM accounts WHERE name = ?1;

-- :open account
INSERT INTO accounts (name, kind, owner, currency, balance) VALUES (?1, ?2, ?3, ?4, '0');

-- :update account
UPDATE accounts SET balance = ?2, last_posting = ?3 WHERE ordinal = ?1;

-- :post
INSERT INTO postings (at, source, target, amount, case_id, purpose, what, source_before, target_before)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- :postings
-- Follows the chain of one account from its newest posting back.
WITH RECURSIVE chain (ordinal, account, place) AS (
    SELECT last_posting, ordinal, 1 FROM accounts WHERE name = ?1 AND last_posting IS NOT NULL
    UNION ALL
    SELECT iif(source = account, source_before, target_before), account, place + 1
    FROM chain JOIN postings USING (ordinal)
    WHERE iif(source = account, source_before, target_before) IS NOT NULL
    LIMIT ?2
)
SELECT at, source.kind, source.owner, source.currency, target.kind, target.owner, target.currency,
    amount, case_id, purpose, what
FROM chain
JOIN postings USING (ordinal)
JOIN accounts AS source ON source.ordinal = postings.source
JOIN accounts AS target ON target.ordinal = postings.target
ORDER BY place;

-- :balances
SELECT currency, balance FROM accounts ORDER BY currency;

-- :accounts
SELECT ordinal, kind, owner, currency, balance FROM accounts ORDER BY name;

-- :entries
SELECT source, target, amount FROM postings ORDER BY ordinal;

-- :payment
SELECT posting FROM payments
WHERE payer = ?1 AND number = ?2 AND date = ?3 AND amount = ?4 AND currency = ?5 AND purpose = ?6;

-- :put payment
INSERT INTO payments (payer, number, date, amount, currency, purpose, posting)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- :last serial
SELECT serial FROM serials WHERE office = ?1 AND year = ?2;

-- :set last serial
INSERT INTO serials (office, year, serial) VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET serial = excluded.serial WHERE excluded.serial >= serials.serial;
