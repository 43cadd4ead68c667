/* The command line: a table, and the walk along argv. */
#include "options.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "props/readers.h"

static bool read_format(struct check_options *options, const char *value)
{
    static const char *const names[] = {
        [CHECK_TEXT] = "text", [CHECK_JSON] = "json", [CHECK_SARIF] = "sarif"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(value, names[i]) == 0) {
            options->format = (enum check_format)i;
            return true;
        }
    return false;
}

static bool read_target(struct check_options *options, const char *value)
{
    for (enum props_target target = PROPS_AUTO; target_name(target) != NULL; target++)
        if (strcmp(value, target_name(target)) == 0) {
            options->target = target;
            return true;
        }
    return false;
}

static bool read_strict(struct check_options *options, const char *value)
{
    (void)value;
    options->strict = true;
    return true;
}

static bool read_online(struct check_options *options, const char *value)
{
    (void)value;
    options->online = true;
    return true;
}

static bool read_ca_file(struct check_options *options, const char *value)
{
    options->ca_file = value;
    return value[0] != '\0';
}

static bool read_topic(struct check_options *options, const char *value)
{
    options->task = CHECK_EXPLAIN;
    options->topic = value;
    return value[0] != '\0';
}

const struct check_option check_options_table[] = {
    {.name = "format",
     .metavar = "text|json|sarif",
     .read = read_format,
     .help = "How findings are written: text for people (the default), json for programs, sarif "
             "(2.1.0) for code scanning services."},
    {.name = "target",
     .metavar = "auto|sidecar|plugin-1.0|plugin-1.3|plugin-1.6",
     .read = read_target,
     .help = "Who will read the files: the sidecar, or a generation of XNAT's OpenID plugin (1.0; "
             "1.1 to 1.3; 1.4 and later). With auto, the default, it is the sidecar and the "
             "generation that the layout of the file implies; what only another generation would "
             "stumble over is a warning at most."},
    {.name = "strict",
     .read = read_strict,
     .help = "Warnings count as errors for the exit status."},
    {.name = "online",
     .read = read_online,
     .help = "Also ask the providers: fetch the discovery document and the keys, compare them with "
             "the file, and see whether something is at every endpoint, over TLS that can be "
             "trusted. What was asked of whom is listed. Neither client id nor secret is sent; "
             "proxies are taken from the environment."},
    {.name = "ca-file",
     .metavar = "file",
     .read = read_ca_file,
     .help = "Further certificate authorities (PEM) that --online trusts beside the system's."},
    {.name = "redirect-uri",
     .task = CHECK_REDIRECT_URI,
     .help = "Print the redirect URL to register with the provider, and nothing else."},
    {.name = "effective",
     .task = CHECK_EFFECTIVE,
     .help = "Print the configuration as the sidecar would use it, and where each value comes "
             "from. Secrets are masked."},
    {.name = "dump",
     .task = CHECK_DUMP,
     .help = "Print keys and values as Java reads them, as one JSON object in the order of the "
             "file (an array of them for several files). Secrets are masked."},
    {.name = "explain",
     .metavar = "code|key",
     .read = read_topic,
     .help = "Print the manual of a rule, for example OC303, or of a key, for example "
             "openid.aaf.scopes."},
    {.name = "list-rules", .task = CHECK_LIST_RULES, .help = "List every rule."},
    {.name = "list-keys", .task = CHECK_LIST_KEYS, .help = "List every key of a provider file."},
    {.name = "help", .letter = 'h', .task = CHECK_HELP, .help = "Print this, and exit."},
    {.name = "version", .task = CHECK_VERSION, .help = "Print the version, and exit."},
    {.name = NULL},
};

/* Letters that differ, compared place by place: enough to tell a slip from another word. */
static size_t difference(const char *a, const char *b)
{
    size_t same = 0;
    size_t a_size = strlen(a);
    size_t b_size = strlen(b);
    while (a[same] != '\0' && a[same] == b[same])
        same++;
    return (a_size > b_size ? a_size : b_size) - same;
}

static const struct check_option *find(const char *name, size_t size)
{
    for (const struct check_option *row = check_options_table; row->name != NULL; row++)
        if (strlen(row->name) == size && memcmp(row->name, name, size) == 0)
            return row;
    return NULL;
}

__attribute__((format(printf, 1, 2))) static void complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("oidc-check: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputs(" See --help.\n", stderr);
    va_end(arguments);
}

