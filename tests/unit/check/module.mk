# The manuals of oidc-check, from the tables they are made of.

check_PROGRAMS += tests/unit/check/print_manual
tests_unit_check_print_manual_SOURCES = tests/unit/check/print_manual.c props/check/options.c
tests_unit_check_print_manual_LDADD = libprops.la
