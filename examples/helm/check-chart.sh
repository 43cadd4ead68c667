#!/bin/sh
# check-chart.sh CHART [OPTION…]: the provider file that a chart renders, checked. The options are
# those of `helm template`, for example --values production.yaml. Ends as oidc-check does; with 2
# also when helm fails, or does not render exactly one such file.
set -eu

scratch=$(mktemp -d) # for this user alone: what is rendered holds the secret
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

helm template xnat "$@" >"$scratch/rendered" || exit 2

# One line of base64 for each provider file: bytes beyond ASCII would not survive jq as text.
# shellcheck disable=SC2016  # $name and $text are jq's
yq -r '"openid-provider.properties" as $name
  | if .kind == "Secret" then .stringData[$name] as $text
      | if $text then $text | @base64 else .data[$name] end
    elif .kind == "ConfigMap" then .data[$name] as $text
      | if $text then $text | @base64 else .binaryData[$name] end
    else null end
  | values | gsub("\\s"; "")' "$scratch/rendered" >"$scratch/found" || exit 2

found=$(wc -l <"$scratch/found")
[ "$found" -eq 1 ] || {
  echo "check-chart.sh: the chart renders openid-provider.properties $found times, not once" >&2
  exit 2
}
base64 -d <"$scratch/found" >"$scratch/file" || exit 2
oidc-check - <"$scratch/file"
