# tests: fragments for the unit tests of each folder. Systems under test are driven by pytest
# (tests/system, tests/interop, tests/hostile) from ./dev test.

# What tests find in their environment; fragments add to it, each part ending with ';'.
AM_TESTS_ENVIRONMENT =

include tests/support/module.mk
include tests/unit/props/module.mk
include tests/unit/check/module.mk
include tests/unit/liboidc/module.mk
include tests/unit/server/module.mk
include tests/fuzz/module.mk
include tests/guards/module.mk
include tests/bench/module.mk

# What pytest drives, and the stand-ins it starts.
EXTRA_DIST += \
	demo/http1.py \
	demo/provider.py \
	demo/run.py \
	demo/xnat.py \
	demo/xnat_server \
	tests/README.md \
	tests/check \
	tests/conformance \
	tests/conftest.py \
	tests/fuzz/run.sh \
	tests/fuzz/target.sh \
	tests/guides \
	tests/harness \
	tests/hostile \
	tests/interop \
	tests/lint.sh \
	tests/mutants.py \
	tests/pytest.ini \
	tests/run.sh \
	tests/security \
	tests/standins \
	tests/system \
	tests/trust.py

# Whole folders are copied with whatever the interpreter left in them.
dist-hook:
	find $(distdir) -name __pycache__ -prune -exec rm -rf {} +
	rm -rf $(distdir)/examples/xnat-filter/*/target
