#!/usr/bin/env bash
# Fuzzes the targets that were built for libFuzzer: ./dev fuzz [SECONDS-EACH [TARGET…]].
#
# Corpora grow in the build directory from run to run, beside what is found; nothing in the source is
# touched. A run ends with a table; it fails when something was found, and says where it lies.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)
build=$1
seconds=${2:-60}
shift "$(($# < 2 ? $# : 2))"
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for target in "$source"/fuzz_*.c; do targets+=("$(basename "$target" .c)"); done
fi
targets=("${targets[@]/#fuzz_/}") # both spellings are understood

# The programs are check programs: built here, by name.
make -C "$build" -s -j"$(nproc)" "${targets[@]/#/tests/fuzz/fuzz_}"
mkdir -p "$build/corpus" "$build/found" "$build/log"

# dictionary_of NAME: the dictionaries of a target as one, in the build directory.
dictionary_of() {
  local name=$1 words word
  words=$(sed -n "s/^$name //p" "$source/dictionaries")
  for word in $words; do cat "$source/dict/$word.dict"; done >"$build/log/$name.dict"
  echo "$build/log/$name.dict"
}

# field NAME FIELD: a number of libFuzzer's final statistics.
field() { sed -n "s/^stat::$2: *//p" "$build/log/$1.log" | tail -n 1; }

# row NAME STATUS: what came of a target.
row() {
  local name=$1 coverage found=none
  coverage=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$build/log/$name.log" | tail -n 1)
  [ "$2" -eq 0 ] || found=FOUND
  printf '%-14s %12s %9s %8s %8s  %s\n' "$name" "$(field "$name" number_of_executed_units)" \
    "$(field "$name" average_exec_per_sec)" "$(find "$build/corpus/$name" -type f | wc -l)" \
    "${coverage:--}" "$found"
}

table=()
found=()
for name in "${targets[@]}"; do
  mkdir -p "$build/corpus/$name"
  echo "== $name, $seconds s"
  status=0
  "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=25 \
    -print_final_stats=1 -dict="$(dictionary_of "$name")" -artifact_prefix="$build/found/$name-" \
    "$build/corpus/$name" "$source/corpus/$name" >"$build/log/$name.log" 2>&1 || status=$?
  table+=("$(row "$name" "$status")")
  if [ "$status" -ne 0 ]; then
    tail -n 40 "$build/log/$name.log"
    found+=("$name: $(sed -n 's/.*Test unit written to //p' "$build/log/$name.log" | tail -n 1)")
  fi
done

printf '\n%-14s %12s %9s %8s %8s  %s\n' target executions 'a second' corpus edges findings
printf '%s\n' "${table[@]}"
[ ${#found[@]} -eq 0 ] && exit 0
echo
for what in "${found[@]}"; do
  name=${what%%: *}
  echo "found: $what"
  echo "       again with: $build/tests/fuzz/fuzz_$name ${what#*: }    log: $build/log/$name.log"
done
exit 1
