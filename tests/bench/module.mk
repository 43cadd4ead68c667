# Measurements: tests/bench/run.py builds these programs when it needs them (./dev bench).

bench_programs = tests/bench/bare_handler tests/bench/sink tests/bench/verify_id_token
EXTRA_PROGRAMS = $(bench_programs)
CLEANFILES += $(bench_programs)
EXTRA_DIST += tests/bench/RESULTS.md tests/bench/load.py tests/bench/measures.py tests/bench/peers.py tests/bench/pin.py \
	tests/bench/report.py tests/bench/run.py tests/bench/summary.lua

bench_serve_files = tests/bench/serve.c tests/bench/serve.h

tests_bench_bare_handler_SOURCES = tests/bench/bare_handler.c $(bench_serve_files)
tests_bench_bare_handler_CPPFLAGS = $(AM_CPPFLAGS) $(MICROHTTPD_CFLAGS)
tests_bench_bare_handler_LDADD = $(MICROHTTPD_LIBS)

tests_bench_sink_SOURCES = tests/bench/sink.c $(bench_serve_files)
tests_bench_sink_CPPFLAGS = $(AM_CPPFLAGS) $(MICROHTTPD_CFLAGS)
tests_bench_sink_LDADD = $(MICROHTTPD_LIBS)

tests_bench_verify_id_token_SOURCES = tests/bench/verify_id_token.c $(mint_files)
tests_bench_verify_id_token_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_bench_verify_id_token_LDADD = liboidc-core.la
