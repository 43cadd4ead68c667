# server: oidc-sidecar. libserver.la holds all of it but main(), so that tests can link it.

noinst_LTLIBRARIES += libserver.la

libserver_la_SOURCES = \
	server/address.c server/address.h \
	server/cookie.c server/cookie.h \
	server/fields.c server/fields.h \
	server/html.c server/html.h \
	server/log.c server/log.h \
	server/metrics.c server/metrics.h \
	server/navigation.c server/navigation.h \
	server/option_values.c server/option_values.h \
	server/options.c server/options.h \
	server/options_print.c \
	server/options_table.c server/options_table.h \
	server/pages.c server/pages.h \
	server/registry.c server/registry.h \
	server/siphash.c server/siphash.h \
	server/spelling.c server/spelling.h \
	server/style.c \
	server/target.c server/target.h \
	server/text.c server/text.h \
	server/utf8.c server/utf8.h
libserver_la_CPPFLAGS = $(AM_CPPFLAGS) $(MICROHTTPD_CFLAGS) $(CURL_CFLAGS) $(CRYPTO_CFLAGS)
libserver_la_LIBADD = liboidc.la $(MICROHTTPD_LIBS) $(CURL_LIBS) $(CRYPTO_LIBS)
