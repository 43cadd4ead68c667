# props: java.util.Properties, the table of known keys, the typed model. Not installed.

noinst_LTLIBRARIES += libprops.la

libprops_la_SOURCES = \
	props/absent.c \
	props/ascii.h \
	props/blanks.c \
	props/build.h \
	props/causes.c \
	props/check_accounts.c \
	props/check_bearer.c \
	props/check_claims.c \
	props/check_credentials.c \
	props/check_endpoints.c \
	props/check_gates.c props/check_gates.h \
	props/check_link.c \
	props/check_linking.c \
	props/display.c \
	props/edits.c props/edits.h \
	props/encoding.c \
	props/encryption.c \
	props/escape.c props/escape.h \
	props/families.c props/families.h \
	props/find.c props/find.h \
	props/findings.h \
	props/gates.c \
	props/guess.c \
	props/hex.h \
	props/html.c props/html.h \
	props/identify.c \
	props/joined.c \
	props/keys.c props/keys.h \
	props/lines.c props/lines.h \
	props/load.c props/load.h \
	props/memory.c props/memory.h \
	props/model.c props/model.h \
	props/names.c \
	props/placeholders.c \
	props/policy.c \
	props/properties.c props/properties.h \
	props/provider.c \
	props/quote.c props/quote.h \
	props/readers.c props/readers.h \
	props/reading.h \
	props/report.c props/report.h props/report_list.h \
	props/rules.c props/rules.h \
	props/rules_accounts.c \
	props/rules_endpoints.c \
	props/rules_files.c \
	props/rules_limits.c \
	props/rules_lines.c \
	props/rules_link.c \
	props/rules_online.c \
	props/rules_policy.c \
	props/rules_provider.c \
	props/rules_site.c \
	props/setting.c \
	props/show.c props/show.h \
	props/site.c \
	props/survey.c props/survey.h \
	props/unsupported.c \
	props/url.c \
	props/utf16.c props/utf16.h \
	props/utf8.c props/utf8.h \
	props/values.c props/values.h \
	props/written.c props/written.h
