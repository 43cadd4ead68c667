#!/usr/bin/env bash
# Fuzzes one target for a time: target.sh BUILD NAME SECONDS SECONDS-AN-INPUT. Called by run.sh.
#
# Leaves its log, its exit status, and a line in its account: seconds by the clock, seconds of the
# processor, executions, exit status.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)
build=$1 name=$2 seconds=$3 input_timeout=$4
log="$build/log/$name.log"

# The dictionaries of the target as one.
words=$(sed -n "s/^$name //p" "$source/dictionaries")
for word in $words; do cat "$source/dict/$word.dict"; done >"$build/log/$name.dict"

mkdir -p "$build/corpus/$name"
echo "== $name, $seconds s"
status=0
TIMEFORMAT='%0R %0U'
{ time "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -rss_limit_mb=2048 \
  -timeout="$input_timeout" -print_final_stats=1 -dict="$build/log/$name.dict" \
  -artifact_prefix="$build/found/$name-" "$build/corpus/$name" "$source/corpus/$name" \
  >"$log" 2>&1 || status=$?; } 2>"$build/log/$name.time"

spent=$(tail -n 1 "$build/log/$name.time")
executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
echo "$spent ${executions:-0} $status" >>"$build/account/$name"
echo "$status" >"$build/log/$name.status"
[ "$status" -eq 0 ] || tail -n 40 "$log"
