# examples: each is built or run by the tests.

EXTRA_DIST += examples/check_configuration.c examples/login_blocking.c tests/installed/run.sh
EXTRA_DIST += examples/ci examples/helm examples/kubernetes examples/pre-commit
EXTRA_DIST += examples/alb examples/istio
EXTRA_DIST += examples/apache examples/caddy examples/envoy examples/haproxy examples/ingress-nginx examples/nginx
EXTRA_DIST += examples/from-the-plugin examples/replicas examples/systemd examples/traefik examples/troubleshooting
EXTRA_DIST += examples/xnat-filter examples/xnat-token
