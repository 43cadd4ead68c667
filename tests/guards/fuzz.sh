#!/bin/sh
# Every fuzz target in the source is built, has dictionaries, and has seeds that are small: what
# `make check` replays and `./dev fuzz` begins with. And every file that reads bytes from outside is in
# tests/fuzz/parsers with the targets that send it some.
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

# What bytes from outside come by: the system, libmicrohttpd, libcurl, hiredis, jansson, OpenSSL.
readers='recv|read|fread|getline|fgets|readdir|getenv|sscanf|strto[a-z]+|inet_pton|json_load[a-z]*'
readers="$readers|PEM_read[A-Za-z0-9_]*|d2i_[A-Za-z0-9_]*|BIO_new_mem_buf|redisGetReply|redisvCommand"
readers="$readers|MHD_lookup_connection_value|MHD_get_connection_values(_n)?|curl_easy_getinfo"
source=${srcdir:-.}
table=$here/parsers
reading=$(cd "$source" && grep -lE "(^|[^A-Za-z0-9_>.])($readers) ?\\(" server/*.c liboidc/*.c props/*.c props/check/*.c)

[ "$(printf '%s\n' "$reading" | wc -l)" -ge 20 ] || complain "found hardly any file that reads; is this the source?"
for file in $reading; do
  grep -q "^$file	" "$table" || complain "$file reads bytes from outside: add it to tests/fuzz/parsers"
done
while IFS='	' read -r file targets what; do
  case $file in '#'*) continue ;; esac
  if [ ! -e "$source/$file" ] || [ -z "$what" ]; then
    complain "tests/fuzz/parsers: $file is gone, or says nothing"
  fi
  for target in $(printf '%s' "$targets" | tr ',-' '  '); do
    [ -e "$here/fuzz_$target.c" ] || complain "tests/fuzz/parsers: $file names $target, which is no target"
  done
done <"$table"
for file in "$here"/fuzz_*.c; do
  name=${file##*/fuzz_}
  cut -f2 "$table" | tr ',' '\n' | grep -qx "${name%.c}" ||
    complain "tests/fuzz/parsers does not say what ${name%.c} is for"
done

[ "$seen" -ge 12 ] || complain "found only $seen targets; is this the source?"
exit "$failed"
