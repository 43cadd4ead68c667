# oidc-check: the manuals from the tables they are made of, and memory that runs out.

check_PROGRAMS += tests/unit/check/print_manual
tests_unit_check_print_manual_SOURCES = tests/unit/check/print_manual.c props/check/options.c
tests_unit_check_print_manual_LDADD = libprops.la

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/check/test_memory
TESTS += tests/unit/check/test_memory
tests_unit_check_test_memory_SOURCES = tests/unit/check/test_memory.c $(check_files) $(failalloc_files)
tests_unit_check_test_memory_CPPFLAGS = $(oidc_check_CPPFLAGS) $(CMOCKA_CFLAGS) $(CRYPTO_CFLAGS)
tests_unit_check_test_memory_LDADD = liboidc-core.la $(CMOCKA_LIBS) $(CURL_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)
tests_unit_check_test_memory_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
endif
