/* The least that a libmicrohttpd server can do for a request: it is always 200 and empty. What the
 * sidecar's forward-auth is measured against. */
#include "serve.h"

/* libmicrohttpd's own default, so that nothing here was chosen. */
#define CONNECTION_MEMORY ((size_t)32 * 1024)

/* Called twice for a request: to an answer in the first call, libmicrohttpd adds the end of the
 * connection. */
static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *body,
                              size_t *body_size, void **request)
{
    static char seen;

    (void)url;
    (void)method;
    (void)version;
    (void)body;
    (void)body_size;
    if (*request)
        return MHD_queue_response(connection, MHD_HTTP_OK, context);
    *request = &seen;
    return MHD_YES;
}

int main(void)
{
    struct MHD_Response *empty = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

    if (!empty)
        return 1;
    int status = serve(answer, empty, CONNECTION_MEMORY);
    MHD_destroy_response(empty);
    return status;
}
