-- :next leaf
SELECT coalesce(max(leaf) + 1, 0) FROM steps;

-- :last seq
SELECT coalesce(max(seq), 0) FROM steps WHERE case_id = ?1;

-- :append
INSERT INTO steps (leaf, case_id, seq, at, salt, leaf_hash, body, withheld)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- :steps of case
SELECT leaf, case_id, seq, at, salt, leaf_hash, body, withheld FROM steps WHERE case_id = ?1 ORDER BY seq;

-- :steps from
SELECT leaf, case_id, seq, at, salt, leaf_hash, body, withheld FROM steps WHERE leaf >= ?1 ORDER BY leaf LIMIT ?2;

-- :leaf hashes
SELECT leaf_hash FROM steps WHERE leaf >= ?1 ORDER BY leaf LIMIT ?2;

-- :put tile
INSERT INTO tiles (level, position, hashes) VALUES (?1, ?2, ?3);

-- :tile
SELECT hashes FROM tiles WHERE level = ?1 AND position = ?2;

-- :put checkpoint
INSERT INTO checkpoint (only, size, note) VALUES (1, ?1, ?2)
ON CONFLICT DO UPDATE SET size = excluded.size, note = excluded.note
WHERE excluded.size >= checkpoint.size;

-- :checkpoint
SELECT size, note FROM checkpoint;
