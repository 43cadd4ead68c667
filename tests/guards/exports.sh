#!/bin/sh
# What liboidc exports is three times the same: in the public headers (OIDC_API), in the version
# script, and in the library that was built.
set -eu

srcdir=${srcdir:-$(dirname "$0")/../..}
library=${builddir:-.}/.libs/liboidc.so
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM

fail() {
  echo "exports.sh: $*" >&2
  exit 1
}

# A declaration may be broken over lines; the function's name stands in front of the first '('.
cat "$srcdir"/liboidc/include/oidc/*.h "$srcdir"/liboidc/include/oidc/*.h.in | tr '\n' ' ' |
  grep -oE 'OIDC_API +[^;(#]*\(' | grep -oE 'oidc_[a-z0-9_]+\($' | tr -d '(' | sort >"$scratch/headers"
sed -n 's/^ *\(oidc_[a-z0-9_]*\);$/\1/p' "$srcdir/liboidc/oidc.map" | sort >"$scratch/map"
[ -e "$library" ] || fail "$library was not built"
nm -D --defined-only "$library" | awk '$2 != "A" { print $3 }' | sed 's/@.*//' | sort >"$scratch/library"

[ "$(wc -l <"$scratch/headers")" -ge 50 ] || fail "found too few functions in the headers"
uniq -d "$scratch/headers" | grep . && fail "declared twice"
diff -u "$scratch/headers" "$scratch/map" >&2 || fail "headers (-) and oidc.map (+) differ"
diff -u "$scratch/map" "$scratch/library" >&2 || fail "oidc.map (-) and the library (+) differ"
