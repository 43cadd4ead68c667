# examples: each is built or run by the tests.

EXTRA_DIST += examples/login_blocking.c examples/nginx tests/installed/run.sh
