# props: java.util.Properties, the table of known keys, the typed model. Not installed.

noinst_LTLIBRARIES += libprops.la

libprops_la_SOURCES = \
	props/build.h \
	props/display.c \
	props/escape.c props/escape.h \
	props/findings.h \
	props/guess.c \
	props/identify.c \
	props/keys.c props/keys.h \
	props/lines.c props/lines.h \
	props/load.c \
	props/memory.c props/memory.h \
	props/model.c props/model.h \
	props/properties.c props/properties.h \
	props/provider.c \
	props/report.c props/report.h \
	props/rules.c props/rules.h \
	props/setting.c \
	props/site.c \
	props/survey.c \
	props/url.c \
	props/utf16.c props/utf16.h \
	props/values.c props/values.h
