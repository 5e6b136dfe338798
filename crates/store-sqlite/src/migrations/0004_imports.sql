-- Reference data as of any day: datasets say from which day on they speak; what was imported and taken back is kept.

ALTER TABLE datasets ADD COLUMN valid_from TEXT;

-- What was imported when, and what was taken back: the order is the order of effect.
CREATE TABLE imports (
    ordinal INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    -- Who did it: a login, or a word for the program itself.
    actor   TEXT    NOT NULL,
    dataset BLOB    NOT NULL REFERENCES datasets (hash),
    -- The import that this one takes back.
    undoes  INTEGER UNIQUE REFERENCES imports (ordinal),
    -- The world it led to.
    world   BLOB    NOT NULL REFERENCES worlds
) STRICT;

-- What is in force was imported once, nobody recorded when.
INSERT INTO imports (at, actor, dataset, world)
SELECT change.at, '', part.dataset, change.world
FROM (SELECT at, world FROM world_changes ORDER BY ordinal DESC LIMIT 1) AS change
JOIN world_datasets AS part ON part.world = change.world
ORDER BY part.position;