static void complain_of_unknown(const char *argument)
{
    const struct check_option *nearest = check_options_table;
    for (const struct check_option *row = check_options_table; row->name != NULL; row++)
        if (difference(argument + 2, row->name) < difference(argument + 2, nearest->name))
            nearest = row;
    complain("there is no option %s; did you mean --%s?", argument, nearest->name);
}

static bool take(struct check_options *options, const struct check_option *row, const char *value)
{
    if (row->read == NULL) {
        options->task = row->task;
        return true;
    }
    if (row->read(options, value))
        return true;
    complain("--%s takes %s, not \"%s\".", row->name, row->metavar, value);
    return false;
}

/* Reads the option at *index, and its value. */
static bool read_option(struct check_options *options, int argc, char *argv[], int *index)
{
    const char *name = argv[*index] + 2;
    const char *equals = strchr(name, '=');
    size_t size = equals == NULL ? strlen(name) : (size_t)(equals - name);
    const struct check_option *row = find(name, size);
    if (row == NULL) {
        complain_of_unknown(argv[*index]);
        return false;
    }
    if (row->metavar == NULL && equals != NULL) {
        complain("--%s takes no value.", row->name);
        return false;
    }
    if (row->metavar == NULL)
        return take(options, row, "");
    if (equals == NULL && *index + 1 >= argc) {
        complain("--%s needs a value: %s.", row->name, row->metavar);
        return false;
    }
    return take(options, row, equals != NULL ? equals + 1 : argv[++*index]);
}

static bool read_letter(struct check_options *options, const char *argument)
{
    for (const struct check_option *row = check_options_table; row->name != NULL; row++)
        if (row->letter != '\0' && row->letter == argument[1] && argument[2] == '\0')
            return take(options, row, "");
    complain("there is no option %s; options begin with two dashes.", argument);
    return false;
}

static bool needs_files(enum check_task task)
{
    return task == CHECK_FINDINGS || task == CHECK_REDIRECT_URI || task == CHECK_EFFECTIVE ||
           task == CHECK_DUMP;
}

/* An option that would do nothing was meant to do something. */
static bool fits_together(const struct check_options *options)
{
    const char *complaint = NULL;
    if (options->online && options->task != CHECK_FINDINGS)
        complaint =
            "--online adds to the findings: leave out the option that prints something else";
    else if (options->ca_file != NULL && !options->online)
        complaint = "--ca-file is for --online, which is missing";
    if (complaint != NULL)
        complain("%s.", complaint);
    return complaint == NULL;
}

bool check_options_read(struct check_options *options, int argc, char *argv[])
{
    bool only_paths = false;
    *options = (struct check_options){.paths = calloc((size_t)argc + 1, sizeof *options->paths)};
    if (options->paths == NULL) {
        (void)fputs("oidc-check: out of memory\n", stderr);
        return false;
    }
    for (int i = 1; i < argc; i++) {
        bool option = !only_paths && argv[i][0] == '-' && argv[i][1] != '\0';
        if (option && strcmp(argv[i], "--") == 0) {
            only_paths = true;
        } else if (option) {
            bool read = argv[i][1] == '-' ? read_option(options, argc, argv, &i)
                                          : read_letter(options, argv[i]);
            if (!read)
                return false;
        } else {
            options->paths[options->path_count++] = argv[i];
        }
    }
    if (!fits_together(options))
        return false;
    if (options->path_count > 0 || !needs_files(options->task))
        return true;
    complain("name a provider file, a folder of them, or - for standard input, for example "
             "openid-provider.properties.");
    return false;
}

void check_options_free(struct check_options *options)
{
    free(options->paths);
    options->paths = NULL;
}

void check_options_print(FILE *out)
{
    (void)fputs(
        "oidc-check [options] FILE…\n\n"
        "Finds what is wrong with the openid-provider.properties of an XNAT site, says what\n"
        "it does to users and how to mend it. \"-\" is standard input; a folder stands for\n"
        "the files that XNAT would load from it. All files together are one site.\n\n",
        out);
    for (const struct check_option *row = check_options_table; row->name != NULL; row++) {
        if (row->letter != '\0')
            (void)fprintf(out, "  -%c,", row->letter);
        (void)fprintf(out, "%s--%s%s%s\n      %s\n", row->letter != '\0' ? " " : "  ", row->name,
                      row->metavar == NULL ? "" : " ", row->metavar == NULL ? "" : row->metavar,
                      row->help);
    }
    (void)fputs(
        "\nExit status: 0 no error, 1 an error was found, 2 a file could not be read or the\n"
        "command line is wrong.\n",
        out);
}
