/* One set of rules, for proxied requests, calls of our own and XNAT's logout. See
 * upstream_easy.h. */
#include <config.h>

#include "upstream_easy.h"

#include <stddef.h>

/* Seconds an idle connection may be reused: less than servers keep them (Tomcat: 20), so that a
 * request is not sent into one that is being closed. */
#define CONNECTION_AGE 15

bool upstream_easy_set_text(CURL *easy, CURLoption option, const char *text)
{
    return curl_easy_setopt(easy, option, text) == CURLE_OK;
}

bool upstream_easy_prepare(CURL *easy, const struct site *site, const char *url,
                           struct upstream_note *note)
{
    static const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_NETRC, CURL_NETRC_IGNORED},
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_QUICK_EXIT, 1}, /* never wait for a slow name look-up */
        {CURLOPT_MAXAGE_CONN, CONNECTION_AGE},
    };

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        curl_easy_setopt(easy, numbers[i].option, numbers[i].value);
    upstream_note_keep(note, easy);
    oidc_trust_apply(site->trust, easy);
    return upstream_easy_set_text(easy, CURLOPT_URL, url) &&
           upstream_easy_set_text(easy, CURLOPT_NOPROXY, "*") &&
           upstream_easy_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https");
}
