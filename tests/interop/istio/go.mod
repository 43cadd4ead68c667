module oidc/tests/interop/istio

go 1.19

require istio.io/api v1.32.0
