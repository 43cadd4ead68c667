/* The command line and the environment of oidc-sidecar. */
#include "options.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "option_values.h"
#include "options_table.h"
#include "spelling.h"

#define PROGRAM "oidc-sidecar"
#define ENVIRONMENT_PREFIX "OIDC_SIDECAR_"

/* Bytes of a strange variable's name that are told: enough to find it. */
#define STRANGE_VARIABLE_SHOWN 100

/* Room for a variable's name: the prefix and a name that is worth comparing. */
#define VARIABLE_SIZE (sizeof ENVIRONMENT_PREFIX + SPELLING_MAX)

/* One run over command line and environment. Goes on after a mistake, so that all are told at once.
 */
struct reading {
    struct options *options;
    FILE *out;
    FILE *err;
    bool given[OPTIONS_TABLE_MAX]; /* on the command line or in the environment */
    bool wrong;
    bool done; /* something was printed that was asked for */
};

__attribute__((format(printf, 2, 3))) static void complain(struct reading *reading,
                                                           const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs(PROGRAM ": ", reading->err);
    vfprintf(reading->err, format, arguments);
    fputc('\n', reading->err);
    va_end(arguments);
    reading->wrong = true;
}

/* Gives a value to an option. @param source  how the person named it: option or variable. */
static void take(struct reading *reading, const struct option *option, const char *source,
                 const char *value)
{
    /* what looks like user:password@host does not belong in a message */
    const char *shown = option->secret || strchr(value, '@') ? "(not shown)" : value;
    switch (option->read(option, value, reading->options)) {
    case OPTION_TAKEN:
        break;
    case OPTION_WRONG:
        complain(reading, "%s: got \"%s\", expected %s", source, shown, option->expected);
        break;
    case OPTION_ABSENT:
        complain(reading, "%s: this program was built without %s, which it takes", source,
                 option->library);
        break;
    case OPTION_MEMORY:
        complain(reading, "out of memory");
        break;
    }
}

/* Whoever may list processes may read their command lines, and this user's other processes their
 * environments (proc(5)): what is secret does not stay there. */
static void hide(const struct option *option, char *value, char blot)
{
    if (option->secret && value)
        memset(value, blot, strlen(value));
}

/* --- the command line ---------------------------------------------------------------------------
 */

static const struct option *find_option(const char *name, size_t size)
{
    for (size_t i = 0; i < options_table_size; i++)
        if (strlen(options_table[i].name) == size && memcmp(options_table[i].name, name, size) == 0)
            return &options_table[i];
    return NULL;
}

/* Whether a word is the name, or its plural, with more behind it: redis-url, trusted-proxies. */
static bool is_drawn_out(const char *word, const char *name)
{
    return strncmp(word, name, strlen(name) - 1) == 0 && strlen(word) > strlen(name);
}

/* The option that was probably meant: nearly the same, the same cut short, or (the longest) drawn
 * out; NULL for none. */
static const struct option *guess_option(const char *name)
{
    const struct option *longest = NULL;
    for (size_t i = 0; i < options_table_size; i++) {
        const struct option *option = &options_table[i];
        const bool cut = *name && strncmp(option->name, name, strlen(name)) == 0;
        if (!option->help)
            continue;
        if (cut || spelling_is_near(name, option->name))
            return option;
        if (is_drawn_out(name, option->name) &&
            (!longest || strlen(option->name) > strlen(longest->name)))
            longest = option;
    }
    return longest;
}

static void complain_unknown(struct reading *reading, const char *name, size_t size)
{
    char word[SPELLING_MAX + 1];
    const size_t length = size < sizeof word ? size : sizeof word - 1;
    memcpy(word, name, length);
    word[length] = '\0';
    const struct option *meant = guess_option(word);
    if (meant)
        complain(reading, "there is no option --%s; did you mean --%s?", word, meant->name);
    else
        complain(reading, "there is no option --%s", word);
}

/* What an option asks for that prints something instead of setting it. */
static void print_and_end(struct reading *reading, const struct option *option, const char *value)
{
    const bool manual = value && option->print_manual && strcmp(value, "man") == 0;
    if (value && !manual) {
        complain(reading, "--%s takes no value", option->name);
        return;
    }
    reading->done = true;
    (manual ? option->print_manual : option->print)(reading->out);
}

static const struct option *find_letter(const char *argument)
{
    for (size_t i = 0; i < options_table_size; i++)
        if (options_table[i].letter && argument[0] == '-' &&
            argument[1] == options_table[i].letter && !argument[2])
            return &options_table[i];
    return NULL;
}

