/* Fields that say where a message ends. See framing.h. */
#include <config.h>

#include "framing.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "fields.h"
#include "seams.h"
#include "worker.h"

struct framing {
    struct seams seams;
    unsigned lengths;
    unsigned encodings;
    unsigned hosts;
    const char *fault; /* the first; NULL: none */
};

/* No control characters but tabs: a lone CR ends the line for some servers (RFC 9112, 2.2). */
static bool is_line(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (((unsigned char)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7f)
            return false;
    }
    return true;
}

/* Lengths that fit no file are a trick (RFC 9112, 6.3: a recipient must anticipate them). */
static bool is_length(const char *value)
{
    char *end = NULL;

    errno = 0;
    if (!value || *value < '0' || *value > '9')
        return false;
    (void)strtoimax(value, &end, 10);
    return errno == 0 && *end == '\0';
}

/* Of the fields that count here. @return what is wrong with it, or NULL. */
static const char *count_field(struct framing *framing, const char *name, const char *value)
{
    if (strcasecmp(name, "Content-Length") == 0) {
        framing->lengths++;
        if (!is_length(value))
            return "content_length";
    } else if (strcasecmp(name, "Host") == 0) {
        framing->hosts++;
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        framing->encodings++;
        if (!value || strcasecmp(value, "chunked") != 0)
            return "transfer_encoding";
    }
    return NULL;
}

static enum MHD_Result check_field(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_size, const char *value, size_t value_size)
{
    struct framing *framing = context;
    const char *fault;

    (void)kind;
    seams_pass(&framing->seams, name, name_size, value, value_size);
    if (strlen(name) != name_size || !field_name_is_valid(name))
        fault = "header_name";
    else if (value && !is_line(value, value_size))
        fault = "header_value";
    else
        fault = count_field(framing, name, value);
    if (!framing->fault)
        framing->fault = fault;
    return MHD_YES;
}

/* Whether the head stood in the buffer as RFC 9112 writes one. */
static bool seams_are_sound(const struct request *request, const struct seams *seams,
                            const char *version)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    return seams->sound && info && seams_end_head(seams, request->method, info->header_size) &&
           seams_join_words(request->method, request->target_at, strlen(request->raw), version);
}

/* A message whose length two servers could see differently goes no further (RFC 9112, 6.3
 * and 11.2): libmicrohttpd takes the first of two lengths and any transfer coding. */
const char *framing_fault(const struct request *request, const char *version)
{
    struct framing framing = {.seams = seams_behind(version)};

    MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND, check_field, &framing);
    /* HTTP/1.0 has no transfer codings: a server of that age would look for another end. */
    if (framing.encodings > 0 && strcmp(version, MHD_HTTP_VERSION_1_0) == 0)
        return "transfer_encoding";
    if (framing.fault)
        return framing.fault;
    if (framing.hosts > 1)
        return "host";
    if (framing.lengths + framing.encodings > 1)
        return "two_lengths";
    if (request->worker->seams && !seams_are_sound(request, &framing.seams, version))
        return "lines";
    return NULL;
}
