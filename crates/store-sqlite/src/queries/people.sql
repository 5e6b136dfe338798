-- :officers
SELECT login, offices, kinds, lane_max, on_shift, load FROM officers ORDER BY login;

-- :put officer
INSERT INTO officers (login, offices, kinds, lane_max, on_shift, load) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO UPDATE SET
    offices = excluded.offices, kinds = excluded.kinds, lane_max = excluded.lane_max;

-- :set load
UPDATE officers SET load = ?2 WHERE login = ?1;

-- :set shift
UPDATE officers SET on_shift = ?2 WHERE login = ?1;

-- :user
SELECT login, name, role, password_hash, participant, area FROM users WHERE login = ?1;

-- :users
SELECT login, name, role, password_hash, participant, area FROM users ORDER BY login;

-- :put user
INSERT INTO users (login, name, role, password_hash, participant, area) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO UPDATE SET
    name = excluded.name, role = excluded.role, password_hash = excluded.password_hash,
    participant = excluded.participant, area = excluded.area;

-- :session
SELECT login FROM sessions WHERE token = ?1 AND until > ?2;

-- :put session
INSERT INTO sessions (token, login, until) VALUES (?1, ?2, ?3);

-- :end surplus sessions
DELETE FROM sessions WHERE token IN (
    SELECT token FROM sessions WHERE login = ?1 ORDER BY until DESC LIMIT -1 OFFSET ?2
);

-- :end sessions of user
DELETE FROM sessions WHERE login = ?1;

-- :end session
DELETE FROM sessions WHERE token = ?1;

-- :secret
SELECT content FROM secrets WHERE name = ?1;

-- :secret names
SELECT name FROM secrets WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name LIMIT ?2;

-- :put secret
INSERT INTO secrets (name, content) VALUES (?1, ?2);

-- :reads
SELECT at, login, case_id, what FROM reads ORDER BY ordinal DESC LIMIT ?1;

-- :add read
INSERT INTO reads (at, login, case_id, what) VALUES (?1, ?2, ?3, ?4);
