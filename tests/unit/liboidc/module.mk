# Unit tests of liboidc: one block a program. They link liboidc-core.la, in which nothing is hidden.
# Programs that make allocations fail take $(failalloc_link) (tests/support/module.mk).

if HAVE_CMOCKA

liboidc_test_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS) $(CURL_CFLAGS)
liboidc_test_ldadd = liboidc-core.la $(CMOCKA_LIBS)

liboidc_tests =
check_PROGRAMS += $(liboidc_tests)
TESTS += $(liboidc_tests)
EXTRA_DIST += tests/support/ada.h tests/support/check.h tests/support/claims.h tests/support/joined.h

liboidc_tests += tests/unit/liboidc/test_authorization
tests_unit_liboidc_test_authorization_SOURCES = tests/unit/liboidc/test_authorization.c $(failalloc_files) $(flow_files)
tests_unit_liboidc_test_authorization_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_authorization_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_authorization_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_base64url
tests_unit_liboidc_test_base64url_SOURCES = tests/unit/liboidc/test_base64url.c $(mint_files)
tests_unit_liboidc_test_base64url_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_base64url_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_bearer
tests_unit_liboidc_test_bearer_SOURCES = tests/unit/liboidc/test_bearer.c $(failalloc_files) $(flow_files)
tests_unit_liboidc_test_bearer_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_bearer_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_bearer_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_buf
tests_unit_liboidc_test_buf_SOURCES = tests/unit/liboidc/test_buf.c
tests_unit_liboidc_test_buf_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_buf_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_byte_reader
tests_unit_liboidc_test_byte_reader_SOURCES = tests/unit/liboidc/test_byte_reader.c
tests_unit_liboidc_test_byte_reader_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_byte_reader_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_config
tests_unit_liboidc_test_config_SOURCES = tests/unit/liboidc/test_config.c $(failalloc_files) $(flow_files)
tests_unit_liboidc_test_config_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_config_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_config_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_curl
tests_unit_liboidc_test_curl_SOURCES = tests/unit/liboidc/test_curl.c $(flow_files) $(loopback_files)
tests_unit_liboidc_test_curl_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_curl_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_trust
tests_unit_liboidc_test_trust_SOURCES = tests/unit/liboidc/test_trust.c $(flow_files) $(loopback_files)
tests_unit_liboidc_test_trust_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_trust_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_error
tests_unit_liboidc_test_error_SOURCES = tests/unit/liboidc/test_error.c
tests_unit_liboidc_test_error_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_error_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_exchange
tests_unit_liboidc_test_exchange_SOURCES = tests/unit/liboidc/test_exchange.c $(failalloc_files)
tests_unit_liboidc_test_exchange_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_exchange_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_exchange_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_fail
tests_unit_liboidc_test_fail_SOURCES = tests/unit/liboidc/test_fail.c
tests_unit_liboidc_test_fail_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_fail_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_form
tests_unit_liboidc_test_form_SOURCES = tests/unit/liboidc/test_form.c $(failalloc_files)
tests_unit_liboidc_test_form_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_form_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_form_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_gates
tests_unit_liboidc_test_gates_SOURCES = tests/unit/liboidc/test_gates.c
tests_unit_liboidc_test_gates_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_gates_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_json
tests_unit_liboidc_test_json_SOURCES = tests/unit/liboidc/test_json.c
tests_unit_liboidc_test_json_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_json_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_known
tests_unit_liboidc_test_known_SOURCES = tests/unit/liboidc/test_known.c $(failalloc_files)
tests_unit_liboidc_test_known_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_known_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_known_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_lint
tests_unit_liboidc_test_lint_SOURCES = tests/unit/liboidc/test_lint.c
tests_unit_liboidc_test_lint_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_lint_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_login
tests_unit_liboidc_test_login_SOURCES = tests/unit/liboidc/test_login.c $(failalloc_files) $(flow_files)
tests_unit_liboidc_test_login_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_login_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_login_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_logout
tests_unit_liboidc_test_logout_SOURCES = tests/unit/liboidc/test_logout.c $(failalloc_files) $(flow_files)
tests_unit_liboidc_test_logout_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_logout_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_logout_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_metadata
tests_unit_liboidc_test_metadata_SOURCES = tests/unit/liboidc/test_metadata.c $(failalloc_files)
tests_unit_liboidc_test_metadata_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_metadata_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_metadata_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_policy
tests_unit_liboidc_test_policy_SOURCES = tests/unit/liboidc/test_policy.c $(failalloc_files)
tests_unit_liboidc_test_policy_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_policy_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_policy_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_provider
tests_unit_liboidc_test_provider_SOURCES = tests/unit/liboidc/test_provider.c $(failalloc_files) $(flow_files)
tests_unit_liboidc_test_provider_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_provider_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_provider_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_response
tests_unit_liboidc_test_response_SOURCES = tests/unit/liboidc/test_response.c $(failalloc_files)
tests_unit_liboidc_test_response_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_response_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_response_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_secret
tests_unit_liboidc_test_secret_SOURCES = tests/unit/liboidc/test_secret.c
tests_unit_liboidc_test_secret_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_secret_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_thumbprint
tests_unit_liboidc_test_thumbprint_SOURCES = tests/unit/liboidc/test_thumbprint.c
tests_unit_liboidc_test_thumbprint_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_thumbprint_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_url
tests_unit_liboidc_test_url_SOURCES = tests/unit/liboidc/test_url.c $(failalloc_files)
tests_unit_liboidc_test_url_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_url_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_url_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_username
tests_unit_liboidc_test_username_SOURCES = tests/unit/liboidc/test_username.c $(failalloc_files)
tests_unit_liboidc_test_username_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_username_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_username_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_id_token
tests_unit_liboidc_test_id_token_SOURCES = tests/unit/liboidc/test_id_token.c $(mint_files)
tests_unit_liboidc_test_id_token_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_id_token_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_jwks
tests_unit_liboidc_test_jwks_SOURCES = tests/unit/liboidc/test_jwks.c $(mint_files)
tests_unit_liboidc_test_jwks_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_jwks_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_jws
tests_unit_liboidc_test_jws_SOURCES = tests/unit/liboidc/test_jws.c $(mint_files)
tests_unit_liboidc_test_jws_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_jws_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_content
tests_unit_liboidc_test_content_SOURCES = tests/unit/liboidc/test_content.c
tests_unit_liboidc_test_content_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_content_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_decryption
tests_unit_liboidc_test_decryption_SOURCES = tests/unit/liboidc/test_decryption.c $(mint_files)
tests_unit_liboidc_test_decryption_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_decryption_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_jwe
tests_unit_liboidc_test_jwe_SOURCES = tests/unit/liboidc/test_jwe.c $(mint_files)
tests_unit_liboidc_test_jwe_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_jwe_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_handoff
tests_unit_liboidc_test_handoff_SOURCES = tests/unit/liboidc/test_handoff.c $(mint_files)
tests_unit_liboidc_test_handoff_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_handoff_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_seal
tests_unit_liboidc_test_seal_SOURCES = tests/unit/liboidc/test_seal.c
tests_unit_liboidc_test_seal_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_seal_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_session
tests_unit_liboidc_test_session_SOURCES = tests/unit/liboidc/test_session.c
tests_unit_liboidc_test_session_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_session_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_sign_out
tests_unit_liboidc_test_sign_out_SOURCES = tests/unit/liboidc/test_sign_out.c $(failalloc_files) $(flow_files)
tests_unit_liboidc_test_sign_out_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_sign_out_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)
tests_unit_liboidc_test_sign_out_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_signer
tests_unit_liboidc_test_signer_SOURCES = tests/unit/liboidc/test_signer.c $(mint_files)
tests_unit_liboidc_test_signer_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_signer_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_keys_memory
tests_unit_liboidc_test_keys_memory_SOURCES = tests/unit/liboidc/test_keys_memory.c $(mint_files)
tests_unit_liboidc_test_keys_memory_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_keys_memory_LDADD = $(liboidc_test_ldadd)

