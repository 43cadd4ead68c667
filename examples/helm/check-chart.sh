#!/bin/sh
# check-chart.sh CHART [OPTION…]: the provider file that a chart renders, checked. The options are
# those of `helm template`, for example --values production.yaml.
set -eu

umask 077 # what is rendered holds the secret
rendered=$(mktemp)
trap 'rm -f "$rendered"' EXIT INT TERM

helm template xnat "$@" >"$rendered"
yq -r 'select(.kind == "Secret")
  | .stringData["openid-provider.properties"] // (.data["openid-provider.properties"] // "" | @base64d)' \
  "$rendered" | oidc-check -
