# Support for the unit tests, and how a test takes it:
#	…_SOURCES = … $(failalloc_files) $(failread_files)
#	…_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link) $(failread_link)

failalloc_link = \
	-Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=reallocarray \
	-Wl,--wrap=strdup -Wl,--wrap=strndup \
	-Wl,--wrap=asprintf -Wl,--wrap=vasprintf \
	-Wl,--wrap=__asprintf_chk -Wl,--wrap=__vasprintf_chk \
	-Wl,--wrap=getline

failread_link = \
	-Wl,--wrap=read -Wl,--wrap=__read_chk -Wl,--wrap=fread -Wl,--wrap=__fread_chk

failalloc_files = tests/support/failalloc.c tests/support/failalloc.h
failread_files = tests/support/failread.c tests/support/failread.h

mint_files = tests/support/mint.c tests/support/mint.h

flow_files = tests/support/flow.c tests/support/flow.h $(mint_files)
loopback_files = tests/support/loopback.c tests/support/loopback.h

# Preloaded into the sidecar by tests/harness/faults.py, which compiles it.
EXTRA_DIST += tests/support/faults.c
