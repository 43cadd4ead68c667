# Fuzz targets: one parser of outside input each. A target is tests/fuzz/fuzz_<name>.c with seeds in
# tests/fuzz/corpus/<name>/. To add one:
#	fuzz_targets += tests/fuzz/fuzz_<name>
#	tests_fuzz_fuzz_<name>_SOURCES = tests/fuzz/fuzz_<name>.c $(fuzz_main)
#	tests_fuzz_fuzz_<name>_LDADD = …
#	tests_fuzz_fuzz_<name>_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
#	EXTRA_DIST += tests/fuzz/corpus/<name>
# Without --enable-fuzzers they are plain programs that replay files; `make check` replays the seeds.

fuzz_targets =
check_PROGRAMS += $(fuzz_targets)
EXTRA_DIST += tests/fuzz/dict tests/fuzz/replay.sh tests/fuzz/standalone.c

if FUZZERS
fuzz_main =
FUZZ_LDFLAGS = -fsanitize=fuzzer
FUZZ_ENGINE = libfuzzer
else
fuzz_main = tests/fuzz/standalone.c
FUZZ_LDFLAGS =
FUZZ_ENGINE = standalone
endif

TESTS += tests/fuzz/replay.sh
AM_TESTS_ENVIRONMENT += FUZZ_TARGETS='$(fuzz_targets)' FUZZ_ENGINE='$(FUZZ_ENGINE)'; \
	export FUZZ_TARGETS FUZZ_ENGINE;

fuzz_targets += tests/fuzz/fuzz_properties
tests_fuzz_fuzz_properties_SOURCES = tests/fuzz/fuzz_properties.c props/check/source_line.c $(fuzz_main)
tests_fuzz_fuzz_properties_LDADD = libprops.la
tests_fuzz_fuzz_properties_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/properties

fuzz_targets += tests/fuzz/fuzz_cookie
tests_fuzz_fuzz_cookie_SOURCES = tests/fuzz/fuzz_cookie.c $(fuzz_main)
tests_fuzz_fuzz_cookie_LDADD = libserver.la
tests_fuzz_fuzz_cookie_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/cookie

fuzz_targets += tests/fuzz/fuzz_target
tests_fuzz_fuzz_target_SOURCES = tests/fuzz/fuzz_target.c $(fuzz_main)
tests_fuzz_fuzz_target_LDADD = libserver.la
tests_fuzz_fuzz_target_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/target

fuzz_targets += tests/fuzz/fuzz_id_token
tests_fuzz_fuzz_id_token_SOURCES = tests/fuzz/fuzz_id_token.c $(mint_files) $(fuzz_main)
tests_fuzz_fuzz_id_token_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_id_token_LDADD = liboidc-core.la
tests_fuzz_fuzz_id_token_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/id_token

fuzz_targets += tests/fuzz/fuzz_jwks
tests_fuzz_fuzz_jwks_SOURCES = tests/fuzz/fuzz_jwks.c $(fuzz_main)
tests_fuzz_fuzz_jwks_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_jwks_LDADD = liboidc-core.la
tests_fuzz_fuzz_jwks_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/jwks

fuzz_targets += tests/fuzz/fuzz_jws
tests_fuzz_fuzz_jws_SOURCES = tests/fuzz/fuzz_jws.c $(fuzz_main)
tests_fuzz_fuzz_jws_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_jws_LDADD = liboidc-core.la
tests_fuzz_fuzz_jws_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/jws

fuzz_targets += tests/fuzz/fuzz_seal
tests_fuzz_fuzz_seal_SOURCES = tests/fuzz/fuzz_seal.c $(fuzz_main)
tests_fuzz_fuzz_seal_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_seal_LDADD = liboidc-core.la
tests_fuzz_fuzz_seal_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/seal

fuzz_targets += tests/fuzz/fuzz_session
tests_fuzz_fuzz_session_SOURCES = tests/fuzz/fuzz_session.c $(fuzz_main)
tests_fuzz_fuzz_session_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_session_LDADD = liboidc-core.la
tests_fuzz_fuzz_session_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/session

fuzz_targets += tests/fuzz/fuzz_login
tests_fuzz_fuzz_login_SOURCES = tests/fuzz/fuzz_login.c $(flow_files) $(fuzz_main)
tests_fuzz_fuzz_login_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_login_LDADD = liboidc-core.la
tests_fuzz_fuzz_login_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/login

fuzz_targets += tests/fuzz/fuzz_logout_token
tests_fuzz_fuzz_logout_token_SOURCES = tests/fuzz/fuzz_logout_token.c $(flow_files) $(fuzz_main)
tests_fuzz_fuzz_logout_token_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_logout_token_LDADD = liboidc-core.la
tests_fuzz_fuzz_logout_token_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/logout_token

fuzz_targets += tests/fuzz/fuzz_metadata
tests_fuzz_fuzz_metadata_SOURCES = tests/fuzz/fuzz_metadata.c $(flow_files) $(fuzz_main)
tests_fuzz_fuzz_metadata_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_metadata_LDADD = liboidc-core.la
tests_fuzz_fuzz_metadata_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/metadata

fuzz_targets += tests/fuzz/fuzz_response
tests_fuzz_fuzz_response_SOURCES = tests/fuzz/fuzz_response.c $(fuzz_main)
tests_fuzz_fuzz_response_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_response_LDADD = liboidc-core.la
tests_fuzz_fuzz_response_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/response

fuzz_targets += tests/fuzz/fuzz_url
tests_fuzz_fuzz_url_SOURCES = tests/fuzz/fuzz_url.c $(fuzz_main)
tests_fuzz_fuzz_url_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_url_LDADD = liboidc-core.la
tests_fuzz_fuzz_url_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus/url
