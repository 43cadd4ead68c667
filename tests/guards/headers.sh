#!/bin/sh
# Every public header compiles alone, in strict C11 and with every warning, and has a guard.
set -eu

srcdir=${srcdir:-$(dirname "$0")/../..}
builddir=${builddir:-.}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
count=0

for header in "$srcdir"/liboidc/include/oidc/*.h "$builddir"/liboidc/include/oidc/version.h; do
  name=${header##*/}
  # Twice, so that a missing guard is seen.
  printf '#include <oidc/%s>\n#include <oidc/%s>\nint main(void) { return 0; }\n' "$name" "$name" \
    >"$scratch/alone.c"
  # CC may hold options: it is meant to be split.
  # shellcheck disable=SC2086
  ${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror -fsyntax-only \
    -I"$srcdir/liboidc/include" -I"$builddir/liboidc/include" "$scratch/alone.c" || {
    echo "headers.sh: <oidc/$name> does not compile alone" >&2
    exit 1
  }
  count=$((count + 1))
done
[ "$count" -ge 10 ] || {
  echo "headers.sh: found only $count headers" >&2
  exit 1
}
