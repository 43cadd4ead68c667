/* Findings for people. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ask.h"
#include "formats.h"
#include "props/show.h"
#include "register.h"
#include "source_line.h"

/* Narrower than this, wrapping hurts more than it helps. */
#define NARROWEST 40

struct writer {
    FILE *out;
    const struct text_style *style;
};

enum tone { TONE_PLAIN, TONE_BOLD, TONE_ERROR, TONE_WARNING, TONE_INFO, TONE_GOOD };

static void tone(const struct writer *writer, enum tone which)
{
    static const char *const codes[] = {"\033[0m",    "\033[1m",    "\033[1;31m",
                                        "\033[1;33m", "\033[1;36m", "\033[1;32m"};
    if (writer->style->colour)
        (void)fputs(codes[which], writer->out);
}

static enum tone tone_of(enum props_severity severity)
{
    return severity == PROPS_ERROR     ? TONE_ERROR
           : severity == PROPS_WARNING ? TONE_WARNING
                                       : TONE_INFO;
}

/* Columns that a UTF-8 text takes, as far as it matters for wrapping. */
static size_t columns(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* Writes words, beginning a new line with `indent` blanks where the width is reached. */
static void wrap(const struct writer *writer, const char *text, size_t indent, size_t column)
{
    size_t width = writer->style->width;
    bool first = true;
    while (*text != '\0') {
        size_t size = strcspn(text, " ");
        size_t wide = columns(text, size);
        if (!first && width > 0 && column + 1 + wide > width) {
            (void)fprintf(writer->out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            (void)fputc(' ', writer->out);
            column++;
        }
        (void)fwrite(text, 1, size, writer->out);
        column += wide;
        text += size + (text[size] == ' ');
        first = false;
    }
    (void)fputc('\n', writer->out);
}

static void write_head(const struct writer *writer, const struct props_finding *finding)
{
    enum { INDENT = 4 };
    tone(writer, TONE_BOLD);
    (void)fputs(finding->file, writer->out);
    if (finding->line > 0)
        (void)fprintf(writer->out, ":%zu:%zu", finding->line, finding->column);
    (void)fputs(": ", writer->out);
    tone(writer, TONE_PLAIN);
    tone(writer, tone_of(finding->severity));
    (void)fputs(check_severity_name(finding->severity), writer->out);
    tone(writer, TONE_PLAIN);
    (void)fprintf(writer->out, " [%s]\n%*s", finding->code, INDENT, "");
    wrap(writer, finding->message, INDENT, INDENT);
}

/* The stretch of the line that fits, with the caret in it. */
static void write_source(const struct writer *writer, const struct source_line *line, size_t number)
{
    enum { GUTTER = 9, AHEAD = 20 };
    size_t width = writer->style->width;
    size_t room = width > NARROWEST ? width - GUTTER : SOURCE_LINE_MAX;
    size_t size = strlen(line->text);
    size_t from = size > room && line->caret + AHEAD > room ? line->caret + AHEAD - room : 0;
    (void)fprintf(writer->out, "%6zu | %.*s\n       | %*s", number, (int)room, line->text + from,
                  (int)(line->caret - from), "");
    tone(writer, TONE_GOOD);
    (void)fputs("^", writer->out);
    tone(writer, TONE_PLAIN);
    (void)fputc('\n', writer->out);
}

/* Whether the line is where the finding is, and not the one beside which its key is missing. */
static bool is_at_home(const struct source_line *line, const struct props_finding *finding)
{
    size_t indent = strspn(line->text, " ");
    return line->caret != indent || finding->key[0] == '\0' ||
           strncmp(line->text + indent, finding->key, strlen(finding->key)) == 0;
}

static void write_finding(const struct writer *writer, const struct source *source,
                          const struct props_finding *finding)
{
    enum { INDENT = 9 };
    struct source_line line;
    write_head(writer, finding);
    if (source != NULL && source_line(source, finding->line, finding->column, &line) &&
        is_at_home(&line, finding))
        write_source(writer, &line, finding->line);
    if (finding->hint[0] != '\0') {
        tone(writer, TONE_BOLD);
        (void)fputs("    cure:", writer->out);
        tone(writer, TONE_PLAIN);
        (void)fputc(' ', writer->out);
        wrap(writer, finding->hint, INDENT + 1, INDENT + 1);
    }
    (void)fputc('\n', writer->out);
}

static bool write_file(const struct writer *writer, const struct check_site *site,
                       const struct check_file *file)
{
    struct source source = {0};
    const struct props_findings *findings = site->model->findings;
    if (file->source != NULL && !source_open(&source, file->source)) {
        source_close(&source);
        return false;
    }
    for (size_t i = 0; i < props_findings_count(findings); i++) {
        const struct props_finding *finding = props_findings_at(findings, i);
        if (strcmp(finding->file, file->name) == 0)
            write_finding(writer, file->source == NULL ? NULL : &source, finding);
    }
    source_close(&source);
    return true;
}

static void write_count(const struct writer *writer, size_t count, const char *noun,
                        enum tone which, bool *first)
{
    if (count == 0)
        return;
    (void)fputs(*first ? "" : ", ", writer->out);
    tone(writer, which);
    (void)fprintf(writer->out, "%zu %s%s", count, noun, count == 1 ? "" : "s");
    tone(writer, TONE_PLAIN);
    *first = false;
}

/* A security officer wants to know who has heard of this site. */
static void write_asked(const struct writer *writer, const struct ask *asked)
{
    char text[ASK_OUTCOME_ROOM];
    if (asked->count == 0) {
        (void)fputs("Nobody was asked: the files have no address that could be.\n\n", writer->out);
        return;
    }
    (void)fputs("Asked, without client id or secret:\n", writer->out);
    for (size_t i = 0; i < asked->count; i++) {
        const struct ask_record *record = &asked->records[i];
        (void)fprintf(writer->out, "  %-4s %s\n       %s after %u ms\n", record->method,
                      SHOW(record->url, strlen(record->url)), ask_outcome(record, text),
                      record->milliseconds);
    }
    (void)fputc('\n', writer->out);
}

static void write_summary(const struct writer *writer, const struct check_site *site)
{
    struct check_counts total = check_site_total(site);
    bool first = true;
    if (total.errors + total.warnings == 0) {
        tone(writer, TONE_GOOD);
        (void)fputs("no problems", writer->out);
        tone(writer, TONE_PLAIN);
        first = false;
    } else if (total.errors == 0 && !writer->style->strict) {
        (void)fputs("would start; ", writer->out);
    }
    write_count(writer, total.errors, "error", TONE_ERROR, &first);
    write_count(writer, total.warnings, "warning", TONE_WARNING, &first);
    write_count(writer, total.infos, "remark", TONE_INFO, &first);
    (void)fprintf(writer->out, " in %zu file%s%s\n", site->file_count,
                  site->file_count == 1 ? "" : "s",
                  writer->style->strict && total.errors == 0 && total.warnings > 0
                      ? " (--strict: warnings count as errors)"
                      : "");
}

bool text_write(const struct check_site *site, const struct text_style *style, FILE *out)
{
    struct writer writer = {.out = out, .style = style};
    for (size_t i = 0; i < site->file_count; i++)
        if (!write_file(&writer, site, &site->files[i]))
            return false;
    if (site->online)
        write_asked(&writer, &site->ask);
    write_summary(&writer, site);
    if (check_site_total(site).errors == 0)
        register_write(site, out);
    return true;
}

/* https://no-color.org: any value but the empty one. */
static bool wants_colour(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return (no_color == NULL || no_color[0] == '\0') && term != NULL && strcmp(term, "dumb") != 0;
}

struct text_style text_style_of(FILE *out)
{
    enum { USUAL = 80, WIDEST = 100 };
    struct text_style style = {0};
    struct winsize size;
    if (!isatty(fileno(out)))
        return style;
    style.colour = wants_colour();
    style.width = ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROWEST
                      ? size.ws_col
                      : USUAL;
    if (style.width > WIDEST)
        style.width = WIDEST;
    return style;
}
