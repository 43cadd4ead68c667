#!/bin/sh
# hook.sh: reads what the chart renders, writes the same with the sidecar in it. For helm's --post-renderer.
set -eu

cd "$(dirname "$0")"
umask 077 # what is rendered holds secrets
trap 'rm -f all.yaml made.yaml' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cat >all.yaml
kubectl kustomize . >made.yaml
# A patch whose target is not there changes nothing and says nothing.
for wanted in 'name: oidc-sidecar$' 'targetPort: sidecar$'; do
  grep -q "$wanted" made.yaml || {
    echo "hook.sh: nothing became of '$wanted': are StatefulSet and Service called otherwise than xnat-xnat-web?" >&2
    exit 1
  }
done
cat made.yaml
