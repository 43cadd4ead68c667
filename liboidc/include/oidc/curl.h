/*
 * A driver for callers who want to block: the machines of liboidc over libcurl's easy interface.
 * The program calls curl_global_init before and curl_global_cleanup after, as libcurl asks.
 */
#ifndef OIDC_CURL_H
#define OIDC_CURL_H

#include <oidc/login.h>

/** One libcurl handle with connections of its own. Not for two threads at once. */
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
