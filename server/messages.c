/* The words of the pages. See messages.h. */
#include "messages.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <oidc/text.h>

#include "ascii.h"
#include "html.h"
#include "spelling.h"

/* Room for a name between braces, and for a complaint. */
#define PLACEHOLDER_MAX 16
#define PROBLEM_SIZE 256

static const struct {
    const char *name;
    const char *english;
} catalogue[MESSAGE_COUNT] = {
#define MESSAGE_ROW(constant, name, english) {name, english},
#define KIND_ROWS(constant, name, ask, offer, heading, happened, todo)                             \
    {"page." name ".heading", heading}, {"page." name ".happened", happened},                      \
        {"page." name ".todo", todo},
    MESSAGES(MESSAGE_ROW) PAGE_KINDS(KIND_ROWS)
#undef MESSAGE_ROW
#undef KIND_ROWS
};

enum message message_of_kind(enum page_kind kind, enum message_part part)
{
    return (enum message)(MESSAGE_COUNT - MESSAGE_PARTS * PAGE_KIND_COUNT + MESSAGE_PARTS * kind +
                          part);
}

void messages_english(struct messages *messages)
{
    messages->file = NULL;
    for (size_t i = 0; i < MESSAGE_COUNT; i++)
        messages->texts[i] = catalogue[i].english;
}

void messages_free(struct messages *messages)
{
    free(messages->file);
    messages_english(messages);
}

void messages_print(FILE *out)
{
    fputs("# The words of the sign-in pages. Change the text behind a name; leave out what stays\n"
          "# as it is. A {name} in braces is filled in, and must stay. The language is what the\n"
          "# pages' lang attribute says (en, de, pt-BR).\n",
          out);
    for (size_t i = 0; i < MESSAGE_COUNT; i++)
        fprintf(out, "%s = %s\n", catalogue[i].name, catalogue[i].english);
}

/* --- placeholders ---------------------------------------------------------------------------- */

/* The next {name} in a text: where its brace stands, and the name's size; NULL for none. */
static const char *next_placeholder(const char *text, size_t *size)
{
    for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{')) {
        *size = strspn(at + 1, ASCII_SMALL_LETTERS);
        if (*size > 0 && *size < PLACEHOLDER_MAX && at[1 + *size] == '}')
            return at;
    }
    return NULL;
}

static bool has_placeholder(const char *text, const char *name, size_t name_size)
{
    size_t size;

    for (const char *at = next_placeholder(text, &size); at;
         at = next_placeholder(at + size + 2, &size)) {
        if (size == name_size && memcmp(at + 1, name, size) == 0)
            return true;
    }
    return false;
}

/* A placeholder of one text that the other has not; NULL for none. */
static const char *lacks(const char *one, const char *other, size_t *size)
{
    for (const char *at = next_placeholder(one, size); at;
         at = next_placeholder(at + *size + 2, size)) {
        if (!has_placeholder(other, at + 1, *size))
            return at;
    }
    return NULL;
}

static const char *value_of(const struct message_value *values, const char *name, size_t size)
{
    for (; values && values->name; values++) {
        if (strlen(values->name) == size && memcmp(values->name, name, size) == 0)
            return values->value;
    }
    return "";
}

void message_add(struct text *page, const struct messages *messages, enum message message,
                 const struct message_value *values)
{
    const char *text = messages->texts[message];
    size_t size;

    for (const char *at; (at = next_placeholder(text, &size)); text = at + size + 2) {
        html_add_text(page, text, (size_t)(at - text));
        const char *value = value_of(values, at + 1, size);
        html_add_text(page, value, strlen(value));
    }
    html_add_text(page, text, strlen(text));
}

bool message_is_plain(const char *text)
{
    for (size_t left = strlen(text); left > 0;) {
        uint32_t character;
        const size_t step = oidc_text_next(text, left, &character);

        if (character == OIDC_TEXT_REPLACEMENT || oidc_text_is_steering(character))
            return false;
        text += step;
        left -= step;
    }
    return true;
}

/* --- reading --------------------------------------------------------------------------------- */

