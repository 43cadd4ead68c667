# examples: each is built or run by the tests.

EXTRA_DIST += examples/check_configuration.c examples/login_blocking.c examples/nginx tests/installed/run.sh
