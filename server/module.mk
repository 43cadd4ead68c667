# server: oidc-sidecar. libserver.la holds all of it but main(), so that tests can link it.

bin_PROGRAMS += oidc-sidecar
noinst_LTLIBRARIES += libserver.la

libserver_la_SOURCES = \
	server/abandoned.c server/abandoned.h \
	server/address.c server/address.h \
	server/admin.c server/admin.h \
	server/answer_head.c server/answer_head.h \
	server/ascii.h \
	server/auth.c \
	server/backchannel.c \
	server/bearer.c server/bearer.h \
	server/bearer_cache.c server/bearer_cache.h \
	server/clock.c server/clock.h \
	server/colour.c server/colour.h \
	server/configuration_check.c server/configuration_check.h \
	server/container.h \
	server/cookie.c server/cookie.h \
	server/crowd.c server/crowd.h \
	server/crypto.c server/crypto.h \
	server/departure.c server/departure.h \
	server/descriptors.h \
	server/digest.c server/digest.h \
	server/discreet.c server/discreet.h \
	server/documents.c \
	server/email_withheld.c server/email_withheld.h \
	server/ending.c server/ending.h \
	server/exchange.c server/exchange.h \
	server/fields.c server/fields.h \
	server/file.c server/file.h \
	server/forward.c \
	server/forwarded_for.c server/forwarded_for.h \
	server/framing.c server/framing.h \
	server/front.c server/front.h \
	server/handlers.h \
	server/hex.h \
	server/html.c server/html.h \
	server/keeper.c server/keeper.h \
	server/lease.c server/lease.h \
	server/ledger.c server/ledger.h \
	server/listener.c server/listener.h \
	server/log.c server/log.h \
	server/login.c \
	server/logo.c server/logo.h \
	server/logout_keys.c server/logout_keys.h \
	server/loop_event.h \
	server/mailbox.c server/mailbox.h \
	server/messages.c server/messages.h \
	server/metrics.c server/metrics.h \
	server/navigation.c server/navigation.h \
	server/number.h \
	server/numeral.h \
	server/option_values.c server/option_values.h \
	server/options.c server/options.h \
	server/options_environment.c server/options_reading.h \
	server/options_print.c \
	server/options_table.c server/options_table.h \
	server/ownership.c server/ownership.h \
	server/page_kinds.c server/page_kinds.h \
	server/pages.c server/pages.h \
	server/palette.c server/palette.h \
	server/pass.c server/pass.h \
	server/password_login.c server/password_login.h \
	server/pipe.c server/pipe.h \
	server/proxy.c server/proxy.h \
	server/redis.h \
	server/redis_address.c server/redis_address.h \
	server/redis_check.h \
	server/redis_entry.c server/redis_entry.h \
	server/redis_hint.c server/redis_hint.h \
	server/redis_link.h \
	server/redis_queue.h \
	server/redis_wire.h \
	server/refusal.c server/refusal.h \
	server/registry.c server/registry.h \
	server/remember.c server/remember.h \
	server/request.c server/request.h \
	server/respond.c server/respond.h \
	server/return_leg.c server/return_leg.h \
	server/routes.c server/routes.h \
	server/seams.c server/seams.h \
	server/session.c \
	server/session_cache.c server/session_cache.h \
	server/sidecar.c server/sidecar.h \
	server/sign_in.c \
	server/sign_out.c \
	server/signed_out.c server/signed_out.h \
	server/silent.c server/silent.h \
	server/silent_guard.c server/silent_guard.h \
	server/siphash.c server/siphash.h \
	server/site.c server/site.h \
	server/site_complaint.c server/site_complaint.h \
	server/site_handover.c server/site_handover.h \
	server/site_keys.c server/site_keys.h \
	server/site_look.c server/site_look.h \
	server/spelling.c server/spelling.h \
	server/state_cookie.c server/state_cookie.h \
	server/stranger.c server/stranger.h \
	server/style.c \
	server/target.c server/target.h \
	server/text.c server/text.h \
	server/to_sign_in.c server/to_sign_in.h \
	server/transfers.c server/transfers.h \
	server/upstream_easy.c server/upstream_easy.h \
	server/upstream_failure.c server/upstream_failure.h \
	server/upstream_head.c server/upstream_head.h \
	server/upstream_note.c server/upstream_note.h \
	server/visitor.c server/visitor.h \
	server/wake.c server/wake.h \
	server/worker.c server/worker.h \
	server/xnat_account.c server/xnat_account.h \
	server/xnat_account_read.c server/xnat_account_read.h \
	server/xnat_call.c server/xnat_call.h \
	server/xnat_check.c server/xnat_check.h \
	server/xnat_cookie.c server/xnat_cookie.h \
	server/xnat_farewell.c server/xnat_farewell.h \
	server/xnat_forward.c server/xnat_forward.h \
	server/xnat_handover.c server/xnat_handover.h \
	server/xnat_pause.c server/xnat_pause.h \
	server/xnat_person.c server/xnat_person.h \
	server/xnat_probe.c server/xnat_probe.h \
	server/xnat_queue.c server/xnat_queue.h \
	server/xnat_rest.h \
	server/xnat_service.c server/xnat_service.h \
	server/xnat_session.c server/xnat_session.h \
	server/xnat_stay.c server/xnat_stay.h \
	server/xnat_token.c server/xnat_token.h \
	server/xnat_worker.c server/xnat_worker.h
libserver_la_CPPFLAGS = $(AM_CPPFLAGS) $(MICROHTTPD_CFLAGS) $(HIREDIS_CFLAGS) $(CURL_CFLAGS) $(CRYPTO_CFLAGS) $(JANSSON_CFLAGS)
libserver_la_LIBADD = liboidc.la $(MICROHTTPD_LIBS) $(HIREDIS_LIBS) $(CURL_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS) -lm

# Without hiredis --redis is refused.
if HAVE_HIREDIS
libserver_la_SOURCES += server/redis.c server/redis_check.c server/redis_link.c server/redis_queue.c server/redis_wire.c
else
libserver_la_SOURCES += server/redis_none.c
endif
EXTRA_DIST += server/redis.c server/redis_check.c server/redis_link.c server/redis_queue.c server/redis_wire.c server/redis_none.c

oidc_sidecar_SOURCES = server/main.c
# Sanitizers have a heap of their own, which must be the first.
if !SANITIZERS
oidc_sidecar_SOURCES += server/wiped_heap.c
endif
oidc_sidecar_LDADD = libserver.la

# Made of the template by tests/guards/manual.sh --update, which also checks it.
dist_man_MANS += server/oidc-sidecar.8
EXTRA_DIST += server/oidc-sidecar.8.in
