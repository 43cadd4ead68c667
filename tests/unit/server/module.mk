# Unit tests of the sidecar: one block a program. They link libserver.la, which is the sidecar but for
# main(). Programs that make allocations fail take $(failalloc_link) (tests/support/module.mk).

check_PROGRAMS += tests/unit/server/print_options
tests_unit_server_print_options_SOURCES = tests/unit/server/print_options.c
tests_unit_server_print_options_LDADD = libserver.la

check_PROGRAMS += tests/unit/server/print_pages
tests_unit_server_print_pages_SOURCES = tests/unit/server/print_pages.c
tests_unit_server_print_pages_LDADD = libserver.la

if HAVE_CMOCKA

server_test_cppflags = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(CRYPTO_CFLAGS)
server_test_ldadd = libserver.la $(CMOCKA_LIBS)

# The wrapped allocation functions must be visible: the linker, wrapping names in liboidc.so as well,
# refuses hidden ones.
server_failing_cflags = $(AM_CFLAGS) -fvisibility=default

server_tests =
check_PROGRAMS += $(server_tests)
TESTS += $(server_tests)

server_tests += tests/unit/server/test_address
tests_unit_server_test_address_SOURCES = tests/unit/server/test_address.c
tests_unit_server_test_address_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_address_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_answer_head
tests_unit_server_test_answer_head_SOURCES = tests/unit/server/test_answer_head.c $(failalloc_files)
tests_unit_server_test_answer_head_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS)
tests_unit_server_test_answer_head_LDADD = $(server_test_ldadd) $(MICROHTTPD_LIBS)
tests_unit_server_test_answer_head_CFLAGS = $(server_failing_cflags)
tests_unit_server_test_answer_head_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link) \
	-Wl,--wrap=MHD_add_response_header

server_tests += tests/unit/server/test_bearer_cache
tests_unit_server_test_bearer_cache_SOURCES = tests/unit/server/test_bearer_cache.c $(flow_files)
tests_unit_server_test_bearer_cache_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
tests_unit_server_test_bearer_cache_LDADD = $(server_test_ldadd) liboidc.la $(JANSSON_LIBS) $(CRYPTO_LIBS)

server_tests += tests/unit/server/test_clock
tests_unit_server_test_clock_SOURCES = tests/unit/server/test_clock.c
tests_unit_server_test_clock_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_clock_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_cookie
tests_unit_server_test_cookie_SOURCES = tests/unit/server/test_cookie.c $(failalloc_files)
tests_unit_server_test_cookie_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_cookie_LDADD = $(server_test_ldadd)
tests_unit_server_test_cookie_CFLAGS = $(server_failing_cflags)
tests_unit_server_test_cookie_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

server_tests += tests/unit/server/test_crypto
tests_unit_server_test_crypto_SOURCES = tests/unit/server/test_crypto.c
tests_unit_server_test_crypto_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_crypto_LDADD = $(server_test_ldadd) $(CRYPTO_LIBS)

server_tests += tests/unit/server/test_discreet
tests_unit_server_test_discreet_SOURCES = tests/unit/server/test_discreet.c $(failalloc_files)
tests_unit_server_test_discreet_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_discreet_LDADD = $(server_test_ldadd)
tests_unit_server_test_discreet_CFLAGS = $(server_failing_cflags)
tests_unit_server_test_discreet_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

server_tests += tests/unit/server/test_fields
tests_unit_server_test_fields_SOURCES = tests/unit/server/test_fields.c
tests_unit_server_test_fields_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_fields_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_forwarded_for
tests_unit_server_test_forwarded_for_SOURCES = tests/unit/server/test_forwarded_for.c
tests_unit_server_test_forwarded_for_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_forwarded_for_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_ledger
tests_unit_server_test_ledger_SOURCES = tests/unit/server/test_ledger.c $(failalloc_files)
tests_unit_server_test_ledger_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS)
tests_unit_server_test_ledger_LDADD = $(server_test_ldadd) liboidc.la
tests_unit_server_test_ledger_CFLAGS = $(server_failing_cflags)
tests_unit_server_test_ledger_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

