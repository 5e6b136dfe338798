#!/usr/bin/env bash
# Learning from results beside XGBoost: trains both on the same rows, columns and settings in one run, and prints one
# table made by `greenlane risk evaluate`.
#   bench/risk.sh [--docs] TRAIN.csv ROWS.csv [OPTIONS]     OPTIONS of `greenlane risk train`, such as --depth 10
# --docs writes the table into docs/learning.md instead. Needs python3 (3.11) with venv and a way to the package index,
# for numpy and xgboost-cpu. Files of the run are kept under GREENLANE_BENCH_DIR (default: target/bench). GREENLANE names
# the program (default: it is built); GREENLANE_BENCH_THREADS says how many threads XGBoost has (default 2).
set -euo pipefail
docs=no
if [ "${1:-}" = --docs ]; then
    docs=yes
    shift
fi
[ $# -ge 2 ] || { sed -n '2,7p' "$0" >&2; exit 2; }
train=$(realpath "$1") rows=$(realpath "$2")
shift 2
cd "$(dirname "$0")/.."
dir=${GREENLANE_BENCH_DIR:-target/bench}
mkdir -p "$dir"
greenlane=${GREENLANE:-}
if [ -z "$greenlane" ]; then
    cargo build --release --locked >&2
    greenlane=${CARGO_TARGET_DIR:-target}/release/greenlane
fi
if [ ! -x "$dir/venv/bin/python" ]; then
    python3 -m venv "$dir/venv"
    "$dir/venv/bin/pip" install --quiet numpy==2.4.6 xgboost-cpu==3.2.0 >&2
fi

"$greenlane" risk features >"$dir/features.toml"
began=$(date +%s.%N)
"$greenlane" risk train "$train" --out "$dir/model" --on 2026-01-01 "$@" >"$dir/card.txt" 2>"$dir/train.log"
ended=$(date +%s.%N)
"$greenlane" risk card "$dir/model" --json >"$dir/card.json"
# Threads that wait in a loop take the processor from those that work, where others use it too.
OMP_WAIT_POLICY=passive "$dir/venv/bin/python" bench/xgboost_peer.py \
    "$dir/features.toml" "$dir/card.json" "$train" "$rows" "$dir/xgboost.txt" "${GREENLANE_BENCH_THREADS:-2}" 2>"$dir/peer.log"

section() {
    echo "Settings of both: $(sed -n 's/^settings *//p' "$dir/card.txt"). Greenlane: read, trained and written in" \
        "$(python3 -c "print(f'{$ended - $began:.1f}')") s; $(tail -n 1 "$dir/peer.log")."
    echo "No early stopping: the rows measured on had no part in training."
    echo
    "$greenlane" risk evaluate "$rows" --model "$dir/model" --beside "xgboost=$dir/xgboost.txt"
}
if [ "$docs" = no ]; then
    section
    exit
fi
section >"$dir/section.md"
python3 - "$dir/section.md" <<'PYTHON'
import re, sys

page = open("docs/learning.md", encoding="utf-8").read()
section = open(sys.argv[1], encoding="utf-8").read()
between = re.compile(r"(<!-- bench/risk.sh -->\n).*?(<!-- end -->)", re.S)
with open("docs/learning.md", "w", encoding="utf-8") as file:
    file.write(between.sub(lambda found: found[1] + section + found[2], page))
PYTHON
