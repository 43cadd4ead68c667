# oidc-check, the program. Its rules are props'; only the program may look upward.

bin_PROGRAMS += oidc-check

check_files = \
	props/check/ask.c props/check/ask.h \
	props/check/compare.c \
	props/check/discover.c \
	props/check/dump.c \
	props/check/effective.c \
	props/check/endpoints.c \
	props/check/explain.c \
	props/check/formats.h \
	props/check/json.c \
	props/check/json_out.c props/check/json_out.h \
	props/check/look.c props/check/look.h \
	props/check/online.c props/check/online.h \
	props/check/options.c props/check/options.h \
	props/check/register.c props/check/register.h \
	props/check/sarif.c \
	props/check/site.c props/check/site.h \
	props/check/source_line.c props/check/source_line.h \
	props/check/text.c
oidc_check_SOURCES = $(check_files) props/check/main.c
oidc_check_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS) $(JANSSON_CFLAGS)
# The archive, and not the shared library: one file that runs wherever it is copied to, a commit hook
# among others, and starts in half the time.
oidc_check_LDADD = liboidc-core.la $(CURL_LIBS) $(JANSSON_LIBS)

# Made of the templates by tests/guards/check_manual.sh --update, which also checks them.
dist_man_MANS += props/oidc-check.1 props/oidc-properties.5
EXTRA_DIST += props/oidc-check.1.in props/oidc-properties.5.in
