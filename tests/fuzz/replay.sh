#!/bin/sh
# Replays the seeds of every fuzz target that was built: `make check` runs it with FUZZ_TARGETS, the
# list of the targets (tests/fuzz/fuzz_<name>), whose seeds are in tests/fuzz/corpus/<name>/.
set -eu

here=${srcdir:-.}/tests/fuzz
failed=0
ran=0

for target in ${FUZZ_TARGETS:?names the fuzz targets}; do
    name=${target##*/fuzz_}
    seeds=$here/corpus/$name
    if ! [ -d "$seeds" ]; then
        echo "$name: no seeds in $seeds" >&2
        failed=1
        continue
    fi
    # libFuzzer, too, runs each file of the folder once when it is asked for no further runs.
    if [ "${FUZZ_ENGINE:-standalone}" = libfuzzer ]; then
        "./$target" -runs=0 "$seeds" || failed=1
    else
        printf '%s: ' "$name"
        "./$target" "$seeds" || failed=1
    fi
    ran=$((ran + 1))
done

[ "$ran" -gt 0 ] || { echo "nothing was replayed" >&2; failed=1; }
exit "$failed"
