#!/usr/bin/env bash
# Fuzzes the targets that were built for libFuzzer: ./dev fuzz [SECONDS-EACH [TARGET…]].
# What is found is left in the build directory, beside a corpus that grows from run to run.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)
build=$1
seconds=${2:-60}
shift "$(($# < 2 ? $# : 2))"
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for target in "$source"/fuzz_*.c; do targets+=("$(basename "$target" .c)"); done
fi

# The programs are check programs: built here, by name.
make -C "$build" -s -j"$(nproc)" "${targets[@]/#/tests/fuzz/}"
for target in "${targets[@]}"; do
  name=${target#fuzz_}
  corpus="$build/corpus/$name"
  mkdir -p "$corpus" "$build/found"
  dictionary=()
  [ ! -f "$source/dict/$name.dict" ] || dictionary=("-dict=$source/dict/$name.dict")
  echo "== $target, $seconds s"
  "$build/tests/fuzz/$target" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=25 -print_final_stats=1 \
    "${dictionary[@]}" -artifact_prefix="$build/found/$name-" "$corpus" "$source/corpus/$name"
done
