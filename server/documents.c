/* Two documents that never change while the process runs: our public keys, the style sheet. */
#include <config.h>

#include "handlers.h"

#include <string.h>

#include "pages.h"
#include "respond.h"
#include "site.h"

/* Seconds that others may keep them: short, because a restart may bring new ones. */
#define KEPT "public, max-age=60"

static enum MHD_Result respond_document(struct request *request, const char *content_type,
                                        const char *text)
{
    union {
        const char *constant;
        void *any;
    } body = {.constant = text};
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), body.any, MHD_RESPMEM_PERSISTENT);

    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, KEPT);
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    return respond_with(request, MHD_HTTP_OK, response);
}

enum MHD_Result handle_keys(struct request *request)
{
    return respond_document(request, "application/jwk-set+json", request->worker->site->jwks);
}

enum MHD_Result handle_style(struct request *request)
{
    return respond_document(request, "text/css; charset=utf-8", pages_style);
}
