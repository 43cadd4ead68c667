#!/bin/sh
# Each mutation of ./dev mutants can still be made: what it spoils stands in its file, once. Spoiling
# and looking takes hours, so a line that moved would go unnoticed for long.
set -eu

srcdir=${srcdir:-$(dirname "$0")/../..}
python=/usr/bin/python3 # Debian's, as in ./dev

[ -x "$python" ] || {
  echo "mutations.sh: there is no $python, which reads the tables of mutations" >&2
  exit 77
}
PYTHONDONTWRITEBYTECODE=1 exec "$python" "$srcdir/tests/mutants.py" --fit
