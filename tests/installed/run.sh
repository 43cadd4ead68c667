#!/usr/bin/env bash
# What an outsider does with liboidc: installs it, builds the example through pkg-config against what
# was installed, and signs in with it through a provider that shares no code with the library.
#
#     tests/installed/run.sh BUILD-DIRECTORY
#
# OIDC_EXAMPLE_FILE and OIDC_EXAMPLE_PROVIDER, a provider file and an id in it, make it stop at the
# built example and start a sign-in there instead, for trying a real provider by hand.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$(cd "${1:?names the build directory}" && pwd)
scratch=$(mktemp -d)
children=()

clean_up() {
  local child
  for child in "${children[@]}"; do
    kill "$child" 2>/dev/null || true
  done
  rm -rf "$scratch"
}
trap clean_up EXIT

fail() {
  echo "installed: $*" >&2
  exit 1
}

# --- install and build --------------------------------------------------------------------------------

install_library() {
  make -C "$build" -s install DESTDIR="$scratch/root" >"$scratch/install.log" 2>&1 ||
    fail "make install: $(tail -n 20 "$scratch/install.log")"
  local pc
  pc=$(find "$scratch/root" -name oidc.pc)
  [ -n "$pc" ] || fail "oidc.pc was not installed"
  export PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$scratch/root
  LD_LIBRARY_PATH=$(dirname "${pc%/*}")
  export LD_LIBRARY_PATH
}

# build_example NAME: out of the source tree, so that nothing of it can be found by accident.
build_example() {
  local flags
  read -r -a flags < <(pkg-config --cflags --libs oidc libcurl)
  cp "examples/$1.c" "$scratch/"
  (cd "$scratch" && ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror \
    -o "$1" "$1.c" "${flags[@]}")
  [[ $(ldd "$scratch/$1") =~ liboidc[^$'\n']*$scratch/root ]] || fail "another liboidc was linked"
}

check_version() {
  local expected
  expected=$(sed -n 's/^AC_INIT(\[[^]]*\],\[\([^]]*\)\].*/\1/p' configure.ac)
  [ "$(pkg-config --modversion oidc)" = "$expected" ] || fail "oidc.pc has another version"
}

# --- sign in ------------------------------------------------------------------------------------------

start_provider() {
  /usr/bin/python3 demo/provider.py --require-pkce \
    --client "123jsdjd:chahdkdfdhffkhf:https://xnat.example.com/openid-login" \
    >"$scratch/provider.log" 2>&1 &
  children+=($!)
  issuer=
  # The provider says where it listens as soon as it does.
  while [ -z "$issuer" ]; do
    kill -0 "${children[0]}" 2>/dev/null || fail "the provider ended: $(cat "$scratch/provider.log")"
    issuer=$(sed -n 's/^listening on //p' "$scratch/provider.log")
  done
}

# The documented sample, with the provider's host name changed and nothing else.
write_file() {
  sed "s|https://central.test.aaf.edu.au|$issuer|" tests/data/properties/sample-aaf.properties \
    >"$scratch/openid-provider.properties"
}

# What a person does in a browser: opens the address, chooses, is sent back.
browse() {
  local page interaction
  page=$(curl -sS --fail "$1") || fail "the provider takes no request of ours"
  interaction=$(sed -n 's/.*name="interaction" value="\([^"]*\)".*/\1/p' <<<"$page")
  curl -sS --fail -o "$scratch/page" -w '%{redirect_url}' --data-urlencode "interaction=$interaction" \
    --data-urlencode "person=alice" --data-urlencode "decision=$2" "$issuer/interaction"
}

# sign_in DECISION: runs the example; its output is in $scratch/said, its complaints in $scratch/told.
sign_in() {
  local address back status=0
  coproc example { "$scratch/login_blocking" "$scratch/openid-provider.properties" aaf 2>"$scratch/told"; }
  local example_pid=$! out=${example[0]} in=${example[1]}
  read -r -u "$out" address || fail "no address: $(cat "$scratch/told")"
  back=$(browse "$address" "$1")
  [[ $back == https://xnat.example.com/openid-login\?* ]] || fail "sent back to $back"
  echo "$back" >&"$in"
  cat <&"$out" >"$scratch/said"
  wait "$example_pid" || status=$?
  return "$status"
}

check_sign_in() {
  sign_in accept || fail "signing in: $(cat "$scratch/told")"
  grep -qx 'email:    alice.nguyen@example.com' "$scratch/said" || fail "$(cat "$scratch/said")"
  grep -q '^username: aaf_' "$scratch/said" || fail "$(cat "$scratch/said")"
  grep -qx "issuer:   $issuer" "$scratch/said" || fail "$(cat "$scratch/said")"
}

check_refusal() {
  if sign_in decline; then
    fail "a declined sign-in succeeded"
  fi
  grep -q '(access_denied)' "$scratch/told" || fail "$(cat "$scratch/told")"
}

# The other example looks at files: at the documented sample, whose blanks XNAT trips over, and at one
# that is right.
check_lint() {
  local sample=tests/data/properties/sample-aaf.properties status=0
  "$scratch/check_configuration" "$sample" >"$scratch/said" || status=$?
  [ "$status" -eq 1 ] || fail "the sample passes: $(cat "$scratch/said")"
  grep -q "^$sample:1:19: error: .*\[OC106\]\$" "$scratch/said" || fail "$(cat "$scratch/said")"
  sed -e 's/ *$//' "$sample" >"$scratch/openid-provider.properties"
  "$scratch/check_configuration" "$scratch/openid-provider.properties" >"$scratch/said" ||
    fail "the sample without blanks: $(cat "$scratch/said")"
  grep -qx 'redirect URL to register: https://xnat.example.com/openid-login' "$scratch/said" ||
    fail "$(cat "$scratch/said")"
}

install_library
check_version
build_example login_blocking
build_example check_configuration
[[ $("$scratch/login_blocking" --help) == usage:* ]] || fail "--help says nothing"
if [ -n "${OIDC_EXAMPLE_FILE:-}" ]; then
  "$scratch/login_blocking" "$OIDC_EXAMPLE_FILE" "${OIDC_EXAMPLE_PROVIDER:?}"
  exit
fi
check_lint
start_provider
write_file
check_sign_in
check_refusal
echo "installed: the examples sign in and check files with the installed library"
