#!/bin/sh
# The manuals oidc-check.1 and oidc-properties.5 agree with the tables of options, rules and keys.
# With --update, writes them anew instead.
set -eu

srcdir=${srcdir:-$(dirname "$0")/../..}
builddir=${builddir:-.}
print_manual=$builddir/tests/unit/check/print_manual

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM

fail() {
  echo "check_manual.sh: $*" >&2
  exit 1
}

# make_manual NAME PART…: fills the template's @PART@ lines.
make_manual() {
  template=$srcdir/props/$1.in
  made=$scratch/$1
  sed "s|@GENERATED@|Made of $1.in by tests/guards/check_manual.sh --update.|" "$template" >"$made"
  shift
  for part in "$@"; do
    upper=$(echo "$part" | tr '[:lower:]' '[:upper:]')
    "$print_manual" "$part" >"$scratch/part"
    [ -s "$scratch/part" ] || fail "print_manual has no $part"
    grep -qx "@$upper@" "$made" || fail "$template has no @$upper@ line"
    sed "/^@$upper@\$/{
r $scratch/part
d
}" "$made" >"$scratch/next"
    mv "$scratch/next" "$made"
  done
}

make_manual oidc-check.1 options rules
make_manual oidc-properties.5 keys

for name in oidc-check.1 oidc-properties.5; do
  manual=$srcdir/props/$name
  if [ "${1:-}" = --update ]; then
    cp "$scratch/$name" "$manual"
    continue
  fi
  diff -u "$manual" "$scratch/$name" >&2 ||
    fail "$manual is out of date; run: srcdir=… builddir=… tests/guards/check_manual.sh --update"
  if command -v mandoc >/dev/null 2>&1; then
    # what other manuals this machine has is not this one's fault
    mandoc -Tlint "$manual" 2>&1 | grep -v -e 'referenced manual not found' -e 'outdated mandoc.db' \
      >"$scratch/lint" || true
    [ ! -s "$scratch/lint" ] || fail "$(cat "$scratch/lint")"
  fi
done
