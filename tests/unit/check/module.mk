# oidc-check: the manuals from the tables they are made of, and memory that runs out.

check_PROGRAMS += tests/unit/check/print_manual
tests_unit_check_print_manual_SOURCES = tests/unit/check/print_manual.c props/check/options.c
tests_unit_check_print_manual_LDADD = libprops.la

if HAVE_CMOCKA
# With characters that have no sign, as on ARM: what a terminal is sent must not depend on it.
check_PROGRAMS += tests/unit/check/test_source_line
TESTS += tests/unit/check/test_source_line
tests_unit_check_test_source_line_SOURCES = tests/unit/check/test_source_line.c props/check/source_line.c
tests_unit_check_test_source_line_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_check_test_source_line_CFLAGS = $(AM_CFLAGS) -funsigned-char
tests_unit_check_test_source_line_LDADD = libprops.la $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/check/test_memory
TESTS += tests/unit/check/test_memory
tests_unit_check_test_memory_SOURCES = tests/unit/check/test_memory.c $(check_files) $(failalloc_files)
tests_unit_check_test_memory_CPPFLAGS = $(oidc_check_CPPFLAGS) $(CMOCKA_CFLAGS) $(CRYPTO_CFLAGS)
tests_unit_check_test_memory_LDADD = liboidc-core.la $(CMOCKA_LIBS) $(CURL_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)
tests_unit_check_test_memory_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
endif