liboidc_tests += tests/unit/liboidc/test_crypto_failure
tests_unit_liboidc_test_crypto_failure_SOURCES = tests/unit/liboidc/test_crypto_failure.c $(mint_files)
tests_unit_liboidc_test_crypto_failure_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_crypto_failure_LDADD = $(liboidc_test_ldadd)
tests_unit_liboidc_test_crypto_failure_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=EVP_MD_CTX_new \
	-Wl,--wrap=EVP_CIPHER_CTX_new \
	-Wl,--wrap=EVP_CIPHER_fetch \
	-Wl,--wrap=EVP_KDF_fetch \
	-Wl,--wrap=EVP_KDF_CTX_new \
	-Wl,--wrap=EVP_KDF_derive \
	-Wl,--wrap=EVP_Q_digest \
	-Wl,--wrap=EVP_PKEY_CTX_new_from_name \
	-Wl,--wrap=EVP_PKEY_CTX_new_from_pkey \
	-Wl,--wrap=EVP_PKEY_decrypt_init \
	-Wl,--wrap=EVP_MAC_fetch \
	-Wl,--wrap=EVP_MAC_CTX_new \
	-Wl,--wrap=EVP_PKEY_get_bn_param \
	-Wl,--wrap=EVP_DigestSign \
	-Wl,--wrap=ECDSA_SIG_new \
	-Wl,--wrap=BN_bin2bn \
	-Wl,--wrap=OSSL_PARAM_BLD_new \
	-Wl,--wrap=BIO_new_mem_buf \
	-Wl,--wrap=RAND_priv_bytes

liboidc_tests += tests/unit/liboidc/test_lower_memory
tests_unit_liboidc_test_lower_memory_SOURCES = tests/unit/liboidc/test_lower_memory.c $(mint_files) $(loopback_files) $(failalloc_files)
tests_unit_liboidc_test_lower_memory_CPPFLAGS = $(liboidc_test_cppflags)
tests_unit_liboidc_test_lower_memory_LDADD = $(liboidc_test_ldadd)
tests_unit_liboidc_test_lower_memory_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

endif
