/* Documents that never change while the process runs: our public keys, the style sheet, the logo.
 */
#include <config.h>

#include "handlers.h"

#include <string.h>

#include "respond.h"
#include "site.h"

/* Seconds that others may keep them: short, because a restart may bring new ones. */
#define KEPT "public, max-age=60"

/* An SVG that is opened by itself is a document, which could bring scripts and forms: it may draw,
 * and nothing else. */
#define PICTURE_POLICY "default-src 'none'; style-src 'unsafe-inline'; sandbox"

static enum MHD_Result respond_document(struct request *request, const char *content_type,
                                        const char *bytes, size_t size, const char *policy)
{
    union {
        const char *constant;
        void *any;
    } body = {.constant = bytes};
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, body.any, MHD_RESPMEM_PERSISTENT);

    response = respond_add(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
    response = respond_add(response, MHD_HTTP_HEADER_CACHE_CONTROL, KEPT);
    response = respond_add(response, "X-Content-Type-Options", "nosniff");
    if (policy)
        response = respond_add(response, "Content-Security-Policy", policy);
    return respond_with(request, MHD_HTTP_OK, response);
}

enum MHD_Result handle_keys(struct request *request)
{
    const char *jwks = request->worker->site->jwks;

    return respond_document(request, "application/jwk-set+json", jwks, strlen(jwks), NULL);
}

enum MHD_Result handle_style(struct request *request)
{
    const char *style = request->worker->site->look.style;

    return respond_document(request, "text/css; charset=utf-8", style, strlen(style), NULL);
}

enum MHD_Result handle_logo(struct request *request)
{
    const struct site_look *look = &request->worker->site->look;

    if (!look->logo)
        return respond_plain(request, MHD_HTTP_NOT_FOUND, "There is nothing at this address.\n");
    return respond_document(request, look->logo_type, look->logo, look->logo_size, PICTURE_POLICY);
}