/* Reads the argument at *index, and the value behind it where it takes one. */
static void read_argument(struct reading *reading, int argc, char *const argv[], int *index)
{
    char *argument = argv[*index];
    const struct option *brief = find_letter(argument);
    if (brief) {
        print_and_end(reading, brief, NULL);
        return;
    }
    if (strncmp(argument, "--", 2) != 0 || !argument[2]) {
        complain(reading, "\"%s\" is no option; a provider file is named by --config", argument);
        return;
    }
    char *name = argument + 2;
    const size_t size = strcspn(name, "=");
    char *value = name[size] ? name + size + 1 : NULL;
    const struct option *option = find_option(name, size);
    if (option && option->print) {
        print_and_end(reading, option, value);
        return;
    }
    if ((!option || option->metavar) && !value && *index + 1 < argc &&
        strncmp(argv[*index + 1], "--", 2) != 0)
        value = argv[++*index]; /* an unknown option's as well: it is no second mistake */
    if (!option) {
        complain_unknown(reading, name, size);
        return;
    }

    bool *given = &reading->given[option - options_table];
    char source[SPELLING_MAX];
    snprintf(source, sizeof source, "--%s", option->name);
    if (option->metavar && !value)
        complain(reading, "%s needs a value: %s", source, option->metavar);
    else if (!option->metavar && value)
        complain(reading, "%s takes no value", source);
    else if (*given && !option->separator)
        complain(reading, "%s is given twice", source);
    else
        take(reading, option, source, value ? value : "true");
    hide(option, value, '*');
    *given = true;
}

/* --- the environment ----------------------------------------------------------------------------
 */

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
    return entry[size] && strncmp(entry, ENVIRONMENT_PREFIX, sizeof ENVIRONMENT_PREFIX - 1) == 0
               ? size
               : 0;
}

/* The option that a variable is for, or NULL; *near becomes one that is spelt nearly like it. */
static const struct option *option_of_variable(const char *entry, size_t size,
                                               const struct option **near)
{
    char word[VARIABLE_SIZE], known[VARIABLE_SIZE];
    *near = NULL;
    if (size >= sizeof word)
        return NULL;
    memcpy(word, entry, size);
    word[size] = '\0';
    for (size_t i = 0; i < options_table_size; i++) {
        const struct option *option = &options_table[i];
        variable_name(option, known);
        if (option->read && strcmp(word, known) == 0)
            return option;
        if (option->read && option->help &&
            spelling_is_near(word + sizeof ENVIRONMENT_PREFIX - 1,
                             known + sizeof ENVIRONMENT_PREFIX - 1))
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
            complain(reading, "out of memory");
            return;
        }
        if (size > 0)
            take(reading, option, source, part);
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
        take(reading, option, source, value);
}

/* A name that is none's but nearly one's is a mistake that must not go unseen. Of what is left
 * aside, options_strange_variables tells. */
static void read_variable(struct reading *reading, char *entry)
{
    const struct option *near;
    const size_t size = size_of_name(entry);
    if (size == 0)
        return;
    const struct option *option = option_of_variable(entry, size, &near);
    char *value = entry + size + 1;
    if (option) {
        take_variable(reading, option, value);
        hide(option, value, '\0');
    } else if (near) {
        char known[VARIABLE_SIZE];
        variable_name(near, known);
        complain(reading, "the environment has %.*s; did you mean %s?", (int)size, entry, known);
    }
}

/* How the names end that Kubernetes makes for a service; what stands before is the service's name,
 * which may be more than our prefix (oidc-sidecar-admin). */
static bool is_end_from_kubernetes(const char *end, size_t size, const char *value)
{
    static const char host[] = "SERVICE_HOST", port[] = "SERVICE_PORT", link[] = "PORT";
    if (size == sizeof host - 1 && memcmp(end, host, size) == 0)
        return true;
    if (size >= sizeof port - 1 && memcmp(end, port, sizeof port - 1) == 0)
        return size == sizeof port - 1 || end[sizeof port - 1] == '_';
    if (size < sizeof link - 1 || memcmp(end, link, sizeof link - 1) != 0)
        return false;
    /* OIDC_SIDECAR_PORT=8081 was somebody's wish; Kubernetes writes tcp://10.0.0.1:8081 there */
    if (size == sizeof link - 1)
        return strstr(value, "://") != NULL;
    return size > sizeof link && end[sizeof link - 1] == '_' && end[sizeof link] >= '0' &&
           end[sizeof link] <= '9';
}

static bool is_from_kubernetes(const char *entry, size_t size)
{
    for (size_t i = sizeof ENVIRONMENT_PREFIX - 1; i < size; i++)
        if (entry[i - 1] == '_' && is_end_from_kubernetes(entry + i, size - i, entry + size + 1))
            return true;
    return false;
}

/* The variable that was probably meant by one of ours; false: there is none. */
static bool guess_variable(const char *entry, size_t size, char known[VARIABLE_SIZE])
{
    char word[SPELLING_MAX + 1];
    const size_t start = sizeof ENVIRONMENT_PREFIX - 1;
    if (size - start >= sizeof word)
        return false;
    for (size_t i = start; i < size; i++) {
        const bool upper = entry[i] >= 'A' && entry[i] <= 'Z';
        word[i - start] = (char)(entry[i] == '_' ? '-' : upper ? entry[i] - 'A' + 'a' : entry[i]);
    }
    word[size - start] = '\0';
    const struct option *meant = guess_option(word);
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
        snprintf(name, sizeof name, "%.*s", (int)size, entry);
        tell(context, name, guess_variable(entry, size, known) ? known : NULL);
    }
}

