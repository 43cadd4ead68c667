# props: java.util.Properties, the table of known keys, the typed model. Not installed.

noinst_LTLIBRARIES += libprops.la

libprops_la_SOURCES = \
	props/findings.h \
	props/model.h
