-- :participants
SELECT
    numbers.number, participants.name, participants.category, participants.pack, participants.proposed,
    participants.held_until,
    (SELECT declarant FROM cases WHERE declarant_number = numbers.number ORDER BY id DESC LIMIT 1),
    participant_records.record
FROM (
    SELECT number FROM participants WHERE number > ?1
    UNION
    SELECT number FROM participant_records WHERE number > ?1
    ORDER BY 1 LIMIT ?2
) AS numbers
LEFT JOIN participants ON participants.number = numbers.number
LEFT JOIN participant_records ON participant_records.number = numbers.number
ORDER BY numbers.number;

-- :put mark
INSERT INTO participant_marks (kind, mark, number, first_case, last_case) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT DO UPDATE SET
    first_case = min(first_case, excluded.first_case), last_case = max(last_case, excluded.last_case);

-- :marks of
SELECT kind, mark, number, first_case, last_case FROM participant_marks
WHERE number = ?1 AND kind = ?2 ORDER BY last_case DESC, mark LIMIT ?3;

-- :marked
SELECT kind, mark, number, first_case, last_case FROM participant_marks
WHERE kind = ?1 AND mark = ?2 ORDER BY number LIMIT ?3;

-- :flow of
SELECT strftime('%Y-%m', filed_at / 1000000, 'unixepoch') AS month, state, lane, count(*)
FROM cases WHERE declarant_number = ?1 AND id >= ?2 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- :looks of
SELECT
    ground, currency, count(*), sum(rank = 3), sum(rank = 2), sum(rank = 1), sum(rank = 0), sum(amount),
    sum(minutes), max(case_id)
FROM (
    SELECT
        grounds.ground, grounds.case_id, coalesce(max(results.currency), '') AS currency,
        coalesce(sum(results.amount), 0) AS amount, coalesce(sum(results.minutes), 0) AS minutes,
        coalesce(max(CASE results.outcome
            WHEN 'found' THEN 3 WHEN 'nothing' THEN 2 WHEN 'not_applied' THEN 1 WHEN 'unstated' THEN 0
        END), -1) AS rank
    FROM cases
    JOIN grounds ON grounds.case_id = cases.id
    LEFT JOIN results ON results.case_id = grounds.case_id AND results.ground = grounds.ground
    WHERE cases.declarant_number = ?1 AND cases.id >= ?2
    GROUP BY grounds.case_id, grounds.ground
)
GROUP BY ground, currency ORDER BY count(*) DESC, ground, currency;

-- :value decision
SELECT decision, at, decided_by, leaf FROM value_decisions WHERE key = ?1;

-- :value decisions
SELECT decision, at, decided_by, leaf FROM value_decisions
WHERE (?1 = '' OR participant = ?1) AND code LIKE ?2 || '%' AND key > ?3 ORDER BY key LIMIT ?4;

-- :add value decision
INSERT INTO value_decisions (key, participant, code, valid_to, at, decided_by, decision, leaf)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- :add read
INSERT INTO participant_reads (at, login, number, what) VALUES (?1, ?2, ?3, ?4);

-- :reads
SELECT at, login, number, what FROM participant_reads ORDER BY ordinal DESC LIMIT ?1;
