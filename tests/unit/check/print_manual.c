/* Prints the parts of the manuals that come from tables, for tests/guards/check_manual.sh: options
 * and rules of oidc-check(1), keys of oidc-properties(5). */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "props/check/options.h"
#include "props/keys.h"
#include "props/rules.h"

/* Columns of a line of the source. */
#define WIDTH 78

/* mdoc(7) takes a line that begins with a dot or an apostrophe, every backslash, and bytes beyond
 * ASCII for its own. */
static void print_byte(char c, bool start)
{
    if (start && (c == '.' || c == '\''))
        (void)fputs("\\&", stdout);
    if (c == '\\')
        (void)fputs("\\e", stdout);
    else if ((unsigned char)c >= 0x80)
        (void)printf("\\[u%04X]", (unsigned char)c);
    else
        (void)putchar(c);
}

static bool ends_sentence(const char *word, size_t size)
{
    return size > 0 && strchr(".?", word[size - 1]) != NULL;
}

/* Words, a new line where one is full or a sentence ends. */
static void print_words(const char *text)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t size = strcspn(text, " ");
        if (column > 0 && column + 1 + size > WIDTH) {
            (void)putchar('\n');
            column = 0;
        } else if (column > 0) {
            (void)putchar(' ');
            column++;
        }
        for (size_t i = 0; i < size; i++)
            print_byte(text[i], column == 0 && i == 0);
        column += size;
        if (ends_sentence(text, size) && text[size] != '\0') {
            (void)putchar('\n');
            column = 0;
        }
        text += size + (text[size] == ' ');
    }
}

static void print_text(const char *text)
{
    print_words(text);
    (void)putchar('\n');
}

/* A trailing blank is what some examples are about; it is written so that it is kept. */
static void print_literal(const char *lines)
{
    (void)puts(".Bd -literal -offset indent -compact");
    while (*lines != '\0') {
        size_t size = strcspn(lines, "\n");
        for (size_t i = 0; i < size; i++) {
            if (lines[i] == ' ' && i + 1 == size)
                (void)fputs("\\ ", stdout);
            else
                print_byte(lines[i], i == 0);
        }
        (void)putchar('\n');
        lines += size + (lines[size] == '\n');
    }
    (void)puts(".Ed");
}

static void print_options(void)
{
    for (const struct check_option *row = check_options_table; row->name != NULL; row++) {
        (void)fputs(".It ", stdout);
        if (row->letter != '\0')
            (void)printf("Fl %c , ", row->letter);
        (void)printf("Fl -%s", row->name);
        if (row->metavar != NULL)
            (void)printf(" Ar %s", row->metavar);
        (void)putchar('\n');
        print_text(row->help);
    }
}

static void print_example(const char *title, const struct rules_example *example)
{
    if (example->scene != SCENE_LINES || example->lines == NULL || example->lines[0] == '\0' ||
        example->other != NULL)
        return;
    (void)fputs(title, stdout);
    if (example->unseen != NULL)
        (void)printf(" (%s)", example->unseen);
    (void)puts(":");
    print_literal(example->lines);
}

static void print_rules(void)
{
    for (enum props_rule_id id = 0; id < RULE_COUNT; id++) {
        const struct props_rule *rule = props_rule(id);
        (void)printf(".It Sy %s No ( ", rule->code);
        const char *names[] = {"none", "info", "warning", "error"};
        (void)printf("%s ) : ", names[impact_worst(&rule->impact, READERS_ALL)]);
        print_text(rule->title);
        print_text(rule->happens);
        print_text(rule->cure);
        print_example("Wrong", &rule->bad);
        print_example("Right", &rule->good);
    }
}

static void print_keys(void)
{
    for (enum keys_id id = 0; id < KEYS_COUNT; id++) {
        const struct keys_row *row = keys_row(id);
        (void)printf(".It Ic %s\n", row->pattern);
        print_words(row->help);
        (void)puts(".");
        if (keys_required(id) != NULL)
            (void)printf("Required by the sidecar: %s.\n", keys_required(id));
        if (row->bearer_fallback != NULL)
            (void)printf("Default:\n.Ql %s ;\nfor\n.Ql .bearer :\n.Ql %s .\n", row->fallback,
                         row->bearer_fallback);
        else if (row->fallback != NULL)
            (void)printf("Default:\n.Ql %s .\n", row->fallback);
        if (row->since != NULL)
            (void)printf("Read by the plugin since release %s.\n", row->since);
        if (row->until != NULL)
            (void)printf("Read by the plugin until release %s.\n", row->until);
    }
}

int main(int argc, char *argv[])
{
    const char *part = argc == 2 ? argv[1] : "";
    if (strcmp(part, "options") == 0)
        print_options();
    else if (strcmp(part, "rules") == 0)
        print_rules();
    else if (strcmp(part, "keys") == 0)
        print_keys();
    else
        return 2;
    return ferror(stdout) != 0;
}
