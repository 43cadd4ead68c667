/* An upstream that throws uploads away as fast as they come, and answers with how many bytes it
 * got. */
#include "serve.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

/* Large reads, so that the sink is not what is measured. */
#define CONNECTION_MEMORY ((size_t)1024 * 1024)

/* "18446744073709551615\n" and its end */
#define ANSWER_SIZE 24

static enum MHD_Result answer_count(struct MHD_Connection *connection, uint64_t count)
{
    char text[ANSWER_SIZE];
    int size = snprintf(text, sizeof text, "%" PRIu64 "\n", count);
    struct MHD_Response *response =
        MHD_create_response_from_buffer((size_t)size, text, MHD_RESPMEM_MUST_COPY);

    if (!response)
        return MHD_NO;
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

/* A request's context is its count, plus one: nothing to allocate, and nothing to lose when an
 * upload breaks off. */
static enum MHD_Result swallow(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *body,
                               size_t *body_size, void **request)
{
    uintptr_t counted = (uintptr_t)*request;

    (void)context;
    (void)url;
    (void)method;
    (void)version;
    (void)body;
    if (counted > 0 && *body_size == 0)
        return answer_count(connection, counted - 1);
    if (counted == 0) /* the head is here; the body comes in further calls */
        counted = 1;
    *request = (void *)(counted + *body_size);
    *body_size = 0;
    return MHD_YES;
}

int main(void)
{
    return serve(swallow, NULL, CONNECTION_MEMORY);
}
