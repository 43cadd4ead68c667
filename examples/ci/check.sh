#!/bin/sh
# check.sh PATH…: provider files in a CI job. Findings go to the log as text, and as SARIF into the
# file that OIDC_CHECK_SARIF names (oidc-check.sarif). Ends as oidc-check does: 1 when there is an
# error, 2 when something could not be read.
set -eu

sarif=${OIDC_CHECK_SARIF:-oidc-check.sarif}
oidc-check --format sarif "$@" >"$sarif" || [ $? -eq 1 ] || exit 2
oidc-check "$@"
