# tests: fragments for the unit tests of each folder. Systems under test are driven by pytest
# (tests/system, tests/interop, tests/hostile) from ./dev test.

# What tests find in their environment; fragments add to it, each part ending with ';'.
AM_TESTS_ENVIRONMENT =

include tests/support/module.mk
include tests/unit/props/module.mk
include tests/unit/liboidc/module.mk
include tests/unit/server/module.mk
include tests/fuzz/module.mk
include tests/guards/module.mk
include tests/bench/module.mk
