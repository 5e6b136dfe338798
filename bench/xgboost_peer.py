#!/usr/bin/env python3
"""XGBoost on the same columns with the same settings as `greenlane risk train`: the peer of `bench/risk.sh`.

Usage: xgboost_peer.py FEATURES.toml CARD.json TRAIN.csv ROWS.csv OUT.txt THREADS

The settings are those on the card of Greenlane's model (`greenlane risk card MODEL --json`). The columns come from the table of features that `greenlane risk features` prints; values are encoded as it says: names
and codes by their order in the training rows, an unknown name as -1, an unknown code between its neighbours. Nothing of
Greenlane's is run here. Writes the probability of each of ROWS, one to a line; says on standard error how long it took.
"""

import bisect
import csv
import json
import math
import sys
import time
import tomllib

import numpy
import xgboost

# The names on the card and XGBoost's.
SETTINGS = {
    "depth": "max_depth",
    "rate": "eta",
    "leaf_weight_min": "min_child_weight",
    "l2": "lambda",
    "features_share": "colsample_bytree",
    "seed": "seed",
}


def number(text):
    text = text.strip()
    return float(text) if text else math.nan


def text_of(feature, row):
    return row[feature["column"]].strip()[: feature.get("digits")]


def encoder(feature, training):
    """How a row's value becomes a number."""
    kind, column = feature["kind"], feature["column"]
    if kind == "number":
        return lambda row: number(row[column])
    if kind == "ratio":

        def ratio(row):
            over = number(row[feature["over"]])
            return number(row[column]) / over if over else math.nan

        return ratio
    seen = sorted({text_of(feature, row) for row in training} - {""})

    def place(row):
        text = text_of(feature, row)
        if not text:
            return math.nan
        at = bisect.bisect_left(seen, text)
        if at < len(seen) and seen[at] == text:
            return float(at)
        return -1.0 if kind == "category" else at - 0.5

    return place


def rows_of(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def main():
    table, card, train, other, out, threads = sys.argv[1:]
    with open(table, "rb") as file:
        features = tomllib.load(file)
    with open(card, encoding="utf-8") as file:
        given = json.load(file)["card"]["settings"]
    training, rows = rows_of(train), rows_of(other)
    encoders = [encoder(feature, training) for feature in features["feature"]]
    matrix = lambda rows: numpy.array([[encode(row) for encode in encoders] for row in rows])
    labels = numpy.array([int(row[features["label"]]) for row in training])
    settings = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        # Greenlane counts the bins between cuts, XGBoost the cuts.
        "max_bin": given["bins"] + 1,
        "nthread": int(threads),
        **{theirs: given[name] for name, theirs in SETTINGS.items()},
    }
    begun = time.monotonic()
    model = xgboost.train(settings, xgboost.DMatrix(matrix(training), labels), given["rounds"])
    took = time.monotonic() - begun
    with open(out, "w", encoding="ascii") as file:
        file.writelines(f"{probability!r}\n" for probability in map(float, model.predict(xgboost.DMatrix(matrix(rows)))))
    print(f"xgboost {xgboost.__version__}: trained in {took:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
