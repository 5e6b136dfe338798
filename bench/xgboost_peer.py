#!/usr/bin/env python3
"""XGBoost on the same columns with the same settings as `greenlane risk train`: the peer of `bench/risk.sh`.

Usage: xgboost_peer.py FEATURES.toml TRAIN.csv ROWS.csv OUT.txt [name=value ...]

The columns come from the table of features that `greenlane risk features` prints; values are encoded as it says: names
and codes by their order in the training rows, an unknown name as -1, an unknown code between its neighbours. Nothing of
Greenlane's is run here. Writes the probability of each of ROWS, one to a line; says on standard error how long it took.
"""

import bisect
import csv
import math
import sys
import time
import tomllib

import numpy
import xgboost

# The names of `greenlane risk train` and XGBoost's.
SETTINGS = {
    "depth": ("max_depth", int),
    "rate": ("eta", float),
    "leaf_weight": ("min_child_weight", float),
    "l2": ("lambda", float),
    "features_share": ("colsample_bytree", float),
    "seed": ("seed", int),
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
    table, train, other, out = sys.argv[1:5]
    given = dict(pair.split("=", 1) for pair in sys.argv[5:])
    with open(table, "rb") as file:
        features = tomllib.load(file)
    training, rows = rows_of(train), rows_of(other)
    encoders = [encoder(feature, training) for feature in features["feature"]]
    matrix = lambda rows: numpy.array([[encode(row) for encode in encoders] for row in rows])
    labels = numpy.array([int(row[features["label"]]) for row in training])
    settings = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        # Greenlane counts the bins between cuts, XGBoost the cuts.
        "max_bin": int(given.pop("bins")) + 1,
        "nthread": int(given.pop("threads", "2")),
    }
    rounds = int(given.pop("rounds"))
    for name, value in given.items():
        theirs, kind = SETTINGS[name]
        settings[theirs] = kind(value)
    begun = time.monotonic()
    model = xgboost.train(settings, xgboost.DMatrix(matrix(training), labels), rounds)
    took = time.monotonic() - begun
    with open(out, "w", encoding="ascii") as file:
        file.writelines(f"{probability!r}\n" for probability in map(float, model.predict(xgboost.DMatrix(matrix(rows)))))
    print(f"xgboost {xgboost.__version__}: trained in {took:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
