#!/bin/sh
# Every function, type and constant of the public headers has a docstring right above it, and that of
# a function whose result must be looked at (OIDC_CHECKED) says which errors it gives.
set -eu

srcdir=${srcdir:-$(dirname "$0")/../..}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM

# Prints what is wrong, and at last how many declarations were seen. A declaration's name is on its
# first line. Include guards and macros with parameters are no constants.
awk '
function complain(what) {
  line = $0
  sub(/\(.*/, "", line)
  printf "%s:%d: %s: %s\n", FILENAME, FNR, line, what
}
FNR == 1 { reading = ready = 0 }
/^\/\*\*/ { reading = 1; text = "" }
reading {
  text = text " " $0
  if (/\*\/$/) {
    reading = 0
    ready = 1
  }
  next
}
/^OIDC_API |^typedef |^#define OIDC_[A-Z0-9_]+ +[^ ]/ {
  seen++
  if (!ready)
    complain("no docstring")
  else if (/OIDC_CHECKED oidc_code / && text !~ /OIDC_E_[A-Z]|The same/)
    complain("the docstring names no error")
}
{ ready = 0 }
END { print seen >count }
' count="$scratch/count" "$srcdir"/liboidc/include/oidc/*.h "$srcdir"/liboidc/include/oidc/*.h.in \
  >"$scratch/wrong"

if [ -s "$scratch/wrong" ]; then
  sed 's/^/docstrings.sh: /' "$scratch/wrong" >&2
  exit 1
fi
[ "$(cat "$scratch/count")" -ge 150 ] || {
  echo "docstrings.sh: found only $(cat "$scratch/count") declarations; are these the headers?" >&2
  exit 1
}
