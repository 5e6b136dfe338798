-- :model
SELECT version, sha256, content FROM models WHERE version = ?1;

-- :put model
INSERT INTO models (version, sha256, content) VALUES (?1, ?2, ?3);

-- :stands
SELECT after FROM model_acts WHERE model = ?1 ORDER BY ordinal DESC LIMIT 1;

-- :append
INSERT INTO model_acts (model, deed, before, after, actor, at, reason, through, leaf)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- :acts
SELECT ordinal, model, deed, before, after, actor, reason, at, through, leaf FROM model_acts ORDER BY ordinal;

-- :of leaf
SELECT ordinal, model, deed, before, after, actor, reason, at, through, leaf FROM model_acts WHERE leaf = ?1;

-- :put world model
INSERT INTO world_models (world, mode, model) VALUES (?1, ?2, ?3);

-- :world models
SELECT mode, model FROM world_models WHERE world = ?1 ORDER BY mode;

-- :put drift
INSERT INTO model_drifts (model, at, drift) VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET at = excluded.at, drift = excluded.drift;

-- :drifts
SELECT model, at, drift FROM model_drifts ORDER BY model;
