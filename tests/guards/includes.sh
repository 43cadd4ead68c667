#!/bin/sh
# Dependencies run one way: props <- liboidc <- server. A program's own main file may use every
# library. And each folder does without what is none of its business: props without the protocol,
# liboidc without sockets, clocks and threads, server without tokens. Each file opens with a comment that
# says what it is for.
set -eu

cd "${srcdir:-$(dirname "$0")/../..}"
failed=0
seen=0

complain() {
  echo "includes.sh: $1 must not include $2" >&2
  failed=1
}

# The names of what a file includes, as they are written: "x.h" or <x.h>.
includes() {
  sed -n 's/^ *# *include *\(["<][^">]*[">]\).*/\1/p' "$1"
}

in_props() {
  case $2 in
  \"*/* | '<oidc/'* | '<curl/'* | '<openssl/'* | '<cjose/'* | '<microhttpd'*) complain "$1" "$2" ;;
  esac
}

# The program may use every library, by its public headers.
in_check() {
  case $2 in
  '"props/'*) ;;
  \"*/* | '<cjose/'* | '<microhttpd'*) complain "$1" "$2" ;;
  esac
}

in_liboidc() {
  case $2 in
  '"props/model.h"' | '"props/findings.h"' | '"props/rules.h"' | '"props/keys.h"' | '"props/utf8.h"' | '"props/hex.h"' | '"props/ascii.h"') ;;
  \"*/* | '<microhttpd'* | '<sys/socket.h>' | '<netdb.h>' | '<arpa/'* | '<netinet/'* | '<poll.h>' | '<pthread.h>' | \
    '<threads.h>')
    complain "$1" "$2"
    ;;
  '<curl/'* | '<time.h>' | '<sys/time.h>')
    # The driver, and it alone, talks to the world.
    case $1 in
    liboidc/curl*.c) ;;
    *) complain "$1" "$2" ;;
    esac
    ;;
  esac
}

in_server() {
  case $2 in
  \"*/* | '<cjose/'*) complain "$1" "$2" ;;
  esac
}

opens_with_comment() {
  case $(head -n 1 "$1") in
  '/*'*) ;;
  *)
    echo "includes.sh: $1 must open with a comment" >&2
    failed=1
    ;;
  esac
}

# A quoted name is a file of the same folder.
is_at_home() {
  case $2 in
  \"*/*) ;;
  \"*)
    name=${2#\"}
    [ -e "${1%/*}/${name%\"}" ] || complain "$1" "$2 (there is no such file beside it)"
    ;;
  esac
}

for folder in props props/check liboidc server; do
  for file in "$folder"/*.[ch]; do
    [ -e "$file" ] || continue
    opens_with_comment "$file"
    for name in $(includes "$file"); do
      seen=$((seen + 1))
      case $folder in
      props/check) in_check "$file" "$name" ;;
      props) in_props "$file" "$name" ;;
      liboidc) in_liboidc "$file" "$name" ;;
      server) in_server "$file" "$name" ;;
      esac
      is_at_home "$file" "$name"
    done
  done
done
for file in liboidc/include/oidc/*.h; do
  for name in $(includes "$file"); do
    case $name in
    '<oidc/'* | '<std'*) ;;
    *) complain "$file" "$name" ;;
    esac
  done
done

[ "$seen" -ge 200 ] || {
  echo "includes.sh: found only $seen includes; is this the source?" >&2
  failed=1
}
exit "$failed"
