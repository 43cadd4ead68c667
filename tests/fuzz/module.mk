# Fuzz targets: one parser of outside input each. A target is tests/fuzz/fuzz_<name>.c with seeds in
# tests/fuzz/corpus/<name>/, a line in tests/fuzz/dictionaries, and a place in tests/fuzz/parsers. To
# add one:
#	fuzz_targets += tests/fuzz/fuzz_<name>
#	tests_fuzz_fuzz_<name>_SOURCES = tests/fuzz/fuzz_<name>.c $(fuzz_main)
#	tests_fuzz_fuzz_<name>_LDADD = …
#	tests_fuzz_fuzz_<name>_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
#	EXTRA_DIST += tests/fuzz/corpus/<name>
# Without --enable-fuzzers they are plain programs that replay files; `make check` replays the seeds.

fuzz_targets =
check_PROGRAMS += $(fuzz_targets)
EXTRA_DIST += tests/fuzz/require.h tests/fuzz/turn.h tests/fuzz/parsers tests/fuzz/dict tests/fuzz/dictionaries tests/fuzz/replay.sh tests/fuzz/standalone.c

if FUZZERS
fuzz_main =
fuzz_link = -fsanitize=fuzzer
FUZZ_ENGINE = libfuzzer
else
fuzz_main = tests/fuzz/standalone.c
fuzz_link =
FUZZ_ENGINE = standalone
endif

# The sidecar's worker between a client and an upstream of the fuzzer's (wire.h).
wire_files = tests/fuzz/wire.c tests/fuzz/wire.h tests/fuzz/message.c tests/fuzz/message.h
wire_link = -Wl,--wrap=proxy_begin -Wl,--wrap=proxy_begin_watched -Wl,--wrap=routes_choose -Wl,--wrap=curl_easy_init \
	-Wl,--wrap=log_write

TESTS += tests/fuzz/replay.sh
AM_TESTS_ENVIRONMENT += FUZZ_TARGETS='$(fuzz_targets)' FUZZ_ENGINE='$(FUZZ_ENGINE)'; \
	export FUZZ_TARGETS FUZZ_ENGINE;

fuzz_targets += tests/fuzz/fuzz_properties
tests_fuzz_fuzz_properties_SOURCES = tests/fuzz/fuzz_properties.c props/check/source_line.c $(fuzz_main)
tests_fuzz_fuzz_properties_LDADD = libprops.la
tests_fuzz_fuzz_properties_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/properties

fuzz_targets += tests/fuzz/fuzz_bearer
tests_fuzz_fuzz_bearer_SOURCES = tests/fuzz/fuzz_bearer.c $(flow_files) $(fuzz_main)
tests_fuzz_fuzz_bearer_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_bearer_LDADD = liboidc-core.la
tests_fuzz_fuzz_bearer_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/bearer

fuzz_targets += tests/fuzz/fuzz_cookie
tests_fuzz_fuzz_cookie_SOURCES = tests/fuzz/fuzz_cookie.c $(fuzz_main)
tests_fuzz_fuzz_cookie_LDADD = libserver.la
tests_fuzz_fuzz_cookie_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/cookie

fuzz_targets += tests/fuzz/fuzz_target
tests_fuzz_fuzz_target_SOURCES = tests/fuzz/fuzz_target.c $(fuzz_main)
tests_fuzz_fuzz_target_LDADD = libserver.la
tests_fuzz_fuzz_target_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/target

fuzz_targets += tests/fuzz/fuzz_id_token
tests_fuzz_fuzz_id_token_SOURCES = tests/fuzz/fuzz_id_token.c $(mint_files) $(fuzz_main)
tests_fuzz_fuzz_id_token_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_id_token_LDADD = liboidc-core.la
tests_fuzz_fuzz_id_token_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/id_token

fuzz_targets += tests/fuzz/fuzz_jwe
tests_fuzz_fuzz_jwe_SOURCES = tests/fuzz/fuzz_jwe.c $(mint_files) $(fuzz_main)
tests_fuzz_fuzz_jwe_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_jwe_LDADD = liboidc-core.la
tests_fuzz_fuzz_jwe_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/jwe

fuzz_targets += tests/fuzz/fuzz_jwks
tests_fuzz_fuzz_jwks_SOURCES = tests/fuzz/fuzz_jwks.c $(fuzz_main)
tests_fuzz_fuzz_jwks_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_jwks_LDADD = liboidc-core.la
tests_fuzz_fuzz_jwks_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/jwks

