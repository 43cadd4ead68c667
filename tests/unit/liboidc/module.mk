# see tests/README.md
