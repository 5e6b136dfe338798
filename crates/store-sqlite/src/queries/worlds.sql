-- :put dataset
INSERT INTO datasets (hash, kind, jurisdiction, valid_from, source, size, content)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- :has dataset
SELECT 1 FROM datasets WHERE hash = ?1;

-- :dataset
SELECT kind, jurisdiction, valid_from, source, size, content FROM datasets WHERE hash = ?1;

-- :put world
INSERT INTO worlds (hash) VALUES (?1) ON CONFLICT DO NOTHING;

-- :put world dataset
INSERT INTO world_datasets (world, position, dataset) VALUES (?1, ?2, ?3);

-- :put profile
INSERT INTO profiles (hash, source) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- :put world profile
INSERT INTO world_profiles (world, position, profile) VALUES (?1, ?2, ?3);

-- :change world
INSERT INTO world_changes (at, world) VALUES (?1, ?2);

-- :current world
SELECT world FROM world_changes ORDER BY ordinal DESC LIMIT 1;

-- :world at
SELECT world FROM world_changes WHERE at <= ?1 ORDER BY ordinal DESC LIMIT 1;

-- :worlds like
SELECT hash FROM worlds WHERE hash >= ?1 AND hash <= ?2 LIMIT 2;

-- :put import
INSERT INTO imports (at, actor, dataset, undoes, world) VALUES (?1, ?2, ?3, ?4, ?5);

-- :imports
SELECT ordinal, at, actor, undoes, world, kind, jurisdiction, valid_from, source, hash
FROM imports JOIN datasets ON datasets.hash = imports.dataset ORDER BY ordinal;

-- :world
SELECT 1 FROM worlds WHERE hash = ?1;

-- :world datasets
SELECT kind, jurisdiction, valid_from, source, hash
FROM world_datasets JOIN datasets ON datasets.hash = world_datasets.dataset
WHERE world = ?1 ORDER BY position;

-- :world profiles
SELECT source FROM world_profiles JOIN profiles ON profiles.hash = world_profiles.profile
WHERE world = ?1 ORDER BY position;

-- :add outcome
INSERT INTO outcomes (minute, office, outcome, lane, decided_by, cases, milliseconds)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT DO UPDATE SET
    cases = outcomes.cases + excluded.cases, milliseconds = outcomes.milliseconds + excluded.milliseconds;

-- :outcomes
SELECT minute, office, outcome, lane, decided_by, cases, milliseconds
FROM outcomes WHERE minute >= ?1 ORDER BY minute, office, outcome, lane, decided_by;
