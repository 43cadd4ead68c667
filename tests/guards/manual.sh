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
  grep -oE '(log_event\( *([A-Za-z_]+|[a-z_]+\[[^]]*\]),|\.event =) *"[a-z_]+"' |
  sed -E 's/.*"([a-z_]+)"$/\1/' | sort -u >"$scratch/logged"
sed -n '/^\.Sh LOG EVENTS/,/^\.Sh EXIT/s/^\.It Sy //p' "$manual" | sort -u >"$scratch/explained"
[ -s "$scratch/logged" ] || fail "no events found in the sources"
diff -u "$scratch/explained" "$scratch/logged" >&2 ||
  fail "the events that $manual explains (-) are not those that are logged (+)"

if command -v mandoc >/dev/null 2>&1; then
  # what other manuals this machine has is not this one's fault
  mandoc -Tlint "$manual" 2>&1 | grep -v -e 'referenced manual not found' -e 'outdated mandoc.db' \
    >"$scratch/lint" || true
  [ ! -s "$scratch/lint" ] || fail "$(cat "$scratch/lint")"
fi
