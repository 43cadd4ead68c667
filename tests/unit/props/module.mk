# Unit tests of props, and the dump that tests/differential/ compares with Java.

check_PROGRAMS += tests/unit/props/dump_properties
tests_unit_props_dump_properties_SOURCES = tests/unit/props/dump_properties.c
tests_unit_props_dump_properties_LDADD = libprops.la

EXTRA_DIST += tests/data/properties tests/differential tests/unit/props/support.h

if HAVE_CMOCKA

props_test_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
props_test_ldadd = libprops.la $(CMOCKA_LIBS)

props_tests =
check_PROGRAMS += $(props_tests)
TESTS += $(props_tests)

props_tests += tests/unit/props/test_absent
tests_unit_props_test_absent_SOURCES = tests/unit/props/test_absent.c
tests_unit_props_test_absent_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_absent_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_escape
tests_unit_props_test_escape_SOURCES = tests/unit/props/test_escape.c
tests_unit_props_test_escape_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_escape_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_identify
tests_unit_props_test_identify_SOURCES = tests/unit/props/test_identify.c
tests_unit_props_test_identify_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_identify_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_keys
tests_unit_props_test_keys_SOURCES = tests/unit/props/test_keys.c
tests_unit_props_test_keys_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_keys_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_lines
tests_unit_props_test_lines_SOURCES = tests/unit/props/test_lines.c
tests_unit_props_test_lines_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_lines_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_load
tests_unit_props_test_load_SOURCES = tests/unit/props/test_load.c $(failread_files)
tests_unit_props_test_load_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_load_LDADD = $(props_test_ldadd)
tests_unit_props_test_load_LDFLAGS = $(AM_LDFLAGS) $(failread_link)

props_tests += tests/unit/props/test_marks
tests_unit_props_test_marks_SOURCES = tests/unit/props/test_marks.c
tests_unit_props_test_marks_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_marks_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_memory
tests_unit_props_test_memory_SOURCES = tests/unit/props/test_memory.c $(failalloc_files)
tests_unit_props_test_memory_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_memory_LDADD = $(props_test_ldadd)
tests_unit_props_test_memory_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

props_tests += tests/unit/props/test_model
tests_unit_props_test_model_SOURCES = tests/unit/props/test_model.c
tests_unit_props_test_model_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_model_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_names
tests_unit_props_test_names_SOURCES = tests/unit/props/test_names.c
tests_unit_props_test_names_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_names_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_properties
tests_unit_props_test_properties_SOURCES = tests/unit/props/test_properties.c
tests_unit_props_test_properties_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_properties_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_provider
tests_unit_props_test_provider_SOURCES = tests/unit/props/test_provider.c
tests_unit_props_test_provider_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_provider_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_report
tests_unit_props_test_report_SOURCES = tests/unit/props/test_report.c
tests_unit_props_test_report_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_report_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_rules
tests_unit_props_test_rules_SOURCES = tests/unit/props/test_rules.c
tests_unit_props_test_rules_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_rules_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_samples
tests_unit_props_test_samples_SOURCES = tests/unit/props/test_samples.c
tests_unit_props_test_samples_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_samples_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_site
tests_unit_props_test_site_SOURCES = tests/unit/props/test_site.c
tests_unit_props_test_site_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_site_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_survey
tests_unit_props_test_survey_SOURCES = tests/unit/props/test_survey.c
tests_unit_props_test_survey_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_survey_LDADD = $(props_test_ldadd)

props_tests += tests/unit/props/test_values
tests_unit_props_test_values_SOURCES = tests/unit/props/test_values.c
tests_unit_props_test_values_CPPFLAGS = $(props_test_cppflags)
tests_unit_props_test_values_LDADD = $(props_test_ldadd)

endif
