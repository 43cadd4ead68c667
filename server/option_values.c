/* Readers of option values. */
#include <config.h>

#include "option_values.h"

#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "fields.h"
#include "number.h"

/* Longer paths and prefixes are a mistake; they go into every cookie, redirect and header. */
#define PATH_VALUE_MAX 256
#define HEADER_PREFIX_MAX 64
#define HEADER_PREFIX_LETTERS 3

static const char host_characters[] = ASCII_ALPHANUMERIC ".-_"; /* '_' as in names of containers */
static const char segment_characters[] = ASCII_ALPHANUMERIC ".-_~";

static void *field_of(const struct option *option, struct options *options)
{
    return (char *)options + option->offset;
}

static enum option_result store_copy(char **field, const char *value, size_t size)
{
    char *copy = strndup(value, size);
    if (!copy)
        return OPTION_MEMORY;
    free(*field);
    *field = copy;
    return OPTION_TAKEN;
}

enum option_result option_read_text(const struct option *option, const char *value,
                                    struct options *options)
{
    if (!*value)
        return OPTION_WRONG;
    return store_copy(field_of(option, options), value, strlen(value));
}

enum option_result option_read_config(const struct option *option, const char *value,
                                      struct options *options)
{
    (void)option;
    if (!*value || options->config_count == OPTIONS_REPEAT_MAX)
        return OPTION_WRONG;
    char *copy = strdup(value);
    if (!copy)
        return OPTION_MEMORY;
    options->configs[options->config_count++] = copy;
    return OPTION_TAKEN;
}

enum option_result option_read_cidr(const struct option *option, const char *value,
                                    struct options *options)
{
    (void)option;
    if (options->trusted_proxy_count == OPTIONS_REPEAT_MAX ||
        !cidr_parse(value, &options->trusted_proxies[options->trusted_proxy_count]))
        return OPTION_WRONG;
    options->trusted_proxy_count++;
    return OPTION_TAKEN;
}

enum option_result option_read_listen(const struct option *option, const char *value,
                                      struct options *options)
{
    struct listen_address *field = field_of(option, options);
    return listen_address_parse(value, field) ? OPTION_TAKEN : OPTION_WRONG;
}

enum option_result option_read_count(const struct option *option, const char *value,
                                     struct options *options)
{
    int64_t number;
    const char *end;
    if (!number_read(value, option->most, &number, &end) || *end || number < option->least)
        return OPTION_WRONG;
    *(unsigned *)field_of(option, options) = (unsigned)number;
    return OPTION_TAKEN;
}

enum option_result option_read_duration(const struct option *option, const char *value,
                                        struct options *options)
{
    static const char units[] = "smhd";
    static const int64_t seconds[] = {1, 60, 3600, 86400};
    int64_t number;
    const char *end;
    if (!number_read(value, option->most, &number, &end))
        return OPTION_WRONG;
    if (*end) {
        const char *unit = strchr(units, *end);
        if (!unit || end[1])
            return OPTION_WRONG;
        number *= seconds[unit - units];
    }
    if (number < option->least || number > option->most)
        return OPTION_WRONG;
    *(int64_t *)field_of(option, options) = number;
    return OPTION_TAKEN;
}

/* The size of the host at the start of a text: a name, an IPv4 address, or an IPv6 one in
 * brackets. */
static size_t host_size(const char *text)
{
    if (*text != '[')
        return strspn(text, ASCII_ALPHANUMERIC) > 0 ? strspn(text, host_characters) : 0;
    const size_t size = 1 + strspn(text + 1, ASCII_IPV6);
    struct cidr ignored;
    char inside[64];
    if (text[size] != ']' || size - 1 >= sizeof(inside))
        return 0;
    memcpy(inside, text + 1, size - 1);
    inside[size - 1] = '\0';
    return strchr(inside, ':') && cidr_parse(inside, &ignored) ? size + 1 : 0;
}

enum option_result option_read_origin(const struct option *option, const char *value,
                                      struct options *options)
{
    size_t at = 0;
    if (strncmp(value, "http://", 7) == 0)
        at = 7;
    else if (strncmp(value, "https://", 8) == 0)
        at = 8;
    const size_t host = at ? host_size(value + at) : 0;
    if (host == 0)
        return OPTION_WRONG;
    at += host;
    if (value[at] == ':') {
        int64_t port;
        const char *end;
        if (!number_read(value + at + 1, 65535, &port, &end) || port == 0)
            return OPTION_WRONG;
        at = (size_t)(end - value);
    }
    if (strcmp(value + at, "") != 0 && strcmp(value + at, "/") != 0)
        return OPTION_WRONG;
    return store_copy(field_of(option, options), value, at);
}

