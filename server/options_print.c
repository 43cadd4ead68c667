/* What oidc-sidecar says about itself: help, the manual's list of options, versions. */
#include "options_table.h"

#include <curl/curl.h>
#include <microhttpd.h>
#include <string.h>

#include <oidc/version.h>

#define HELP_INDENT 6
#define HELP_WIDTH 78

/* Room for the backslashes that come on top. */
#define ROFF_WIDTH 74

/* Prints words, wrapped and indented. */
static void print_wrapped(FILE *out, const char *text)
{
    size_t column = 0;
    while (*text) {
        const size_t size = strcspn(text, " ");
        if (column == 0 || column + 1 + size > HELP_WIDTH) {
            fprintf(out, "%s%*s", column ? "\n" : "", HELP_INDENT, "");
            column = HELP_INDENT;
        } else {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int)size, text);
        column += size;
        text += size;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

static void print_option(FILE *out, const struct option *option)
{
    if (option->letter)
        fprintf(out, "  -%c, --%s", option->letter, option->name);
    else
        fprintf(out, "  --%s", option->name);
    if (option->metavar)
        fprintf(out, " %s", option->metavar);
    if (option->standard)
        fprintf(out, "  (default: %s)", option->standard);
    fputc('\n', out);
    print_wrapped(out, option->help);
    if (option->otherwise)
        fprintf(out, "%*sWithout it: %s\n", HELP_INDENT, "", option->otherwise);
}

void options_print_help(FILE *out)
{
    fputs("Usage: oidc-sidecar --config PATH [--upstream URL] [option ...]\n"
          "\n"
          "Signs people in to XNAT through the Australian Access Federation or another\n"
          "OpenID Provider, and tells XNAT who they are.\n"
          "\n",
          out);
    for (size_t i = 0; i < options_table_size; i++)
        if (options_table[i].help)
            print_option(out, &options_table[i]);
    fputs("\n"
          "An option --some-name can come from the environment as OIDC_SIDECAR_SOME_NAME;\n"
          "the command line wins. See oidc-sidecar(8).\n",
          out);
}

/* Prints a word so that roff takes nothing in it for its own. At the start of a line, '.' and '\''
 * would begin a request. */
static void print_roff_word(FILE *out, const char *word, size_t size, bool starts_line)
{
    if (starts_line && (*word == '.' || *word == '\''))
        fputs("\\&", out);
    for (size_t i = 0; i < size; i++) {
        if (word[i] == '\\')
            fputs("\\e", out);
        else if (word[i] == '-')
            fputs("\\-", out);
        else
            fputc(word[i], out);
    }
}

/* Prints words, wrapped, with each sentence on a line of its own as mdoc(7) asks. */
static void print_roff(FILE *out, const char *text, size_t column)
{
    bool starts_line = column == 0;
    while (*text) {
        const size_t size = strcspn(text, " ");
        if (column + size >= ROFF_WIDTH)
            starts_line = true;
        if (column > 0)
            fputc(starts_line ? '\n' : ' ', out);
        print_roff_word(out, text, size, starts_line);
        column = (starts_line ? 0 : column) + size + 1;
        starts_line = text[size - 1] == '.';
        text += size;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

void options_print_manual(FILE *out)
{
    for (size_t i = 0; i < options_table_size; i++) {
        const struct option *option = &options_table[i];
        if (!option->help)
            continue;
        fputs(".It ", out);
        if (option->letter)
            fprintf(out, "Fl %c , ", option->letter);
        fprintf(out, "Fl -%s", option->name);
        if (option->metavar)
            fprintf(out, " Ar %s", option->metavar);
        fputc('\n', out);
        print_roff(out, option->help, 0);
        if (option->standard)
            fprintf(out, "The default is\n.Ql %s .\n", option->standard);
        if (option->otherwise) {
            fputs("Without it:", out);
            print_roff(out, option->otherwise, strlen("Without it:"));
        }
    }
}

void options_print_version(FILE *out)
{
    char libraries[OIDC_LIBRARIES_SIZE];

    oidc_libraries(libraries, sizeof(libraries));
    fprintf(out,
            "oidc-sidecar %s\n"
            "liboidc %s, %s, libmicrohttpd %s, %s\n",
            OIDC_VERSION, oidc_version(), libraries, MHD_get_version(), curl_version());
}
