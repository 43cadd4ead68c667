#!/bin/sh
# Each source goes into the tarball. A header that no module.mk names is found beside its file in a
# clone, and missing only where somebody builds a release, which make distcheck takes minutes to say.
set -eu

srcdir=${srcdir:-$(dirname "$0")/../..}
builddir=${builddir:-.}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM

# DISTFILES names files and whole folders, some of them by the path of the source.
# The dollar is make's.
# shellcheck disable=SC2016
printf 'distributed:\n\t@printf "%%s\\n" $(DISTFILES:$(srcdir)/%%=%%)\n' >"$scratch/ask.mk"
MAKEFLAGS='' make -s --no-print-directory -C "$builddir" -f Makefile -f "$scratch/ask.mk" distributed \
  >"$scratch/distributed"

cd "$srcdir"
find props liboidc server tests examples demo -name __pycache__ -prune -o \
  -name '*.[ch]' -print -o -name '*.in' -print -o -name '*.map' -print -o -name '*.mk' -print -o \
  -name '*.py' -print -o -name '*.sh' -print >"$scratch/sources"

awk '
  NR == FNR { named[$0]; next }
  {
    seen++
    for (path = $0; !(path in named); sub("/[^/]*$", "", path))
      if (path !~ "/") {
        print "distributed.sh: no module.mk puts " $0 " into the tarball" > "/dev/stderr"
        missing = 1
        break
      }
  }
  END {
    if (seen < 500) {
      print "distributed.sh: found only " seen + 0 " sources; is this the source?" > "/dev/stderr"
      missing = 1
    }
    exit missing
  }
' "$scratch/distributed" "$scratch/sources"
