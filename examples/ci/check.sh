#!/bin/sh
# check.sh PATH…: provider files in a CI job. Findings go to the log as text, and as SARIF into the
# file that OIDC_CHECK_SARIF names (oidc-check.sarif). Ends as oidc-check does: 1 when there is an
# error, 2 when something could not be read.
set -eu

# Git keeps no modes: in a fresh clone everybody can read the files, which says nothing about the
# server they are for, and would be OC008 every time.
find . -name '*-provider.properties' -type f -exec chmod o-r {} + ||
  echo "check.sh: these files stay readable by everybody (OC008)" >&2

sarif=${OIDC_CHECK_SARIF:-oidc-check.sarif}
(: >"$sarif") || exit 2 # some shells take that for 1
oidc-check --format sarif "$@" >"$sarif" || [ $? -eq 1 ] || exit 2
oidc-check "$@"
