/*
 * Fuzzes the judgement of header fields: the first line of the input is a name, the second a
 * Connection header's value. A name that a server could fold into one of ours is one of ours.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/fields.h"
#include "tests/fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char prefix[] = "X-XNAT-OIDC-";

static bool is_plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* As CGI and frameworks do it: all that is no letter and no digit becomes `put` (NUL: goes). */
static char *fold(const char *name, char put)
{
    char *folded = calloc(strlen(name) + 1, 1);
    size_t used = 0;

    require(folded != NULL);
    for (; *name; name++) {
        if (is_plain(*name))
            folded[used++] = (char)tolower((unsigned char)*name);
        else if (put)
            folded[used++] = put;
    }
    return folded;
}

static void check_identity(const char *name)
{
    static const char puts[] = {'_', '-', '\0'};
    bool ours = field_is_identity(name, prefix);

    for (size_t i = 0; i < sizeof puts; i++) {
        char *a = fold(name, puts[i]);
        char *b = fold(prefix, puts[i]);

        require(ours || strncmp(a, b, strlen(b)) != 0);
        free(a);
        free(b);
    }
}

/* What a Connection header is not heard about: RFC 9110 section 7.6.1 forbids to name it. */
static bool is_for_everybody(const char *name)
{
    static const char *const names[] = {"authorization",  "cache-control", "content-encoding",
                                        "content-length", "content-range", "content-type",
                                        "cookie",         "host"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcasecmp(names[i], name) == 0)
            return true;
    return false;
}

static void check_connection(const char *name, const char *connection)
{
    bool hop = field_is_hop_by_hop(name, connection);

    require(!field_is_hop_by_hop(name, NULL) || hop);
    if (field_name_is_valid(name) && field_list_has(connection, name))
        require(hop != is_for_everybody(name));
    if (field_name_is_valid(name)) {
        for (const char *at = name; *at; at++)
            require((unsigned char)*at > ' ' && (unsigned char)*at < 0x7f && *at != ':');
        require(name[0] != '\0');
        require(!strcasecmp(connection, name) ==
                (field_list_has(connection, name) && strlen(connection) == strlen(name)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t first = end ? (size_t)(end - data) : size;
    char *name = strndup((const char *)data, first);
    char *connection = end ? strndup((const char *)end + 1, size - first - 1) : strdup("");

    if (name && connection) {
        check_identity(name);
        check_connection(name, connection);
    }
    free(name);
    free(connection);
    return 0;
}
