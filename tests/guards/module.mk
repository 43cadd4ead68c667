# Guards: what documents, tables and sources say of each other agrees.

TESTS += tests/guards/check_manual.sh tests/guards/manual.sh
EXTRA_DIST += tests/guards/check_manual.sh tests/guards/manual.sh

TESTS += tests/guards/fuzz.sh
EXTRA_DIST += tests/guards/fuzz.sh

TESTS += tests/guards/distributed.sh tests/guards/docstrings.sh tests/guards/exports.sh tests/guards/headers.sh \
	tests/guards/includes.sh tests/guards/library_manual.sh tests/guards/mutations.sh
EXTRA_DIST += tests/guards/distributed.sh tests/guards/docstrings.sh tests/guards/exports.sh tests/guards/headers.sh \
	tests/guards/includes.sh tests/guards/library_manual.sh tests/guards/mutations.sh
AM_TESTS_ENVIRONMENT += CC='$(CC)'; export CC;
