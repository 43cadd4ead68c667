#!/bin/sh
# Every fuzz target in the source is built, has dictionaries, and has seeds that are small: what
# `make check` replays and `./dev fuzz` begins with.
set -eu

here=${srcdir:-.}/tests/fuzz
failed=0
seen=0

complain() {
  echo "fuzz.sh: $1" >&2
  failed=1
}

# The seeds of all targets together stay a small part of the source.
seed_max=4096

for file in "$here"/fuzz_*.c; do
  name=${file##*/fuzz_}
  name=${name%.c}
  seen=$((seen + 1))
  case " ${FUZZ_TARGETS:?names the fuzz targets} " in
  *" tests/fuzz/fuzz_$name "*) ;;
  *) complain "$name is not built: add it to tests/fuzz/module.mk" ;;
  esac
  words=$(sed -n "s/^$name //p" "$here/dictionaries")
  [ -n "$words" ] || complain "$name has no dictionary: add a line to tests/fuzz/dictionaries"
  for word in $words; do
    [ -s "$here/dict/$word.dict" ] || complain "$name: there is no dictionary $word"
  done
  [ -n "$(find "$here/corpus/$name" -type f 2>/dev/null | head -n 1)" ] ||
    complain "$name has no seeds in tests/fuzz/corpus/$name"
done

large=$(find "$here/corpus" -type f -size +"$seed_max"c)
[ -z "$large" ] || complain "too large for seeds (more than $seed_max bytes): $large"

for target in $FUZZ_TARGETS; do
  [ -e "${srcdir:-.}/$target.c" ] || complain "$target has no source"
done

[ "$seen" -ge 12 ] || complain "found only $seen targets; is this the source?"
exit "$failed"