/* Plain characters alone, so that the path has one spelling and needs no escape anywhere. */
enum option_result option_read_path(const struct option *option, const char *value,
                                    struct options *options)
{
    const size_t size = strlen(value);
    if (size > PATH_VALUE_MAX || *value != '/')
        return OPTION_WRONG;
    for (const char *at = value; *at == '/';) {
        const char *segment = at + 1;
        const size_t length = strspn(segment, segment_characters);
        at = segment + length;
        if (length == 0 || strspn(segment, ".") >= length || (*at && *at != '/'))
            return OPTION_WRONG;
    }
    return store_copy(field_of(option, options), value, size);
}

/* A prefix that one of these begins with would have us take it off every request. */
static bool hides_common_field(const char *prefix)
{
    static const char *const common[] = {
        "Accept",
        "Accept-Encoding",
        "Authorization",
        "Cache-Control",
        "Connection",
        "Content-Length",
        "Content-Type",
        "Cookie",
        "Expect",
        "Forwarded",
        "Host",
        "If-Modified-Since",
        "If-None-Match",
        "Origin",
        "Range",
        "Referer",
        "Sec-Fetch-Mode",
        "TE",
        "Transfer-Encoding",
        "Upgrade",
        "User-Agent",
        "Via",
        "X-Forwarded-For",
        "X-Requested-With",
    };
    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
        if (field_is_identity(common[i], prefix))
            return true;
    return false;
}

enum option_result option_read_header_prefix(const struct option *option, const char *value,
                                             struct options *options)
{
    const size_t size = strlen(value);
    size_t letters = 0;
    for (const char *at = value; *at; at++)
        letters += ascii_is_letter(*at);
    if (size > HEADER_PREFIX_MAX || letters < HEADER_PREFIX_LETTERS ||
        !field_name_is_valid(value) || hides_common_field(value))
        return OPTION_WRONG;
    return store_copy(field_of(option, options), value, size);
}

/* A choice is stored through a pointer to unsigned: what these enums are made of. */
_Static_assert(sizeof(enum handoff) == sizeof(unsigned) &&
                   sizeof(enum unauthenticated) == sizeof(unsigned) &&
                   sizeof(enum log_format) == sizeof(unsigned) &&
                   sizeof(enum log_level) == sizeof(unsigned),
               "an enum is as wide as unsigned");

enum option_result option_read_choice(const struct option *option, const char *value,
                                      struct options *options)
{
    for (unsigned i = 0; option->words[i]; i++)
        if (*option->words[i] && strcmp(option->words[i], value) == 0) {
            *(unsigned *)field_of(option, options) = i;
            return OPTION_TAKEN;
        }
    return OPTION_WRONG;
}

enum option_result option_read_switch(const struct option *option, const char *value,
                                      struct options *options)
{
    const bool on = strcmp(value, "true") == 0;
    if (!on && strcmp(value, "false") != 0)
        return OPTION_WRONG;
    *(bool *)field_of(option, options) = on;
    return OPTION_TAKEN;
}

#ifdef HAVE_HIREDIS
enum option_result option_read_redis(const struct option *option, const char *value,
                                     struct options *options)
{
    static const enum option_result results[] = {
        [REDIS_ADDRESS_OK] = OPTION_TAKEN,
        [REDIS_ADDRESS_WRONG] = OPTION_WRONG,
        [REDIS_ADDRESS_MEMORY] = OPTION_MEMORY,
    };
    struct redis_address *field = field_of(option, options);
    redis_address_clear(field);
    return results[redis_address_parse(value, field)];
}
#else
enum option_result option_read_redis(const struct option *option, const char *value,
                                     struct options *options)
{
    (void)option;
    (void)value;
    (void)options;
    return OPTION_ABSENT;
}
#endif

static void clear_configs(struct options *options)
{
    for (size_t i = 0; i < options->config_count; i++)
        free((void *)(uintptr_t)options->configs[i]); /* ours, shown to others as const */
    options->config_count = 0;
}

static void clear_text(char **field)
{
    free(*field);
    *field = NULL;
}

void option_clear(const struct option *option, struct options *options)
{
    option_reader *const read = option->read;
    if (read == option_read_config)
        clear_configs(options);
    else if (read == option_read_redis)
        redis_address_clear(field_of(option, options));
    else if (read == option_read_text || read == option_read_origin || read == option_read_path ||
             read == option_read_header_prefix)
        clear_text(field_of(option, options));
}
