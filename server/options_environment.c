/* The environment of oidc-sidecar: variables that are options, nearly so, and not at all. */
#include "options_reading.h"

#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "spelling.h"

#define ENVIRONMENT_PREFIX "OIDC_SIDECAR_"

/* Bytes of a strange variable's name that are told: enough to find it. */
#define STRANGE_VARIABLE_SHOWN 100

/* Room for a variable's name: the prefix and a name that is worth comparing. */
#define VARIABLE_SIZE (sizeof(ENVIRONMENT_PREFIX) + SPELLING_MAX)

/* "session-ttl" is OIDC_SIDECAR_SESSION_TTL there. */
static void variable_name(const struct option *option, char name[VARIABLE_SIZE])
{
    size_t size = (size_t)snprintf(name, VARIABLE_SIZE, "%s%s", ENVIRONMENT_PREFIX, option->name);
    for (size_t i = 0; i < size; i++) {
        if (name[i] == '-')
            name[i] = '_';
        else if (name[i] >= 'a' && name[i] <= 'z')
            name[i] = (char)(name[i] - 'a' + 'A');
    }
}

/* Size of the name of a variable that begins as ours do; 0 for any other. */
static size_t size_of_name(const char *entry)
{
    const size_t size = strcspn(entry, "=");
    return entry[size] && strncmp(entry, ENVIRONMENT_PREFIX, sizeof(ENVIRONMENT_PREFIX) - 1) == 0
               ? size
               : 0;
}

/* The option that a variable is for, or NULL; *near becomes one that is spelt nearly like it. */
static const struct option *option_of_variable(const char *entry, size_t size,
                                               const struct option **near)
{
    char word[VARIABLE_SIZE], known[VARIABLE_SIZE];
    *near = NULL;
    if (size >= sizeof(word))
        return NULL;
    memcpy(word, entry, size);
    word[size] = '\0';
    for (size_t i = 0; i < options_table_size; i++) {
        const struct option *option = &options_table[i];
        variable_name(option, known);
        if (option->read && strcmp(word, known) == 0)
            return option;
        if (option->read && option->help &&
            spelling_is_near(word + sizeof(ENVIRONMENT_PREFIX) - 1,
                             known + sizeof(ENVIRONMENT_PREFIX) - 1))
            *near = option;
    }
    return NULL;
}

/* Takes each part of a value that has several. */
static void take_parts(struct reading *reading, const struct option *option, const char *source,
                       const char *value)
{
    const char separators[] = {option->separator, '\0'};
    while (*value) {
        const size_t size = strcspn(value, separators);
        char *part = strndup(value, size);
        if (!part) {
            options_complain(reading, "out of memory");
            return;
        }
        if (size > 0)
            options_take(reading, option, source, part);
        free(part);
        value += size + (value[size] ? 1 : 0);
    }
}

/* Takes a variable's value, unless the command line has won. */
static void take_variable(struct reading *reading, const struct option *option, const char *value)
{
    char source[VARIABLE_SIZE];

    /* an empty one is as good as none: that is how compose files leave one open */
    if (!*value || reading->given[option - options_table])
        return;
    variable_name(option, source);
    reading->given[option - options_table] = true;
    if (option->separator)
        take_parts(reading, option, source, value);
    else
        options_take(reading, option, source, value);
}

void options_take_variable(struct reading *reading, char *entry)
{
    const struct option *near;
    const size_t size = size_of_name(entry);
    if (size == 0)
        return;
    const struct option *option = option_of_variable(entry, size, &near);
    char *value = entry + size + 1;
    if (option) {
        take_variable(reading, option, value);
        options_hide(option, value, '\0');
    } else if (near) {
        char known[VARIABLE_SIZE];
        variable_name(near, known);
        options_complain(reading, "the environment has %.*s; did you mean %s?", (int)size, entry,
                         known);
    }
}

/* --- what is no option's ------------------------------------------------------------------------
 */

/* How the names end that Kubernetes makes for a service; what stands before is the service's name,
 * which may be more than our prefix (oidc-sidecar-admin). */
static bool is_end_from_kubernetes(const char *end, size_t size, const char *value)
{
    static const char host[] = "SERVICE_HOST", port[] = "SERVICE_PORT", link[] = "PORT";
    if (size == sizeof(host) - 1 && memcmp(end, host, size) == 0)
        return true;
    if (size >= sizeof(port) - 1 && memcmp(end, port, sizeof(port) - 1) == 0)
        return size == sizeof(port) - 1 || end[sizeof(port) - 1] == '_';
    if (size < sizeof(link) - 1 || memcmp(end, link, sizeof(link) - 1) != 0)
        return false;
    /* OIDC_SIDECAR_PORT=8081 was somebody's wish; Kubernetes writes tcp://10.0.0.1:8081 there */
    if (size == sizeof(link) - 1)
        return strstr(value, "://") != NULL;
    return size > sizeof(link) && end[sizeof(link) - 1] == '_' && ascii_is_digit(end[sizeof(link)]);
}

static bool is_from_kubernetes(const char *entry, size_t size)
{
    for (size_t i = sizeof(ENVIRONMENT_PREFIX) - 1; i < size; i++)
        if (entry[i - 1] == '_' && is_end_from_kubernetes(entry + i, size - i, entry + size + 1))
            return true;
    return false;
}

/* The variable that was probably meant by one of ours; false: there is none. */
static bool guess_variable(const char *entry, size_t size, char known[VARIABLE_SIZE])
{
    char word[SPELLING_MAX + 1];
    const size_t start = sizeof(ENVIRONMENT_PREFIX) - 1;
    if (size - start >= sizeof(word))
        return false;
    for (size_t i = start; i < size; i++) {
        const bool upper = entry[i] >= 'A' && entry[i] <= 'Z';
        word[i - start] = (char)(entry[i] == '_' ? '-' : upper ? entry[i] - 'A' + 'a' : entry[i]);
    }
    word[size - start] = '\0';
    const struct option *meant = options_guess(word);
    if (!meant || !meant->read)
        return false;
    variable_name(meant, known);
    return true;
}

void options_strange_variables(char *const environment[], strange_variable *tell, void *context)
{
    for (size_t i = 0; environment && environment[i]; i++) {
        char name[STRANGE_VARIABLE_SHOWN + 1], known[VARIABLE_SIZE];
        const struct option *near;
        const char *entry = environment[i];
        const size_t size = size_of_name(entry);
        if (size == 0 || !entry[size + 1] || option_of_variable(entry, size, &near) ||
            is_from_kubernetes(entry, size))
            continue;
        snprintf(name, sizeof(name), "%.*s", (int)size, entry);
        tell(context, name, guess_variable(entry, size, known) ? known : NULL);
    }
}