/* --- what remains open, and what fits together --------------------------------------------------
 */

static unsigned default_workers(void)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > WORKERS_MOST ? WORKERS_MOST : (unsigned)processors;
}

static void fill_defaults(struct reading *reading)
{
    struct options *options = reading->options;
    const bool idle_open = options->session_idle == 0;
    for (size_t i = 0; i < options_table_size; i++) {
        const struct option *option = &options_table[i];
        if (!reading->given[i] && option->read && option->standard)
            take(reading, option, option->name, option->standard);
    }
    if (idle_open && options->session_idle > options->session_ttl)
        options->session_idle = options->session_ttl;
    if (options->workers == 0)
        options->workers = default_workers();
}

/* Whether a path is the other or below it. */
static bool lies_within(const char *path, const char *other)
{
    const size_t size = strlen(other);
    return strncmp(path, other, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

static bool is_same_address(const struct listen_address *a, const struct listen_address *b)
{
    static const char any_port[] = ":0";
    const size_t size = strlen(a->text);
    if (size >= 2 && strcmp(a->text + size - 2, any_port) == 0)
        return false;
    return a->size == b->size && memcmp(&a->address, &b->address, a->size) == 0;
}

/* A sidecar that is its own upstream asks itself until it has no descriptors left. */
static void check_upstream(struct reading *reading)
{
    const struct options *options = reading->options;
    const struct {
        const char *name;
        const struct listen_address *address;
    } own[] = {{"--listen", &options->listen}, {"--admin-listen", &options->admin_listen}};
    for (size_t i = 0; options->upstream && i < sizeof own / sizeof own[0]; i++)
        if (listen_address_answers(own[i].address, options->upstream))
            complain(reading,
                     "--upstream is the sidecar's own address (%s %s): it must be XNAT's, such as "
                     "http://127.0.0.1:8080",
                     own[i].name, own[i].address->text);
}

static void check_together(struct reading *reading)
{
    const struct options *options = reading->options;
    if (options->config_count == 0)
        complain(reading, "--config is missing: name the openid-provider.properties file, or the "
                          "folder that holds it");
    if (options->session_idle > options->session_ttl)
        complain(reading, "--session-idle is longer than --session-ttl; a session cannot idle "
                          "longer than it lasts");
    if (is_same_address(&options->listen, &options->admin_listen))
        complain(reading,
                 "--listen and --admin-listen are the same address (%s); health and "
                 "metrics need one of their own",
                 options->listen.text);
    check_upstream(reading);
    if (options->handoff == HANDOFF_XNAT_TOKEN && !options->upstream)
        complain(reading, "--handoff xnat-token needs --upstream: without it there is no XNAT to "
                          "get tokens from");
    if (options->handoff == HANDOFF_XNAT_TOKEN && !options->xnat_admin_file)
        complain(reading, "--handoff xnat-token needs --xnat-admin-file, a file with "
                          "user:password of an XNAT site administrator; write one with: (umask 077 "
                          "&& printf '%%s' 'user:password' > xnat-admin)");
    if (options->handoff != HANDOFF_XNAT_TOKEN && options->xnat_admin_file)
        complain(reading,
                 "--xnat-admin-file is of use with --handoff xnat-token alone: add that, or "
                 "leave the file out");
    if (lies_within(options->login_page, options->path_prefix))
        complain(reading, "--login-page must not lie below --path-prefix (%s)",
                 options->path_prefix);
    if (lies_within(options->logout_path, options->path_prefix))
        complain(reading, "--logout-path must not lie below --path-prefix (%s)",
                 options->path_prefix);
    if (strcmp(options->login_page, options->logout_path) == 0)
        complain(reading, "--login-page and --logout-path are the same path (%s)",
                 options->login_page);
}

enum options_result options_read(struct options *options, int argc, char *const argv[],
                                 char *const environment[], FILE *out, FILE *err)
{
    struct reading reading = {.options = options, .out = out, .err = err};
    *options = (struct options){0};
    for (int i = 1; i < argc && !reading.done; i++)
        read_argument(&reading, argc, argv, &i);
    for (size_t i = 0; environment && environment[i] && !reading.done; i++)
        read_variable(&reading, environment[i]);
    if (!reading.wrong && !reading.done)
        fill_defaults(&reading);
    if (!reading.wrong && !reading.done)
        check_together(&reading);
    if (!reading.wrong && !reading.done)
        return OPTIONS_RUN;
    if (!reading.done)
        fputs("See " PROGRAM " --help.\n", err);
    options_free(options);
    return reading.done ? OPTIONS_EXIT : OPTIONS_BAD;
}

void options_free(struct options *options)
{
    for (size_t i = 0; i < options_table_size; i++)
        option_clear(&options_table[i], options);
    *options = (struct options){0};
}
