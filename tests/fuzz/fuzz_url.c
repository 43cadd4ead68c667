/* Fuzzes the reading of URLs: what is taken is taken the same way again when it is put together
 * from its parts, and has nothing in it that another reader could see otherwise. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "liboidc/buf.h"
#include "liboidc/known.h"
#include "liboidc/url.h"
#include "tests/fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_parts(const char *text, const struct url *url)
{
    struct url again;
    struct buf whole;

    require(url->host.size > 0 && url->port >= 1 && url->port <= 65535);
    for (size_t i = 0; i < url->host.size; i++)
        require(strchr("@/\\?#% ", url->host.data[i]) == NULL);
    require(strpbrk(text, "\\# \t\r\n\"<>") == NULL);

    buf_init(&whole, 2 * URL_MAX);
    url_add_origin(&whole, url);
    buf_add(&whole, url->path.data, url->path.size);
    buf_adds(&whole, url->has_query ? "?" : "");
    buf_adds(&whole, url->query.data);
    require(buf_ok(&whole));
    /* An origin can be longer than it was written by nothing: default ports are left out. */
    require(url_parse(whole.data, &again) && url_same_origin(url, &again));
    require(again.path.size == url->path.size && again.has_query == url->has_query);
    require(url_is_secure(&again) == url_is_secure(url));
    require(!url_is_loopback(url) || url_is_secure(url));
    buf_free(&whole);
}

static void check_issuer(const char *text, const struct url *url)
{
    struct url issuer_url;
    char *issuer = NULL;
    bool known = false;

    require(known_issuer(text, &issuer, &known) == OIDC_OK && issuer);
    require(url_parse(issuer, &issuer_url) && url_same_origin(url, &issuer_url));
    require(!known || url->https);
    free(issuer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct url url;

    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    if (url_parse(text, &url)) {
        check_parts(text, &url);
        check_issuer(text, &url);
    }
    free(text);
    return 0;
}
