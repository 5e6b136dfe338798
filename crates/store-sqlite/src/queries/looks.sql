-- :put ground
INSERT INTO grounds (case_id, ground, office, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING;

-- :grounds
SELECT ground FROM grounds WHERE case_id = ?1 ORDER BY ground;

-- :open grounds
SELECT ground FROM grounds WHERE case_id = ?1 AND NOT EXISTS (
    SELECT 1 FROM results WHERE results.case_id = grounds.case_id AND results.ground = grounds.ground
) ORDER BY ground;

-- What is said anew of a ground and measure takes the place of what was said before, whatever lines that was of; what
-- has no measure speaks of the ground as a whole. What one step records, at one moment, stands beside each other.
-- :forget earlier
DELETE FROM results WHERE case_id = ?1 AND ground = ?2 AND (
    outcome = 'unstated' OR (at < ?4 AND (measure = ?3 OR measure = '' OR ?3 = '')));

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
    grounds.ground,
    -- The version that was in force then: the last to come into force before.
    coalesce((
        SELECT version FROM profile_acts
        WHERE number = grounds.ground AND after = 'in_force' AND profile_acts.at <= grounds.at
        ORDER BY ordinal DESC LIMIT 1), 0),
    grounds.office, coalesce(came.officer, ''),
    strftime('%Y-%m', grounds.at / 1000000, 'unixepoch') AS month, coalesce(came.currency, ''),
    count(*), coalesce(sum(came.rank = 3), 0), coalesce(sum(came.rank = 2), 0), coalesce(sum(came.rank = 1), 0),
    coalesce(sum(came.rank = 0), 0), coalesce(sum(came.amount), 0), coalesce(sum(came.minutes), 0)
FROM grounds
-- Several measures on one ground are one look: the best of what they found counts, and of one breach on one line what
-- was said of it last.
LEFT JOIN (
    SELECT
        case_id, ground, max(officer) AS officer, max(currency) AS currency,
        sum(CASE last WHEN 1 THEN amount ELSE 0 END) AS amount, sum(minutes) AS minutes,
        max(CASE outcome WHEN 'found' THEN 3 WHEN 'nothing' THEN 2 WHEN 'not_applied' THEN 1 ELSE 0 END) AS rank
    FROM (
        SELECT *, row_number() OVER (
            PARTITION BY case_id, ground, kind, item ORDER BY at DESC, amount DESC) AS last
        FROM results WHERE case_id IN (SELECT case_id FROM grounds WHERE at >= ?1 AND at < ?2)
    ) GROUP BY case_id, ground
) AS came ON came.case_id = grounds.case_id AND came.ground = grounds.ground
WHERE grounds.at >= ?1 AND grounds.at < ?2
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY 1, 2, 3, 4, 5, 6;

-- A measure taken for several grounds of a case is taken once: the longest said of it. Of one ground, lines add up.
-- :minutes
SELECT measure, minutes, count(*) FROM (
    SELECT measure, max(minutes) AS minutes FROM (
        SELECT case_id, measure, sum(minutes) AS minutes FROM results
        WHERE measure <> '' AND outcome IN ('nothing', 'found') AND minutes > 0
        GROUP BY case_id, measure, ground
    ) GROUP BY case_id, measure
) GROUP BY measure, minutes ORDER BY measure, minutes;
