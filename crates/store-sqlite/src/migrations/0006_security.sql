-- A case knows the shares of its payers and its security, and is found by anybody it waits for.

-- Both JSON; null where one payer pays all, and where nothing is secured.
ALTER TABLE cases ADD COLUMN shares TEXT;
ALTER TABLE cases ADD COLUMN security TEXT;

-- Whose money or guarantee an open case waits for.
CREATE TABLE awaited (
    case_id BLOB NOT NULL REFERENCES cases,
    number  TEXT NOT NULL,
    PRIMARY KEY (case_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX awaited_of_number ON awaited (number, case_id);
INSERT INTO awaited (case_id, number)
SELECT id, payer FROM cases
WHERE payer IS NOT NULL AND shortfall IS NOT NULL AND state IN ('waiting_for_payment', 'under_control');
DROP INDEX cases_awaiting_payment;
