# examples: each is built or run by the tests.