fuzz_targets += tests/fuzz/fuzz_jws
tests_fuzz_fuzz_jws_SOURCES = tests/fuzz/fuzz_jws.c $(fuzz_main)
tests_fuzz_fuzz_jws_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_jws_LDADD = liboidc-core.la
tests_fuzz_fuzz_jws_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/jws

fuzz_targets += tests/fuzz/fuzz_seal
tests_fuzz_fuzz_seal_SOURCES = tests/fuzz/fuzz_seal.c $(fuzz_main)
tests_fuzz_fuzz_seal_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_seal_LDADD = liboidc-core.la
tests_fuzz_fuzz_seal_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/seal

fuzz_targets += tests/fuzz/fuzz_session
tests_fuzz_fuzz_session_SOURCES = tests/fuzz/fuzz_session.c $(fuzz_main)
tests_fuzz_fuzz_session_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_session_LDADD = liboidc-core.la
tests_fuzz_fuzz_session_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/session

fuzz_targets += tests/fuzz/fuzz_login
tests_fuzz_fuzz_login_SOURCES = tests/fuzz/fuzz_login.c $(flow_files) $(fuzz_main)
tests_fuzz_fuzz_login_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_login_LDADD = liboidc-core.la
tests_fuzz_fuzz_login_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/login

fuzz_targets += tests/fuzz/fuzz_logout_token
tests_fuzz_fuzz_logout_token_SOURCES = tests/fuzz/fuzz_logout_token.c $(flow_files) $(fuzz_main)
tests_fuzz_fuzz_logout_token_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_logout_token_LDADD = liboidc-core.la
tests_fuzz_fuzz_logout_token_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/logout_token

fuzz_targets += tests/fuzz/fuzz_metadata
tests_fuzz_fuzz_metadata_SOURCES = tests/fuzz/fuzz_metadata.c $(flow_files) $(fuzz_main)
tests_fuzz_fuzz_metadata_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_metadata_LDADD = liboidc-core.la
tests_fuzz_fuzz_metadata_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/metadata

fuzz_targets += tests/fuzz/fuzz_response
tests_fuzz_fuzz_response_SOURCES = tests/fuzz/fuzz_response.c $(fuzz_main)
tests_fuzz_fuzz_response_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_response_LDADD = liboidc-core.la
tests_fuzz_fuzz_response_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/response

fuzz_targets += tests/fuzz/fuzz_url
tests_fuzz_fuzz_url_SOURCES = tests/fuzz/fuzz_url.c $(fuzz_main)
tests_fuzz_fuzz_url_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_url_LDADD = liboidc-core.la
tests_fuzz_fuzz_url_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/url

fuzz_targets += tests/fuzz/fuzz_machine
tests_fuzz_fuzz_machine_SOURCES = tests/fuzz/fuzz_machine.c $(flow_files) $(fuzz_main)
tests_fuzz_fuzz_machine_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_machine_LDADD = liboidc-core.la
tests_fuzz_fuzz_machine_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/machine

fuzz_targets += tests/fuzz/fuzz_token
tests_fuzz_fuzz_token_SOURCES = tests/fuzz/fuzz_token.c $(fuzz_main)
tests_fuzz_fuzz_token_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_token_LDADD = liboidc-core.la
tests_fuzz_fuzz_token_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/token

fuzz_targets += tests/fuzz/fuzz_userinfo
tests_fuzz_fuzz_userinfo_SOURCES = tests/fuzz/fuzz_userinfo.c $(flow_files) $(fuzz_main)
tests_fuzz_fuzz_userinfo_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_userinfo_LDADD = liboidc-core.la
tests_fuzz_fuzz_userinfo_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/userinfo

fuzz_targets += tests/fuzz/fuzz_identity
tests_fuzz_fuzz_identity_SOURCES = tests/fuzz/fuzz_identity.c $(flow_files) $(fuzz_main)
tests_fuzz_fuzz_identity_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_identity_LDADD = liboidc-core.la
tests_fuzz_fuzz_identity_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/identity

fuzz_targets += tests/fuzz/fuzz_form
tests_fuzz_fuzz_form_SOURCES = tests/fuzz/fuzz_form.c $(fuzz_main)
tests_fuzz_fuzz_form_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_form_LDADD = liboidc-core.la
tests_fuzz_fuzz_form_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/form

fuzz_targets += tests/fuzz/fuzz_state
tests_fuzz_fuzz_state_SOURCES = tests/fuzz/fuzz_state.c $(fuzz_main)
tests_fuzz_fuzz_state_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_state_LDADD = liboidc-core.la
tests_fuzz_fuzz_state_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/state

