#!/usr/bin/env bash
# Every test, stage by stage: ./dev test. Says how many were skipped and why, and ends with
# "N passed, N failed"; exits 0 when nothing failed.
#
# Arguments: the build directory, then stages to run (all, when none is named). With --known in place of
# the directory, nothing is run: are there such stages?
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
build=$1
shift
readonly all_stages=(unit sanitizers coverage valgrind installed distcheck system)
for stage in "$@"; do
  printf '%s\n' "${all_stages[@]}" | grep -qxF -e "$stage" && continue
  echo "./dev test: there is no stage '$stage', so nothing was run; there are: ${all_stages[*]}" >&2
  exit 2
done
[ "$build" != --known ] || exit 0
stages=("$@")
[ ${#stages[@]} -gt 0 ] || stages=("${all_stages[@]}")

readonly python=/usr/bin/python3
readonly coverage_floor=90
# RSA keys of the unit tests, which are made once: under valgrind each would take half a minute.
export MINT_KEYS=$PWD/$build/keys
mkdir -p "$MINT_KEYS"
passed=0
failed=0
failures=()
skipped=()

pass() { passed=$((passed + 1)); }

fail() {
  failed=$((failed + 1))
  failures+=("$1")
}

# verdict NAME COMMAND…: one test that is a command.
verdict() {
  local name=$1
  shift
  if "$@"; then
    echo "PASS: $name"
    pass
  else
    echo "FAIL: $name"
    fail "$name"
  fi
}

configure_in() {
  local dir=$1
  shift
  [ -x configure ] || autoreconf -fi >/dev/null || return 1
  mkdir -p "$dir"
  local source=$PWD
  [ -f "$dir/Makefile" ] || (cd "$dir" && "$source/configure" -q "$@") || return 1
}

# plain STAGE [ARGUMENT…]: the build that users get, for a stage that needs it, whichever ran before.
# Arguments: make's, in place of all.
plain() {
  local stage=$1
  shift
  configure_in "$build" --enable-werror && make -C "$build" -s -j"$(nproc)" "${@:-all}" && return
  fail "$stage: build"
  return 1
}

# check_in STAGE DIR CONFIGURE-ARGUMENT…: builds there and runs `make check`, whose tests count one each.
check_in() {
  local stage=$1 dir=$2 log
  shift 2
  log="$dir/check.log"
  if ! { configure_in "$dir" "$@" && make -C "$dir" -s -j"$(nproc)"; }; then
    fail "$stage: build"
    return
  fi
  make -C "$dir" -s -j"$(nproc)" check >"$log" 2>&1 || true
  # A test that could not even be built is a failure too.
  if ! grep -q '^# TOTAL:' "$log"; then
    tail -n 40 "$log"
    fail "$stage: make check"
    return
  fi
  grep -E '^(FAIL|ERROR|XPASS): ' "$log" | while read -r line; do echo "$stage: $line"; done
  passed=$((passed + $(grep -c '^PASS: ' "$log")))
  while read -r name; do
    fail "$stage: $name"
    tail -n 25 "$dir/$name.log"
  done < <(grep -E '^(FAIL|ERROR): ' "$log" | sed 's/^[A-Z]*: //')
}

# run_oidc_check STAGE: the tests that run oidc-check, with the one built for that stage. All but the
# rates of found mistakes, which take thousands of runs and show nothing more here.
run_oidc_check() {
  verdict "$1: oidc-check" env OIDC_CHECK="$PWD/$build/$1/oidc-check" OIDC_BUILD="$build" \
    "$python" -m pytest -p no:cacheprovider -q tests/check -k "not test_rates"
}

stage_unit() { check_in unit "$build" --enable-werror; }

# What a use after free in the server has to do with: sessions, and answers that come later. Gigabytes
# show nothing more here.
readonly sanitized_tests=(tests/system/test_{xnat_token,sign_out,forward_auth,silent,password_login}.py)
readonly sanitized_words="(session or answer or renew or sign_out or forward_auth or silent or password_login) and not gibi"

stage_sanitizers() {
  check_in sanitizers "$build/sanitizers" --enable-werror --enable-sanitizers CFLAGS='-g -O1'
  run_oidc_check sanitizers
  verdict "sanitizers: XNAT's tokens" env ASAN_OPTIONS=exitcode=99 \
    OIDC_SIDECAR="$PWD/$build/sanitizers/oidc-sidecar" \
    "$python" -m pytest -p no:cacheprovider -q -k "$sanitized_words" "${sanitized_tests[@]}"
  verdict "sanitizers: hostile sign-ins" env OIDC_SOAK=300 \
    OIDC_SIDECAR="$PWD/$build/sanitizers/oidc-sidecar" \
    "$python" -m pytest -p no:cacheprovider -q tests/hostile/test_soak.py
}

stage_coverage() {
  find "$build/coverage" -name '*.gcda' -delete 2>/dev/null
  check_in coverage "$build/coverage" --enable-coverage CFLAGS='-g'
  run_oidc_check coverage
  verdict "coverage: $coverage_floor % of the lines of props and liboidc" \
    gcovr --root . --object-directory "$build/coverage" --filter 'props/' --filter 'liboidc/' \
    --fail-under-line "$coverage_floor" --sort-uncovered "$build/coverage"
}

# The unit tests once more, uninstrumented, under valgrind, several at a time. Sweeps through every
# allocation are left to the sanitizers: they run each scenario thousands of times. The test of the
# program's own heap is left out: valgrind puts its heap in that one's place.
stage_valgrind() {
  local result name
  plain valgrind check TESTS= >/dev/null || return
  # shellcheck disable=SC2016  # the inner shell expands its own argument
  while read -r result name; do
    echo "$result valgrind: $name"
    if [ "$result" = PASS: ]; then pass; else
      fail "valgrind: $name"
      tail -n 40 "$build/valgrind/${name##*/}.log"
    fi
  done < <(find "$build/tests/unit" -maxdepth 2 -type f -name 'test_*' ! -name test_wiped_heap -perm -u+x | sort |
    build=$build xargs -P"$(nproc)" -I{} bash -c 'under_valgrind "$1"' -- {})
}

under_valgrind() {
  local name=${1#"$build"/}
  mkdir -p "$build/valgrind"
  if FAILALLOC_SKIP=1 srcdir=$PWD "$build/libtool" --mode=execute valgrind -q --error-exitcode=99 \
    --leak-check=full --errors-for-leak-kinds=definite,indirect "$1" >"$build/valgrind/${name##*/}.log" 2>&1; then
    echo "PASS: $name"
  else
    echo "FAIL: $name"
  fi
}
export -f under_valgrind

stage_installed() {
  plain installed || return
  verdict "installed library and example" tests/installed/run.sh "$build"
}

stage_distcheck() {
  plain distcheck || return
  verdict "make distcheck" distcheck
}

distcheck() {
  make -C "$build" -s -j"$(nproc)" distcheck AM_MAKEFLAGS=-s >"$build/distcheck.log" 2>&1 || {
    tail -n 40 "$build/distcheck.log"
    return 1
  }
}

stage_system() {
  local report="$build/pytest.xml"
  plain system || return
  OIDC_BUILD="$build" OIDC_SIDECAR="$PWD/$build/oidc-sidecar" \
    "$python" -m pytest -p no:cacheprovider -q --junitxml="$report" tests || true
  local numbers
  {
    read -r numbers || numbers="0 1"
    mapfile -t skipped
  } < <(PYTHONPATH=tests "$python" -m harness.report "$report")
  passed=$((passed + ${numbers% *}))
  failed=$((failed + ${numbers#* }))
  [ "${numbers#* }" -eq 0 ] || failures+=("system: ${numbers#* } of pytest's")
}

for stage in "${stages[@]}"; do
  printf '\n== %s ==\n' "$stage"
  "stage_$stage"
done

printf '\n'
for reason in "${skipped[@]}"; do echo "$reason"; done
for name in "${failures[@]}"; do echo "failed: $name"; done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
