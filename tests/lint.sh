#!/usr/bin/env bash
# Formatting, static analysis, shell and manuals: ./dev lint. Argument: a configured build directory.
# shellcheck disable=SC2317  # the functions are called by name, through step
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
build=$1
status=0

step() {
  local name=$1
  shift
  if "$@"; then echo "ok: $name"; else
    echo "not ok: $name"
    status=1
  fi
}

mapfile -t sources < <(git ls-files -- 'props/*.[ch]' 'liboidc/*.[ch]' 'server/*.[ch]' 'tests/*.[ch]' 'examples/*.[ch]')
mapfile -t units < <(git ls-files -- 'props/*.c' 'liboidc/*.c' 'server/*.c')
mapfile -t scripts < <(git ls-files | xargs grep -lE '^#!(/usr)?/bin/(env )?(ba)?sh')
mapfile -t manuals < <(git ls-files -- '*.[1358]')
includes=(-I. -Iliboidc/include "-I$build" "-I$build/liboidc/include")

tidy() {
  printf '%s\n' "${units[@]}" |
    xargs -P"$(nproc)" -I{} clang-tidy --quiet '--warnings-as-errors=*' {} -- -std=gnu11 "${includes[@]}" 2>/dev/null
}

check_cpp() {
  cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
    --suppress=missingIncludeSystem "${includes[@]}" -j"$(nproc)" "${units[@]}"
}

step clang-format clang-format --dry-run --Werror "${sources[@]}"
step clang-tidy tidy
step cppcheck check_cpp
step shellcheck shellcheck "${scripts[@]}"
[ ${#manuals[@]} -eq 0 ] || step mandoc mandoc -Tlint -Wwarning "${manuals[@]}"
exit $status
