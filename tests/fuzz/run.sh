#!/usr/bin/env bash
# Fuzzes the targets that were built for libFuzzer: ./dev fuzz [SECONDS-EACH [TARGET…]].
#
# Corpora grow in the build directory from run to run, beside what is found; nothing in the source is
# touched. Each run is written to an account, from which the table at the end says what every target
# has had in all. A run fails when something was found, and says where it lies.
#
# OIDC_FUZZ_JOBS: how many targets run at once (one a core). More than that share the cores: the
# account therefore counts the processor's minutes, not only the clock's.
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
jobs=${OIDC_FUZZ_JOBS:-$(nproc)}

# libFuzzer measures an input by the clock, which runs on while other targets have the core.
readonly slowest_input=25
input_timeout=$((slowest_input * (1 + jobs / $(nproc))))

# The programs are check programs: built here, by name.
make -C "$build" -s -j"$(nproc)" "${targets[@]/#/tests/fuzz/fuzz_}"
mkdir -p "$build/corpus" "$build/found" "$build/log" "$build/account"

# field NAME FIELD: a number of libFuzzer's final statistics.
field() { sed -n "s/^stat::$2: *//p" "$build/log/$1.log" | tail -n 1; }

# row NAME: what came of a target in this run, and what it has had in all.
row() {
  local name=$1 coverage found=none
  coverage=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$build/log/$name.log" | tail -n 1)
  [ "$(cat "$build/log/$name.status")" -eq 0 ] || found=FOUND
  printf '%-14s %9s %8s %8s %13s %8s %8s  %s\n' "$name" "$(field "$name" average_exec_per_sec)" \
    "$(find "$build/corpus/$name" -type f | wc -l)" "${coverage:--}" \
    "$(awk '{ n += $(NF - 1) } END { print n }' "$build/account/$name")" \
    "$(awk '{ n += $1 } END { print int(n / 60) }' "$build/account/$name")" \
    "$(awk '{ n += $2 } END { print int(n / 60) }' "$build/account/$name")" "$found"
}

printf '%s\n' "${targets[@]}" | xargs -P"$jobs" -I{} "$source/target.sh" "$build" {} "$seconds" "$input_timeout"

printf '\n%-14s %9s %8s %8s %13s %8s %8s\n' '' '' '' '' 'in all:' minutes 'cpu'
printf '%-14s %9s %8s %8s %13s %8s %8s  %s\n' target 'a second' corpus edges executions clock minutes findings
for name in "${targets[@]}"; do row "$name"; done

found=()
for name in "${targets[@]}"; do
  [ "$(cat "$build/log/$name.status")" -eq 0 ] || found+=("$name")
done
[ ${#found[@]} -eq 0 ] && exit 0
echo
for name in "${found[@]}"; do
  echo "found: $name"
  unit=$(sed -n 's/.*Test unit written to //p' "$build/log/$name.log" | tail -n 1)
  echo "       again with: $build/tests/fuzz/fuzz_$name ${unit}    log: $build/log/$name.log"
done
exit 1
