/* The fields lie one after the other in a growing text, and are searched from its beginning. See
 * answer_head.h. */
#include <config.h>

#include "answer_head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fields.h"

void answer_head_clear(struct answer_head *head)
{
    head->fields.size = 0;
}

void answer_head_free(struct answer_head *head)
{
    free(head->fields.data);
    head->fields = (struct text){0};
}

/* --- reading ------------------------------------------------------------------------------------
 */

/* Whether a Content-Length says how long (RFC 9110, 8.6). Past what libcurl counts to it
 * reads until the connection ends, so that half an answer would look whole. */
static bool is_length(const char *digits, size_t size)
{
    int64_t length = 0;

    for (size_t i = 0; i < size; i++) {
        int digit = digits[i] - '0';

        if (digit < 0 || digit > 9 || length > (INT64_MAX - digit) / 10)
            return false;
        length = length * 10 + digit;
    }
    return size > 0;
}

bool answer_head_add(struct answer_head *head, const char *line, size_t size)
{
    static const char length[] = MHD_HTTP_HEADER_CONTENT_LENGTH;
    const char *colon = memchr(line, ':', size);
    const char *value = colon ? colon + 1 : NULL;
    const char *end = line + size;

    if (!colon)
        return true;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    text_add(&head->fields, line, (size_t)(colon - line));
    text_add(&head->fields, "", 1);
    text_add(&head->fields, value, (size_t)(end - value));
    text_add(&head->fields, "", 1);
    return (size_t)(colon - line) != sizeof(length) - 1 ||
           strncasecmp(line, length, sizeof(length) - 1) != 0 ||
           is_length(value, (size_t)(end - value));
}

/* --- looking ------------------------------------------------------------------------------------
 */

bool answer_head_next(const struct answer_head *head, const char **name, const char **value)
{
    const char *next = *value ? *value + strlen(*value) + 1 : head->fields.data;

    if (!next || next >= head->fields.data + head->fields.size)
        return false;
    *name = next;
    *value = next + strlen(next) + 1;
    return true;
}

const char *answer_head_field(const struct answer_head *head, const char *wanted)
{
    const char *name = NULL, *value = NULL;

    while (answer_head_next(head, &name, &value)) {
        if (strcasecmp(name, wanted) == 0)
            return value;
    }
    return NULL;
}

const char *answer_head_redirect(const struct answer_head *head, const char *path)
{
    const char *location =
        head->status == MHD_HTTP_FOUND ? answer_head_field(head, MHD_HTTP_HEADER_LOCATION) : NULL;
    const size_t scheme = location ? strcspn(location, ":/?#") : 0;
    const bool absolute = location && strncmp(location + scheme, "://", 3) == 0;
    const char *host = absolute ? location + scheme + 3 : NULL;
    const char *at = host ? host + strcspn(host, "/") : location;
    const size_t size = strlen(path);

    return at && strncmp(at, path, size) == 0 && strchr(";?#", at[size]) ? location : NULL;
}

uint64_t answer_head_length(const struct answer_head *head)
{
    const char *told = answer_head_field(head, MHD_HTTP_HEADER_CONTENT_LENGTH);

    return told ? strtoull(told, NULL, 10) : MHD_SIZE_UNKNOWN;
}

bool answer_head_is_document(const struct answer_head *head)
{
    static const char *const types[] = {"text/html", "application/xhtml+xml", "application/json",
                                        "application/xml", "text/xml"};
    const char *type = answer_head_field(head, MHD_HTTP_HEADER_CONTENT_TYPE);

    for (size_t i = 0; type && i < sizeof(types) / sizeof(types[0]); i++) {
        if (strncasecmp(type, types[i], strlen(types[i])) == 0)
            return true;
    }
    return false;
}

/* --- passing on ---------------------------------------------------------------------------------
 */

/* What the Connection fields list: together they are one list (RFC 9110, 5.3). */
static struct text connection_of(const struct answer_head *head)
{
    const char *name = NULL, *value = NULL;
    struct text list = {0};

    while (answer_head_next(head, &name, &value)) {
        if (strcasecmp(name, MHD_HTTP_HEADER_CONNECTION) == 0) {
            text_adds(&list, value);
            text_adds(&list, ",");
        }
    }
    return list;
}

/* Adds one that is not for this hop alone. A value with half an end of line in it has no one
 * reading either, and stays here: libmicrohttpd 0.9.75 would refuse it, and where that was a second
 * Date, die of the third. It takes everything else but empty values: where it does not, memory is
 * short. */
static bool pass_on(const char *name, const char *value, struct MHD_Response *response)
{
    return !field_name_is_valid(name) || value[strcspn(value, "\r\n")] != '\0' ||
           strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0 ||
           MHD_add_response_header(response, name, value[0] ? value : " ") == MHD_YES;
}

/* Whether it says how long a cache may keep the answer. */
static bool is_about_keeping(const char *name)
{
    static const char *const names[] = {MHD_HTTP_HEADER_CACHE_CONTROL, MHD_HTTP_HEADER_EXPIRES,
                                        "CDN-Cache-Control", "Surrogate-Control"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}

bool answer_head_copy(const struct answer_head *head, bool may_be_kept,
                      struct MHD_Response *response)
{
    struct text connection = connection_of(head);
    const char *name = NULL, *value = NULL;
    bool good = !connection.bad;

    while (good && answer_head_next(head, &name, &value)) {
        if (!field_is_hop_by_hop(name, connection.data) && (may_be_kept || !is_about_keeping(name)))
            good = pass_on(name, value, response);
    }
    free(connection.data);
    return good && (may_be_kept || MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
                                                           "no-store") == MHD_YES);
}