server_tests += tests/unit/server/test_listener
tests_unit_server_test_listener_SOURCES = tests/unit/server/test_listener.c
tests_unit_server_test_listener_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS)
tests_unit_server_test_listener_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_log
tests_unit_server_test_log_SOURCES = tests/unit/server/test_log.c
tests_unit_server_test_log_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_log_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_mailbox
tests_unit_server_test_mailbox_SOURCES = tests/unit/server/test_mailbox.c
tests_unit_server_test_mailbox_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS)
tests_unit_server_test_mailbox_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_messages
tests_unit_server_test_messages_SOURCES = tests/unit/server/test_messages.c
tests_unit_server_test_messages_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_messages_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_metrics
tests_unit_server_test_metrics_SOURCES = tests/unit/server/test_metrics.c $(failalloc_files)
tests_unit_server_test_metrics_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_metrics_LDADD = $(server_test_ldadd)
tests_unit_server_test_metrics_CFLAGS = $(server_failing_cflags)
tests_unit_server_test_metrics_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

server_tests += tests/unit/server/test_navigation
tests_unit_server_test_navigation_SOURCES = tests/unit/server/test_navigation.c
tests_unit_server_test_navigation_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_navigation_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_options
tests_unit_server_test_options_SOURCES = tests/unit/server/test_options.c $(failalloc_files)
tests_unit_server_test_options_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_options_LDADD = $(server_test_ldadd)
tests_unit_server_test_options_CFLAGS = $(server_failing_cflags)
tests_unit_server_test_options_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

server_tests += tests/unit/server/test_palette
tests_unit_server_test_palette_SOURCES = tests/unit/server/test_palette.c
tests_unit_server_test_palette_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_palette_LDADD = $(server_test_ldadd) -lm

server_tests += tests/unit/server/test_pages
tests_unit_server_test_pages_SOURCES = tests/unit/server/test_pages.c $(failalloc_files)
tests_unit_server_test_pages_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_pages_LDADD = $(server_test_ldadd) -lm
tests_unit_server_test_pages_CFLAGS = $(server_failing_cflags)
tests_unit_server_test_pages_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

server_tests += tests/unit/server/test_pipe
tests_unit_server_test_pipe_SOURCES = tests/unit/server/test_pipe.c
tests_unit_server_test_pipe_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS)
tests_unit_server_test_pipe_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_redis_address
tests_unit_server_test_redis_address_SOURCES = tests/unit/server/test_redis_address.c $(failalloc_files)
tests_unit_server_test_redis_address_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_redis_address_LDADD = $(server_test_ldadd)
tests_unit_server_test_redis_address_CFLAGS = $(server_failing_cflags)
tests_unit_server_test_redis_address_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

server_tests += tests/unit/server/test_redis_entry
tests_unit_server_test_redis_entry_SOURCES = tests/unit/server/test_redis_entry.c
tests_unit_server_test_redis_entry_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_redis_entry_LDADD = $(server_test_ldadd)

if HAVE_HIREDIS
server_tests += tests/unit/server/test_redis_link
tests_unit_server_test_redis_link_SOURCES = tests/unit/server/test_redis_link.c
tests_unit_server_test_redis_link_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_redis_link_LDADD = $(server_test_ldadd)
endif
EXTRA_DIST += tests/unit/server/test_redis_link.c

server_tests += tests/unit/server/test_remember
tests_unit_server_test_remember_SOURCES = tests/unit/server/test_remember.c
tests_unit_server_test_remember_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS)
tests_unit_server_test_remember_LDADD = $(server_test_ldadd) liboidc.la

server_tests += tests/unit/server/test_registry
tests_unit_server_test_registry_SOURCES = tests/unit/server/test_registry.c $(failalloc_files)
tests_unit_server_test_registry_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_registry_LDADD = $(server_test_ldadd)
tests_unit_server_test_registry_CFLAGS = $(server_failing_cflags)
tests_unit_server_test_registry_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

server_tests += tests/unit/server/test_registry_threads
tests_unit_server_test_registry_threads_SOURCES = tests/unit/server/test_registry_threads.c
tests_unit_server_test_registry_threads_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_registry_threads_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_respond
tests_unit_server_test_respond_SOURCES = tests/unit/server/test_respond.c
tests_unit_server_test_respond_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS)
tests_unit_server_test_respond_LDADD = $(server_test_ldadd) $(MICROHTTPD_LIBS)
tests_unit_server_test_respond_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=MHD_add_response_header \
	-Wl,--wrap=MHD_queue_response

server_tests += tests/unit/server/test_return_path
tests_unit_server_test_return_path_SOURCES = tests/unit/server/test_return_path.c \
	tests/unit/server/return_path_oracle.h
