"""The lying provider of tests/hostile, for the advisories about what a provider says."""

from hostile.conftest import court, liar  # noqa: F401  (fixtures)
