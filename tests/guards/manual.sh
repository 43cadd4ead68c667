#!/bin/sh
# The manual oidc-sidecar.8 agrees with the program: its options are those of the table, its log
# events those of the sources. With --update, writes the manual anew instead.
set -eu

srcdir=${srcdir:-$(dirname "$0")/../..}
builddir=${builddir:-.}
template=$srcdir/server/oidc-sidecar.8.in
manual=$srcdir/server/oidc-sidecar.8
print_options=$builddir/tests/unit/server/print_options

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM

fail() {
  echo "manual.sh: $*" >&2
  exit 1
}

"$print_options" >"$scratch/options"
grep -q '^\.It Fl -config ' "$scratch/options" || fail "print_options prints no options"
grep -qx '@OPTIONS@' "$template" || fail "$template has no @OPTIONS@ line"
sed -e 's/@GENERATED@/Made of oidc-sidecar.8.in by tests\/guards\/manual.sh --update./' \
  -e "/^@OPTIONS@\$/{
r $scratch/options
d
}" "$template" >"$scratch/manual"

if [ "${1:-}" = --update ]; then
  cp "$scratch/manual" "$manual"
  exit 0
fi

diff -u "$manual" "$scratch/manual" >&2 ||
  fail "$manual is out of date; run: srcdir=… builddir=… tests/guards/manual.sh --update"

# Events, from calls that may be broken over lines, and from warnings that are made elsewhere.
cat "$srcdir"/server/*.c | tr '\n' ' ' |
  grep -oE '((log_event\(|make\(&line,) *([A-Za-z_]+|[a-z_]+\[[^]]*\]),|\.event =) *"[a-z_]+"' |
  sed -E 's/.*"([a-z_]+)"$/\1/' | sort -u >"$scratch/logged"
sed -n '/^\.Sh LOG EVENTS/,/^\.Sh METRICS/s/^\.It Sy //p' "$manual" | sort -u >"$scratch/explained"
[ -s "$scratch/logged" ] || fail "no events found in the sources"
diff -u "$scratch/explained" "$scratch/logged" >&2 ||
  fail "the events that $manual explains (-) are not those that are logged (+)"

# Metrics: name, type, and name of the label, from the table and the calls that make them.
{
  tr '\n' ' ' <"$srcdir/server/metrics.h" |
    grep -oE 'X\(METRIC_[A-Z_]+, *"[a-z_]+", *(""|"[a-z]+=)' |
    sed -E 's/.*"(oidc_[a-z_]+)", *"(.*)$/\1 counter \2/; s/["=]//g'
  sed -nE 's/^#define REFUSED_NAME "([a-z_]+)"$/\1 counter reason/p' "$srcdir/server/metrics.c"
  grep -oE '"oidc_sidecar_[a-z_]+"' "$srcdir/server/admin.c" | sed -E 's/"(.*)"/\1 gauge/'
} | sed 's/ *$//' | sort -u >"$scratch/counted"
sed -n '/^\.Sh METRICS/,/^\.Sh EXIT/s/^\.It Sy //p' "$manual" |
  sed -E 's/ Pq / /; s/,//; s/( gauge) .*/\1/' | sort -u >"$scratch/listed"
[ "$(grep -c ' counter' "$scratch/counted")" -gt 9 ] || fail "no counters found in the sources"
[ "$(grep -c ' gauge' "$scratch/counted")" -gt 3 ] || fail "no gauges found in the sources"
diff -u "$scratch/listed" "$scratch/counted" >&2 ||
  fail "the metrics that $manual lists (-) are not those that there are (+)"

# The headers of the hand-off, each with its claim, in their order.
sed -nE 's/^    \{"([A-Za-z-]+)", (NULL|"[a-z_]+"), (TEXT|FLAG), .*/\1 \2/p' "$srcdir/liboidc/handoff.c" |
  sed -E 's/ NULL//; s/"//g' >"$scratch/handed"
sed -n '/^\.Sh HANDING OVER BY HEADERS/,/^\.It Ic Assertion/p' "$manual" |
  sed -nE 's/^\.It Ic //p; s/^\.Va (.*)/ \1/p' | tr '\n' ';' |
  sed -e 's/; sub; provider_sub/; provider_sub/' -e 's/; / /g' | tr ';' '\n' |
  grep -v '^Assertion' >"$scratch/described"
[ -s "$scratch/handed" ] || fail "no headers found in the sources"
diff -u "$scratch/described" "$scratch/handed" >&2 ||
  fail "the headers that $manual describes (-) are not those that are handed over (+)"

if command -v mandoc >/dev/null 2>&1; then
  # what other manuals this machine has is not this one's fault
  mandoc -Tlint "$manual" 2>&1 | grep -v -e 'referenced manual not found' -e 'outdated mandoc.db' \
    >"$scratch/lint" || true
  [ ! -s "$scratch/lint" ] || fail "$(cat "$scratch/lint")"
fi
