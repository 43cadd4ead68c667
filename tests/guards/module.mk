# Guards: what documents, tables and sources say of each other agrees.

TESTS += tests/guards/manual.sh
EXTRA_DIST += tests/guards/manual.sh
