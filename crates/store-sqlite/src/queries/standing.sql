-- Participants: facts, their fold, the category, the history.

-- :participant
SELECT number, name, pack, category, proposed, held_until FROM participants WHERE number = ?1;

-- :participants after
SELECT number, name, pack, category, proposed, held_until FROM participants WHERE number > ?1 ORDER BY number LIMIT ?2;

-- :put participant
INSERT INTO participants (number, name, pack, category, proposed, held_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO UPDATE SET
    name = excluded.name, pack = excluded.pack, category = excluded.category, proposed = excluded.proposed,
    held_until = excluded.held_until;

-- :trader
SELECT record, last_fact FROM participant_records WHERE number = ?1;

-- :traders after
SELECT number, record, last_fact FROM participant_records WHERE number > ?1 ORDER BY number LIMIT ?2;

-- :put trader
INSERT INTO participant_records (number, record, last_fact) VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET record = excluded.record, last_fact = excluded.last_fact;

-- :add fact
INSERT INTO participant_facts (
    participant, at, day, kind, amount, case_id, ground, document, stated_by, reason, annuls, previous
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- :fact
SELECT number, participant, at, day, kind, amount, case_id, ground, document, stated_by, reason, annuls, previous
FROM participant_facts WHERE number = ?1;

-- :facts between
SELECT number, participant, at, day, kind, amount, case_id, ground, document, stated_by, reason, annuls, previous
FROM participant_facts WHERE number >= ?1 AND number < ?2 ORDER BY number LIMIT ?3;

-- :last fact
SELECT max(number) FROM participant_facts;

-- :annulled facts
SELECT annuls FROM participant_facts WHERE annuls IS NOT NULL;

-- :annulment of
SELECT number FROM participant_facts WHERE annuls = ?1;

-- :found facts
SELECT number, ground FROM participant_facts AS found
WHERE kind = 'found' AND case_id = ?1
    AND NOT EXISTS (SELECT 1 FROM participant_facts AS later WHERE later.annuls = found.number)
ORDER BY number;

-- :append act
INSERT INTO participant_acts (participant, at, deed, answers, act, leaf) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- :acts
SELECT number, participant, at, act, leaf FROM participant_acts WHERE participant = ?1 AND number < ?2
ORDER BY number DESC LIMIT ?3;

-- :act of leaf
SELECT number, participant, at, act, leaf FROM participant_acts WHERE leaf = ?1;

-- :open appeals
SELECT number, participant, at, act, leaf FROM participant_acts AS appeal
WHERE deed = 'appealed'
    AND NOT EXISTS (SELECT 1 FROM participant_acts AS decision WHERE decision.answers = appeal.number)
ORDER BY number LIMIT ?1;
