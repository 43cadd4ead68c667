# tests: fragments for the unit tests of each folder. Systems under test are driven by pytest
# (tests/system, tests/interop, tests/hostile) from ./dev test.

include tests/unit/props/module.mk
include tests/unit/liboidc/module.mk
include tests/unit/server/module.mk
include tests/fuzz/module.mk
include tests/guards/module.mk