tests_unit_server_test_return_path_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_return_path_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_seams
tests_unit_server_test_seams_SOURCES = tests/unit/server/test_seams.c
tests_unit_server_test_seams_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_seams_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_session_cache
tests_unit_server_test_session_cache_SOURCES = tests/unit/server/test_session_cache.c
tests_unit_server_test_session_cache_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS)
tests_unit_server_test_session_cache_LDADD = $(server_test_ldadd) liboidc.la

server_tests += tests/unit/server/test_target
tests_unit_server_test_target_SOURCES = tests/unit/server/test_target.c $(failalloc_files)
tests_unit_server_test_target_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_target_LDADD = $(server_test_ldadd)
tests_unit_server_test_target_CFLAGS = $(server_failing_cflags)
tests_unit_server_test_target_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

server_tests += tests/unit/server/test_text
tests_unit_server_test_text_SOURCES = tests/unit/server/test_text.c $(failalloc_files)
tests_unit_server_test_text_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_text_LDADD = $(server_test_ldadd)
tests_unit_server_test_text_CFLAGS = $(server_failing_cflags)
tests_unit_server_test_text_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

if !SANITIZERS
server_tests += tests/unit/server/test_upstream_failure
tests_unit_server_test_upstream_failure_SOURCES = tests/unit/server/test_upstream_failure.c
tests_unit_server_test_upstream_failure_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS) $(CURL_CFLAGS)
tests_unit_server_test_upstream_failure_LDADD = $(server_test_ldadd) $(CURL_LIBS)
tests_unit_server_test_upstream_failure_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=log_write \
	-Wl,--wrap=request_is_navigation -Wl,--wrap=respond_refusal

server_tests += tests/unit/server/test_wiped_heap
tests_unit_server_test_wiped_heap_SOURCES = tests/unit/server/test_wiped_heap.c server/wiped_heap.c
tests_unit_server_test_wiped_heap_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_wiped_heap_LDADD = $(CMOCKA_LIBS)
endif

server_tests += tests/unit/server/test_visitor
tests_unit_server_test_visitor_SOURCES = tests/unit/server/test_visitor.c
tests_unit_server_test_visitor_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS)
tests_unit_server_test_visitor_LDADD = $(server_test_ldadd) liboidc.la

server_tests += tests/unit/server/test_xnat_account
tests_unit_server_test_xnat_account_SOURCES = tests/unit/server/test_xnat_account.c $(failalloc_files)
tests_unit_server_test_xnat_account_CPPFLAGS = $(server_test_cppflags) $(JANSSON_CFLAGS)
tests_unit_server_test_xnat_account_LDADD = $(server_test_ldadd) liboidc.la $(JANSSON_LIBS)
tests_unit_server_test_xnat_account_CFLAGS = $(server_failing_cflags)
tests_unit_server_test_xnat_account_LDFLAGS = $(AM_LDFLAGS) $(failalloc_link)

server_tests += tests/unit/server/test_xnat_token
tests_unit_server_test_xnat_token_SOURCES = tests/unit/server/test_xnat_token.c
tests_unit_server_test_xnat_token_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_xnat_token_LDADD = $(server_test_ldadd) liboidc.la

server_tests += tests/unit/server/test_xnat_cookie
tests_unit_server_test_xnat_cookie_SOURCES = tests/unit/server/test_xnat_cookie.c
tests_unit_server_test_xnat_cookie_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_xnat_cookie_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_xnat_pause
tests_unit_server_test_xnat_pause_SOURCES = tests/unit/server/test_xnat_pause.c
tests_unit_server_test_xnat_pause_CPPFLAGS = $(server_test_cppflags)
tests_unit_server_test_xnat_pause_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_xnat_queue
tests_unit_server_test_xnat_queue_SOURCES = tests/unit/server/test_xnat_queue.c
tests_unit_server_test_xnat_queue_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS)
tests_unit_server_test_xnat_queue_LDADD = $(server_test_ldadd)

server_tests += tests/unit/server/test_xnat_service
tests_unit_server_test_xnat_service_SOURCES = tests/unit/server/test_xnat_service.c
tests_unit_server_test_xnat_service_CPPFLAGS = $(server_test_cppflags) $(MICROHTTPD_CFLAGS)
tests_unit_server_test_xnat_service_LDADD = $(server_test_ldadd)

endif