/* One run over a catalogue. Goes on after a mistake, so that all are told at once. */
struct reading {
    struct messages *messages;
    messages_complaint *complain;
    void *context;
    size_t line;
    size_t given[MESSAGE_COUNT]; /* in which line; 0: not yet */
    bool wrong;
};

__attribute__((format(printf, 2, 3))) static void problem(struct reading *reading,
                                                          const char *format, ...)
{
    char text[PROBLEM_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    reading->complain(reading->context, reading->line, text);
    reading->wrong = true;
}

static size_t find(const char *name)
{
    for (size_t i = 0; i < MESSAGE_COUNT; i++) {
        if (strcmp(catalogue[i].name, name) == 0)
            return i;
    }
    return MESSAGE_COUNT;
}

static void complain_unknown(struct reading *reading, const char *name)
{
    for (size_t i = 0; i < MESSAGE_COUNT; i++) {
        if (spelling_is_near(name, catalogue[i].name)) {
            problem(reading, "there is no message \"%.60s\"; did you mean \"%s\"?", name,
                    catalogue[i].name);
            return;
        }
    }
    problem(reading, "there is no message \"%.60s\"; --print-messages lists them", name);
}

/* BCP 47, as far as an attribute needs it. */
static bool is_language(const char *text)
{
    const size_t first = strspn(text, ASCII_LETTERS);

    return first >= 2 && first <= 3 && (text[first] == '\0' || text[first] == '-') &&
           strspn(text + first, ASCII_ALPHANUMERIC "-") == strlen(text + first) &&
           strlen(text) <= 35 && !strstr(text, "--") && text[strlen(text) - 1] != '-';
}

static void check_text(struct reading *reading, size_t message, const char *text)
{
    size_t size;
    const char *at;

    if (!*text)
        problem(reading, "%s has no text: write one, or leave the line out",
                catalogue[message].name);
    else if (message == MESSAGE_LANGUAGE && !is_language(text))
        problem(reading, "language must be a language tag such as en, de or pt-BR");
    else if (!message_is_plain(text))
        problem(reading, "%s is no plain UTF-8 text", catalogue[message].name);
    else if ((at = lacks(catalogue[message].english, text, &size)))
        problem(reading, "%s lacks %.*s, which the English text has", catalogue[message].name,
                (int)size + 2, at);
    else if ((at = lacks(text, catalogue[message].english, &size)))
        problem(reading, "%s has %.*s, for which nothing can be filled in", catalogue[message].name,
                (int)size + 2, at);
}

static char *trimmed(char *text)
{
    size_t size;

    text += strspn(text, " \t");
    size = strlen(text);
    while (size > 0 && strchr(" \t\r", text[size - 1]))
        text[--size] = '\0';
    return text;
}

static void read_line(struct reading *reading, char *line)
{
    char *name = trimmed(line);
    char *text = strchr(name, '=');
    size_t message;

    if (*name == '\0' || *name == '#')
        return;
    if (!text) {
        problem(reading, "a line is written \"name = text\"");
        return;
    }
    *text++ = '\0';
    name = trimmed(name);
    text = trimmed(text);
    message = find(name);
    if (message == MESSAGE_COUNT) {
        complain_unknown(reading, name);
    } else if (reading->given[message]) {
        problem(reading, "%s stands in line %zu already", name, reading->given[message]);
    } else {
        reading->given[message] = reading->line;
        reading->messages->texts[message] = text;
        check_text(reading, message, text);
    }
}

bool messages_read(struct messages *messages, char *file, size_t size, messages_complaint *complain,
                   void *context)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* that some editors put first */
    struct reading reading = {.messages = messages, .complain = complain, .context = context};
    char *next = file;

    messages_english(messages);
    messages->file = file;
    if (strlen(file) != size) {
        reading.line = 1;
        problem(&reading, "the file has NUL bytes in it: it is no UTF-8 text");
        return false;
    }
    if (strncmp(next, mark, strlen(mark)) == 0)
        next += strlen(mark);
    while (next) {
        char *line = strsep(&next, "\n");

        reading.line++;
        read_line(&reading, line);
    }
    return !reading.wrong;
}
