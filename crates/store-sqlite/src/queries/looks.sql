-- :put ground
INSERT INTO grounds (case_id, ground, office, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING;

-- :grounds
SELECT ground FROM grounds WHERE case_id = ?1 ORDER BY ground;

-- :open grounds
SELECT ground FROM grounds WHERE case_id = ?1 AND NOT EXISTS (
    SELECT 1 FROM results WHERE results.case_id = grounds.case_id AND results.ground = grounds.ground
) ORDER BY ground;

-- :forget unstated
DELETE FROM results WHERE case_id = ?1 AND ground = ?2 AND outcome = 'unstated';

-- :put result
INSERT OR REPLACE INTO results
    (case_id, ground, measure, item, at, office, officer, outcome, kind, amount, currency, minutes, remark)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13);

-- :results
SELECT case_id, ground, measure, item, at, office, officer, outcome, kind, amount, currency, minutes, remark
FROM results WHERE case_id = ?1 ORDER BY ground, measure, item;

-- :not applied
SELECT case_id, ground, measure, item, at, office, officer, outcome, kind, amount, currency, minutes, remark
FROM results WHERE ground = ?1 AND outcome = 'not_applied' ORDER BY at DESC LIMIT ?2;

-- :withdrawn
SELECT id, lane FROM cases
WHERE declarant_number = ?1 AND state = 'withdrawn' AND lane IN ('yellow', 'red') AND id >= ?2
ORDER BY id DESC LIMIT ?3;

-- :effects
SELECT
    grounds.ground, grounds.office, coalesce(came.officer, ''),
    strftime('%Y-%m', grounds.at / 1000000, 'unixepoch') AS month, coalesce(came.currency, ''),
    count(*), coalesce(sum(came.rank = 3), 0), coalesce(sum(came.rank = 2), 0), coalesce(sum(came.rank = 1), 0),
    coalesce(sum(came.rank = 0), 0), coalesce(sum(came.amount), 0), coalesce(sum(came.minutes), 0)
FROM grounds
-- Several measures on one ground are one look: the best of what they found counts.
LEFT JOIN (
    SELECT
        case_id, ground, max(officer) AS officer, max(currency) AS currency, sum(amount) AS amount,
        sum(minutes) AS minutes,
        max(CASE outcome WHEN 'found' THEN 3 WHEN 'nothing' THEN 2 WHEN 'not_applied' THEN 1 ELSE 0 END) AS rank
    FROM results GROUP BY case_id, ground
) AS came ON came.case_id = grounds.case_id AND came.ground = grounds.ground
WHERE grounds.at >= ?1 AND grounds.at < ?2
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5;
