-- :version
SELECT number, version, kind, lane, title_ru, title_en, author, at, source
FROM profile_versions JOIN profiles ON profiles.hash = profile_versions.profile
WHERE number = ?1 AND version = ?2;

-- :last version
SELECT max(version) FROM profile_versions WHERE number = ?1;

-- :put text
INSERT INTO profiles (hash, source) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- :insert version
INSERT INTO profile_versions (number, version, kind, lane, title_ru, title_en, author, at, profile)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- :history
SELECT v.number, v.version, v.kind, v.lane, v.title_ru, v.title_en, v.author, v.at, a.after, a.at, a.actor, a.day
FROM profile_versions AS v JOIN profile_acts AS a ON a.ordinal = (
    SELECT max(ordinal) FROM profile_acts WHERE number = v.number AND version = v.version)
WHERE v.number = ?1 ORDER BY v.version;

-- :heads
SELECT v.number, v.version, v.kind, v.lane, v.title_ru, v.title_en, v.author, v.at, a.after, a.at, a.actor, a.day
FROM profile_versions AS v JOIN profile_acts AS a ON a.ordinal = (
    SELECT max(ordinal) FROM profile_acts WHERE number = v.number AND version = v.version)
WHERE v.number > ?1 AND (
    a.after IN ('draft', 'agreed', 'approved', 'in_force')
    OR v.version = (SELECT max(version) FROM profile_versions WHERE number = v.number))
ORDER BY v.number, v.version LIMIT ?2;

-- :stands
SELECT after FROM profile_acts WHERE number = ?1 AND version = ?2 ORDER BY ordinal DESC LIMIT 1;

-- :append
INSERT INTO profile_acts (number, version, deed, before, after, actor, at, day, reason, through, leaf)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- :acts
SELECT ordinal, number, version, deed, before, after, actor, day, reason, at, through, leaf
FROM profile_acts WHERE number = ?1 ORDER BY ordinal;

-- :of leaf
SELECT ordinal, number, version, deed, before, after, actor, day, reason, at, through, leaf
FROM profile_acts WHERE leaf = ?1;

-- :due
SELECT number, version FROM profile_acts AS a
WHERE deed = 'approve' AND day <= ?1
    AND ordinal = (SELECT max(ordinal) FROM profile_acts WHERE number = a.number AND version = a.version)
ORDER BY ordinal;

-- :add read
INSERT INTO profile_reads (at, login, number, what) VALUES (?1, ?2, ?3, ?4);

-- :reads
SELECT at, login, number, what FROM profile_reads ORDER BY ordinal DESC LIMIT ?1;
