/*
 * Requests over libcurl. Two ways: oidc_curl blocks, for programs that may; oidc_exchange prepares
 * a handle for the caller's own multi interface, for programs with an event loop. Both follow the
 * rules of <oidc/http.h>: no redirect, TLS verified, bounded in bytes and time, every request sent
 * once. The program calls curl_global_init before and curl_global_cleanup after, as libcurl asks.
 */
#ifndef OIDC_CURL_H
#define OIDC_CURL_H

#include <oidc/login.h>

/** Certificate authorities that are trusted beside the system's. Immutable, for any thread. */
typedef struct oidc_trust oidc_trust;

/** @param pem one or more certificates, all of which are taken; blocks of other names are passed
 * over.
 * @return OIDC_OK; OIDC_E_FILE when there is none, or when one is damaged, which the error tells by
 * its ordinal; OIDC_E_MEMORY. */
OIDC_API OIDC_CHECKED oidc_code oidc_trust_parse(const void *pem, size_t size, oidc_trust **trust,
                                                 oidc_error *error);
OIDC_API void oidc_trust_free(oidc_trust **trust);

/** Makes a libcurl easy handle trust them too, and verify peers as ever. @param trust must outlive
 * the handle's transfers; NULL for the system's authorities alone. @param easy a CURL *. */
OIDC_API void oidc_trust_apply(const oidc_trust *trust, void *easy);

/** One request prepared for libcurl, and the room for its answer. Not for two threads at once. */
typedef struct oidc_exchange oidc_exchange;

/** @param trust as for oidc_trust_apply. @param request borrowed until the
 * transfer is over: its body holds secrets and is not copied. */
OIDC_API OIDC_CHECKED oidc_code oidc_exchange_new(const oidc_trust *trust,
                                                  const oidc_http_request *request,
                                                  oidc_exchange **exchange);

/** Frees it and its handle, which must be out of any multi handle by then. */
OIDC_API void oidc_exchange_free(oidc_exchange **exchange);

/** The CURL * to add to a multi handle. Borrowed; only CURLOPT_PRIVATE is the caller's to set. */
OIDC_API void *oidc_exchange_handle(oidc_exchange *exchange);

/** The answer, when the transfer is over. @param result its CURLcode. @param response filled; good
 * until the exchange is freed. */
OIDC_API void oidc_exchange_response(oidc_exchange *exchange, int result,
                                     oidc_http_response *response);

/** A driver for callers who may block. Not for two threads at once. */
typedef struct oidc_curl oidc_curl;

/** @param ca_file further certificate authorities (PEM), trusted beside the system's; or NULL. */
OIDC_API OIDC_CHECKED oidc_code oidc_curl_new(const char *ca_file, oidc_curl **curl,
                                              oidc_error *error);
OIDC_API void oidc_curl_free(oidc_curl **curl);

/**
 * Sends one request and waits for its answer.
 *
 * @param response  filled; its pointers are good until the next call on curl. A transport failure
 *                  is an answer too.
 * @return OIDC_OK or OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_curl_send(oidc_curl *curl, const oidc_http_request *request,
                                               oidc_http_response *response);

/**
 * Looks at a provider and puts what is known now in place of what was.
 *
 * @param provider  in: what is known; out: what is known now. The old reference is dropped.
 * @return OIDC_OK, or why the look failed; *provider is valid in every case.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_curl_refresh(oidc_curl *curl, oidc_refresh_kind kind,
                                                  oidc_provider **provider, oidc_error *error);

/**
 * Drives a login that wants a provider (NEED_PROVIDER) to DONE or REFUSED.
 *
 * @param provider  as for oidc_curl_refresh: replaced when the keys were fetched anew.
 * @return OIDC_OK with DONE, else why it was refused.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_curl_login(oidc_curl *curl, oidc_login *login,
                                                oidc_provider **provider, oidc_error *error);

#endif
