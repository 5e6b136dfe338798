#!/usr/bin/env bash
# Learning from results beside XGBoost: trains both on the same rows, columns and settings in one run, and prints one
# table made by `greenlane risk evaluate`.
#   bench/risk.sh TRAIN.csv ROWS.csv [name=value ...]     settings by the names of `greenlane risk train`
# Needs python3 with venv and a way to the package index, for numpy and xgboost-cpu. Files of the run are kept under
# GREENLANE_BENCH_DIR (default: target/bench). GREENLANE names the program (default: it is built).
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,6p' "$0" >&2; exit 2; }
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

# One owner of the settings: both get every one of them.
declare -A settings=([rounds]=600 [depth]=8 [rate]=0.05 [bins]=1023 [leaf_weight]=1 [l2]=1 [features_share]=1 [seed]=1)
for pair in "$@"; do
    [ -n "${settings[${pair%%=*}]+known}" ] || { echo "$pair: no such setting" >&2; exit 2; }
    settings[${pair%%=*}]=${pair#*=}
done
ours=() theirs=() said=""
for name in rounds depth rate bins leaf_weight l2 features_share seed; do
    ours+=("--${name//_/-}" "${settings[$name]}")
    theirs+=("$name=${settings[$name]}")
    said+="${said:+, }${name//_/ } ${settings[$name]}"
done

"$greenlane" risk features >"$dir/features.toml"
began=$(date +%s.%N)
"$greenlane" risk train "$train" --out "$dir/model" --on 2026-01-01 "${ours[@]}" >"$dir/card.txt" 2>"$dir/train.log"
took=$(python3 -c "import sys; print(f'{float(sys.argv[2]) - float(sys.argv[1]):.1f}')" "$began" "$(date +%s.%N)")
"$dir/venv/bin/python" bench/xgboost_peer.py "$dir/features.toml" "$train" "$rows" "$dir/xgboost.txt" "${theirs[@]}" 2>"$dir/peer.log"

echo "Settings of both: $said. Greenlane: trained and written in $took s; $(tail -n 1 "$dir/peer.log")."
echo "No early stopping: the rows measured on had no part in training."
echo
"$greenlane" risk evaluate "$rows" --model "$dir/model" --beside "xgboost=$dir/xgboost.txt"
