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

/**
 * Reads certificates in PEM (RFC 7468, 5), all of which are trusted. Blocks of other names
 * are passed over.
 *
 * @param pem    borrowed for the call.
 * @param trust  new.
 * @return OIDC_OK; OIDC_E_FILE when there is none, when there are too many, or when one is damaged,
 *         which the error tells by its ordinal; OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_trust_parse(const void *pem, size_t size, oidc_trust **trust,
                                                 oidc_error *error);

/** Frees it and sets the pointer to NULL; NULL is fine. No handle may use it any more. */
OIDC_API void oidc_trust_free(oidc_trust **trust);

/** Makes a libcurl easy handle trust them too, and verify peers as ever. @param trust must outlive
 * the handle's transfers; NULL for the system's authorities alone. @param easy a CURL *. */
OIDC_API void oidc_trust_apply(const oidc_trust *trust, void *easy);

/** One request prepared for libcurl, and the room for its answer. Not for two threads at once. */
typedef struct oidc_exchange oidc_exchange;

/**
 * Prepares a request; sends nothing.
 *
 * @param trust     as for oidc_trust_apply.
 * @param request   borrowed until the transfer is over: its body, which may hold secrets, is not
 *                  copied.
 * @param exchange  new.
 * @return OIDC_OK or OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_exchange_new(const oidc_trust *trust,
                                                  const oidc_http_request *request,
                                                  oidc_exchange **exchange);

/** Frees it and its handle, which must be out of any multi handle by then, and sets the pointer to
 * NULL; NULL is fine. */
OIDC_API void oidc_exchange_free(oidc_exchange **exchange);

/** The CURL * to add to a multi handle. Borrowed; only CURLOPT_PRIVATE is the caller's to set. */
OIDC_API void *oidc_exchange_handle(oidc_exchange *exchange);

/** The answer, when the transfer is over. @param result its CURLcode. @param response filled; good
 * until the exchange is freed. */
OIDC_API void oidc_exchange_response(oidc_exchange *exchange, int result,
                                     oidc_http_response *response);

/** A driver for callers who may block. Not for two threads at once. */
typedef struct oidc_curl oidc_curl;

/**
 * Makes a driver.
 *
 * @param ca_file  name of a file of further certificate authorities (PEM), trusted beside the
 *                 system's; borrowed for the call; NULL for none.
 * @param curl     new.
 * @return OIDC_OK; OIDC_E_FILE when the file cannot be read or oidc_trust_parse does not take it;
 *         OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_curl_new(const char *ca_file, oidc_curl **curl,
                                              oidc_error *error);

/** Frees it, and with it the last answer; sets the pointer to NULL. NULL is fine. */
OIDC_API void oidc_curl_free(oidc_curl **curl);

/**
 * Sends one request and waits for its answer.
 *
 * @param request   borrowed for the call.
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
 * @return OIDC_OK; the code of oidc_refresh_error when the look failed; OIDC_E_MEMORY. *provider is
 *         valid in every case.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_curl_refresh(oidc_curl *curl, oidc_refresh_kind kind,
                                                  oidc_provider **provider, oidc_error *error);

/**
 * Drives a login that wants a provider (NEED_PROVIDER) to DONE or REFUSED.
 *
 * @param provider  as for oidc_curl_refresh: replaced when the keys were fetched anew.
 * @return OIDC_OK with DONE; the code of oidc_login_error with REFUSED; OIDC_E_USAGE when the login
 *         wants something else first; OIDC_E_MEMORY.
 */
OIDC_API OIDC_CHECKED oidc_code oidc_curl_login(oidc_curl *curl, oidc_login *login,
                                                oidc_provider **provider, oidc_error *error);

#endif
