#!/bin/sh
# The manual oidc.3 names every public header, every action of a login and every class of errors,
# and nothing that is no more.
set -eu

srcdir=${srcdir:-$(dirname "$0")/../..}
manual=$srcdir/liboidc/oidc.3
headers=$srcdir/liboidc/include/oidc
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM

fail() {
  echo "library_manual.sh: $*" >&2
  exit 1
}

for header in "$headers"/*.h; do
  name=${header##*/}
  [ "$name" = export.h ] || grep -q "oidc/$name" "$manual" || fail "says nothing of <oidc/$name>"
done

constants() {
  grep -ohE 'OIDC_(ACTION|CLASS)_[A-Z_]+' "$@" | sort -u | grep -v OIDC_CLASS_NONE
}
constants "$headers/login.h" "$headers/error.h" >"$scratch/headers"
constants "$manual" >"$scratch/manual"
[ "$(wc -l <"$scratch/headers")" -ge 14 ] || fail "found too few constants in the headers"
diff -u "$scratch/headers" "$scratch/manual" >&2 || fail "headers (-) and manual (+) differ"

# Functions that the manual names exist.
grep -ohE 'oidc_[a-z_]+\(|Fn oidc_[a-z_]+' "$manual" | sed 's/^Fn //; s/($//' | sort -u >"$scratch/named"
[ -s "$scratch/named" ] || fail "names no function"
while read -r name; do
  grep -q "^ *$name;" "$srcdir/liboidc/oidc.map" || fail "names $name, which is no function"
done <"$scratch/named"

if command -v mandoc >/dev/null 2>&1; then
  # what other manuals this machine has is not this one's fault
  mandoc -Tlint "$manual" 2>&1 | grep -v -e 'referenced manual not found' -e 'outdated mandoc.db' \
    >"$scratch/lint" || true
  [ ! -s "$scratch/lint" ] || fail "$(cat "$scratch/lint")"
fi
