/* Compact serializations: what signed and encrypted tokens have in common. */
#include "compact.h"

#include <stdlib.h>
#include <string.h>

#include "base64url.h"
#include "fail.h"
#include "json.h"
#include "secret.h"

bool compact_split(const char *token, size_t max, struct compact *compact)
{
    size_t size = strnlen(token, max + 1);
    size_t start = 0;

    *compact = (struct compact){.count = 0};
    if (size > max)
        return false;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && token[i] != '.')
            continue;
        if (compact->count < COMPACT_ENCRYPTED)
            compact->parts[compact->count] = (struct compact_part){token + start, i - start};
        compact->count++;
        start = i + 1;
    }
    return true;
}

oidc_code compact_read_object(const struct compact_part *part, const char *name,
                              oidc_code malformed, json_t **object, oidc_error *error)
{
    size_t room = base64url_decoded_size(part->size) + 1;
    char *bytes = malloc(room);
    const char *reason = "is not base64url";
    size_t size;

    *object = NULL;
    if (!bytes)
        return oidc_fail_memory(error);
    if (base64url_decode(part->text, part->size, bytes, &size))
        *object = json_read_object(bytes, size, &reason);
    secret_free(bytes, room);
    if (*object)
        return OIDC_OK;
    return reason == json_no_memory
               ? oidc_fail_memory(error)
               : oidc_fail(error, malformed, "the token's %s %s", name, reason);
}

oidc_code compact_check_header(const json_t *header, const char *const refused[],
                               const char *const texts[], oidc_code malformed, oidc_error *error)
{
    for (size_t i = 0; refused[i]; i++)
        if (json_object_get(header, refused[i]))
            return oidc_fail(error, malformed,
                             "the token's header has \"%s\", which is not accepted", refused[i]);
    for (size_t i = 0; texts[i]; i++) {
        const json_t *value = json_object_get(header, texts[i]);
        if (value && !json_is_string(value))
            return oidc_fail(error, malformed,
                             "the token's header has a \"%s\" that is not a string", texts[i]);
    }
    return OIDC_OK;
}
