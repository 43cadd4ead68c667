/* The command line of oidc-sidecar, and what its options come to together. */
#include <config.h>

#include "options_reading.h"

#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "option_values.h"
#include "spelling.h"

#define PROGRAM "oidc-sidecar"

void options_complain(struct reading *reading, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs(PROGRAM ": ", reading->err);
    vfprintf(reading->err, format, arguments);
    fputc('\n', reading->err);
    va_end(arguments);
    reading->wrong = true;
}

void options_take(struct reading *reading, const struct option *option, const char *source,
                  const char *value)
{
    /* what looks like user:password@host does not belong in a message */
    const char *shown = option->secret || strchr(value, '@') ? "(not shown)" : value;
    switch (option->read(option, value, reading->options)) {
    case OPTION_TAKEN:
        break;
    case OPTION_WRONG:
        options_complain(reading, "%s: got \"%s\", expected %s", source, shown, option->expected);
        break;
    case OPTION_ABSENT:
        options_complain(reading, "%s: this program was built without %s, which it takes", source,
                         option->library);
        break;
    case OPTION_MEMORY:
        options_complain(reading, "out of memory");
        break;
    }
}

void options_hide(const struct option *option, char *value, char blot)
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

const struct option *options_guess(const char *name)
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
    const size_t length = size < sizeof(word) ? size : sizeof(word) - 1;
    memcpy(word, name, length);
    word[length] = '\0';
    const struct option *meant = options_guess(word);
    if (meant)
        options_complain(reading, "there is no option --%s; did you mean --%s?", word, meant->name);
    else
        options_complain(reading, "there is no option --%s", word);
}

/* What an option asks for that prints something instead of setting it. */
static void print_and_end(struct reading *reading, const struct option *option, const char *value)
{
    const bool manual = value && option->print_manual && strcmp(value, "man") == 0;
    if (value && !manual) {
        options_complain(reading, "--%s takes no value", option->name);
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

/* Takes an option that there is. @param value NULL: none came with it. */
static void take_given(struct reading *reading, const struct option *option, char *value)
{
    bool *given = &reading->given[option - options_table];
    char source[SPELLING_MAX];
    snprintf(source, sizeof(source), "--%s", option->name);
    if (option->metavar && !value)
        options_complain(reading, "%s needs a value: %s", source, option->metavar);
    else if (!option->metavar && value)
        options_complain(reading, "%s takes no value", source);
    else if (*given && !option->separator)
        options_complain(reading, "%s is given twice", source);
    else
        options_take(reading, option, source, value ? value : "true");
    options_hide(option, value, '*');
    *given = true;
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
        options_complain(reading, "\"%s\" is no option; a provider file is named by --config",
                         argument);
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
    if (option)
        take_given(reading, option, value);
    else
        complain_unknown(reading, name, size);
}

/* --- what remains open, and what fits together --------------------------------------------------
 */

/* Those that this process may run on: a container's or a unit's set of processors is heeded. The
 * kernel refuses the question where there are more of them than a set of this size has. */
static long processors_allowed(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) == 0)
        return CPU_COUNT(&set);
    return sysconf(_SC_NPROCESSORS_ONLN);
}

static unsigned default_workers(void)
{
    const long processors = processors_allowed();
    return processors < 1 ? 1 : processors > WORKERS_MOST ? WORKERS_MOST : (unsigned)processors;
}

static void fill_defaults(struct reading *reading)
{
    struct options *options = reading->options;
    const bool idle_open = options->session_idle == 0;
    for (size_t i = 0; i < options_table_size; i++) {
        const struct option *option = &options_table[i];
        if (!reading->given[i] && option->read && option->standard)
            options_take(reading, option, option->name, option->standard);
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
    for (size_t i = 0; options->upstream && i < sizeof(own) / sizeof(own[0]); i++)
        if (listen_address_answers(own[i].address, options->upstream))
            options_complain(
                reading,
                "--upstream is the sidecar's own address (%s %s): it must be XNAT's, such as "
                "http://127.0.0.1:8080",
                own[i].name, own[i].address->text);
}

static void check_sessions(struct reading *reading)
{
    const struct options *options = reading->options;
    if (options->session_idle > options->session_ttl)
        options_complain(reading,
                         "--session-idle is longer than --session-ttl; a session cannot idle "
                         "longer than it lasts");
}

static void check_addresses(struct reading *reading)
{
    const struct options *options = reading->options;
    if (is_same_address(&options->listen, &options->admin_listen))
        options_complain(reading,
                         "--listen and --admin-listen are the same address (%s); health and "
                         "metrics need one of their own",
                         options->listen.text);
    check_upstream(reading);
}

static void check_handoff(struct reading *reading)
{
    const struct options *options = reading->options;
    if (options->handoff == HANDOFF_XNAT_TOKEN && !options->upstream)
        options_complain(reading,
                         "--handoff xnat-token needs --upstream: without it there is no XNAT to "
                         "get tokens from");
    if (options->handoff == HANDOFF_XNAT_TOKEN && !options->xnat_admin_file)
        options_complain(reading,
                         "--handoff xnat-token needs --xnat-admin-file, a file with "
                         "user:password of an XNAT site administrator; write one with: (umask 077 "
                         "&& printf '%%s' 'user:password' > xnat-admin)");
    if (options->handoff != HANDOFF_XNAT_TOKEN && options->xnat_admin_file)
        options_complain(
            reading, "--xnat-admin-file is of use with --handoff xnat-token alone: add that, or "
                     "leave the file out");
}

static void check_paths(struct reading *reading)
{
    const struct options *options = reading->options;
    if (lies_within(options->login_page, options->path_prefix))
        options_complain(reading, "--login-page must not lie below --path-prefix (%s)",
                         options->path_prefix);
    if (lies_within(options->logout_path, options->path_prefix))
        options_complain(reading, "--logout-path must not lie below --path-prefix (%s)",
                         options->path_prefix);
    if (strcmp(options->login_page, options->logout_path) == 0)
        options_complain(reading, "--login-page and --logout-path are the same path (%s)",
                         options->login_page);
}

static void check_together(struct reading *reading)
{
    if (reading->options->config_count == 0)
        options_complain(reading,
                         "--config is missing: name the openid-provider.properties file, or the "
                         "folder that holds it");
    check_sessions(reading);
    check_addresses(reading);
    check_handoff(reading);
    check_paths(reading);
}

enum options_result options_read(struct options *options, int argc, char *const argv[],
                                 char *const environment[], FILE *out, FILE *err)
{
    struct reading reading = {.options = options, .out = out, .err = err};
    *options = (struct options){0};
    for (int i = 1; i < argc && !reading.done; i++)
        read_argument(&reading, argc, argv, &i);
    for (size_t i = 0; environment && environment[i] && !reading.done; i++)
        options_take_variable(&reading, environment[i]);
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