fuzz_targets += tests/fuzz/fuzz_signer
tests_fuzz_fuzz_signer_SOURCES = tests/fuzz/fuzz_signer.c $(fuzz_main)
tests_fuzz_fuzz_signer_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS)
tests_fuzz_fuzz_signer_LDADD = liboidc-core.la
tests_fuzz_fuzz_signer_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/signer

fuzz_targets += tests/fuzz/fuzz_html
tests_fuzz_fuzz_html_SOURCES = tests/fuzz/fuzz_html.c $(fuzz_main)
tests_fuzz_fuzz_html_LDADD = libprops.la
tests_fuzz_fuzz_html_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/html

fuzz_targets += tests/fuzz/fuzz_page
tests_fuzz_fuzz_page_SOURCES = tests/fuzz/fuzz_page.c $(fuzz_main)
tests_fuzz_fuzz_page_LDADD = libserver.la
tests_fuzz_fuzz_page_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/page

fuzz_targets += tests/fuzz/fuzz_address
tests_fuzz_fuzz_address_SOURCES = tests/fuzz/fuzz_address.c $(fuzz_main)
tests_fuzz_fuzz_address_LDADD = libserver.la
tests_fuzz_fuzz_address_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/address

fuzz_targets += tests/fuzz/fuzz_redis
tests_fuzz_fuzz_redis_SOURCES = tests/fuzz/fuzz_redis.c $(fuzz_main)
tests_fuzz_fuzz_redis_LDADD = libserver.la
tests_fuzz_fuzz_redis_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/redis

fuzz_targets += tests/fuzz/fuzz_fields
tests_fuzz_fuzz_fields_SOURCES = tests/fuzz/fuzz_fields.c $(fuzz_main)
tests_fuzz_fuzz_fields_LDADD = libserver.la
tests_fuzz_fuzz_fields_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/fields

fuzz_targets += tests/fuzz/fuzz_options
tests_fuzz_fuzz_options_SOURCES = tests/fuzz/fuzz_options.c $(fuzz_main)
tests_fuzz_fuzz_options_LDADD = libserver.la
tests_fuzz_fuzz_options_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/options

fuzz_targets += tests/fuzz/fuzz_online
tests_fuzz_fuzz_online_SOURCES = tests/fuzz/fuzz_online.c $(check_files) $(fuzz_main)
tests_fuzz_fuzz_online_CPPFLAGS = $(oidc_check_CPPFLAGS)
tests_fuzz_fuzz_online_LDADD = liboidc-core.la $(CURL_LIBS) $(JANSSON_LIBS)
tests_fuzz_fuzz_online_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link) -Wl,--wrap=oidc_curl_send
EXTRA_DIST += tests/fuzz/corpus/online

fuzz_targets += tests/fuzz/fuzz_front
tests_fuzz_fuzz_front_SOURCES = tests/fuzz/fuzz_front.c $(wire_files) $(fuzz_main)
tests_fuzz_fuzz_front_CPPFLAGS = $(libserver_la_CPPFLAGS)
tests_fuzz_fuzz_front_LDADD = libserver.la $(MICROHTTPD_LIBS) $(CURL_LIBS)
tests_fuzz_fuzz_front_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link) $(wire_link)
EXTRA_DIST += tests/fuzz/corpus/front

fuzz_targets += tests/fuzz/fuzz_upstream
tests_fuzz_fuzz_upstream_SOURCES = tests/fuzz/fuzz_upstream.c $(wire_files) $(fuzz_main)
tests_fuzz_fuzz_upstream_CPPFLAGS = $(libserver_la_CPPFLAGS)
tests_fuzz_fuzz_upstream_LDADD = libserver.la $(MICROHTTPD_LIBS) $(CURL_LIBS)
tests_fuzz_fuzz_upstream_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link) $(wire_link)
EXTRA_DIST += tests/fuzz/corpus/upstream

fuzz_targets += tests/fuzz/fuzz_xnat
tests_fuzz_fuzz_xnat_SOURCES = tests/fuzz/fuzz_xnat.c $(fuzz_main)
tests_fuzz_fuzz_xnat_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_xnat_LDADD = libserver.la $(JANSSON_LIBS)
tests_fuzz_fuzz_xnat_LDFLAGS = $(AM_LDFLAGS) $(fuzz_link)
EXTRA_DIST += tests/fuzz/corpus/xnat
