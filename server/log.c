/* Log lines: put together in one buffer without allocating, and written, unless nobody takes them.
 */
#include "log.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include <oidc/text.h>

#include "ascii.h"

/* Longest line. A field that does not fit is left out whole, and the line says so. */
#define LINE_MAX_SIZE 16384

/* Most bytes of one value, before escaping. */
#define VALUE_MAX 1024

/* Bytes that a unit of UTF-16 becomes: \udb40. */
#define ESCAPE_MAX 6

static struct {
    enum log_format format;
    enum log_level level;
} settings = {LOG_FORMAT_JSON, LOG_INFO};

/* The line in the making. Room for its end is kept free. */
struct line {
    char bytes[LINE_MAX_SIZE];
    size_t size;
    bool full;
};

static const char json_cut[] = ",\"cut\":true";
static const char text_cut[] = " cut=true";
#define LINE_END_SIZE (sizeof(json_cut) + sizeof("}\n"))

const char *const log_level_words[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARNING] = "warning",
    [LOG_ERROR] = "error",
    NULL,
};

void log_setup(enum log_format format, enum log_level level)
{
    settings.format = format;
    settings.level = level;
}

bool log_wants(enum log_level level)
{
    return level >= settings.level;
}

static void add(struct line *line, const char *bytes, size_t size)
{
    if (line->full || size > sizeof(line->bytes) - LINE_END_SIZE - line->size) {
        line->full = true;
        return;
    }
    memcpy(line->bytes + line->size, bytes, size);
    line->size += size;
}

static void adds(struct line *line, const char *string)
{
    add(line, string, strlen(string));
}

static void add_unit(struct line *line, uint32_t unit)
{
    char escape[ESCAPE_MAX + 1];
    snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)(unit & 0xFFFF));
    adds(line, escape);
}

/* RFC 8259, 7: beyond U+FFFF, the two surrogates of UTF-16. */
static void add_escape(struct line *line, uint32_t character)
{
    if (character > 0xFFFF) {
        add_unit(line, 0xD800 + ((character - 0x10000) >> 10));
        add_unit(line, 0xDC00 + (character & 0x3FF));
    } else {
        add_unit(line, character);
    }
}

/* RFC 8259, 7, asks that quotes, backslashes and C0 be escaped; what would act on a terminal
 * or reorder the line is escaped as well. */
static void add_character(struct line *line, const char *bytes, size_t size, uint32_t character)
{
    if (character == '"' || character == '\\') {
        const char quoted[] = {'\\', (char)character};
        add(line, quoted, sizeof(quoted));
    } else if (character == '\n') {
        adds(line, "\\n");
    } else if (oidc_text_is_steering(character)) {
        add_escape(line, character);
    } else if (character == OIDC_TEXT_REPLACEMENT) {
        adds(line, "\xEF\xBF\xBD");
    } else {
        add(line, bytes, size);
    }
}

static void add_quoted(struct line *line, const char *value, size_t size)
{
    adds(line, "\"");
    for (size_t i = 0; i < size;) {
        uint32_t character;
        const size_t step = oidc_text_next(value + i, size - i, &character);
        add_character(line, value + i, step, character);
        i += step;
    }
    adds(line, "\"");
}

/* The value's size, cut where a character begins. */
static size_t value_size(const char *value)
{
    const size_t size = strnlen(value, VALUE_MAX + 1);
    if (size <= VALUE_MAX)
        return size;
    size_t cut = VALUE_MAX;
    while (cut > VALUE_MAX - 3 && ((unsigned char)value[cut] & 0xC0u) == 0x80)
        cut--;
    return cut;
}

/* In the text format, a value that could be taken for something else is quoted. */
static bool needs_quotes(const char *value, size_t size)
{
    static const char plain[] = ASCII_ALPHANUMERIC "-._~:/?#[]@!$&()*+,;%";
    return size == 0 || strspn(value, plain) < size;
}

static void add_value(struct line *line, const struct log_field *field)
{
    char number[24];
    switch (field->kind) {
    case LOG_FIELD_NUMBER:
        snprintf(number, sizeof(number), "%" PRId64, field->number);
        adds(line, number);
        return;
    case LOG_FIELD_BOOL:
        adds(line, field->number ? "true" : "false");
        return;
    case LOG_FIELD_TEXT:
        break;
    }
    const size_t size = value_size(field->text);
    if (settings.format == LOG_FORMAT_JSON || needs_quotes(field->text, size))
        add_quoted(line, field->text, size);
    else
        add(line, field->text, size);
}

static void add_field(struct line *line, const struct log_field *field)
{
    const size_t before = line->size;
    const bool full = line->full;
    const bool json = settings.format == LOG_FORMAT_JSON;
    line->full = false;
    adds(line, json ? ",\"" : " ");
    adds(line, field->name);
    adds(line, json ? "\":" : "=");
    add_value(line, field);
    if (line->full) {
        OPENSSL_cleanse(line->bytes + before, line->size - before);
        line->size = before;
    }
    line->full = line->full || full;
}

/* 2024-05-06T07:08:09.123Z (RFC 3339) */
static void add_time(struct line *line)
{
    struct timespec now = {0};
    struct tm parts = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    char date[32], text[48];
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text, sizeof(text), "%s.%03ldZ", date, now.tv_nsec / 1000000);
    adds(line, text);
}

static void add_head(struct line *line, enum log_level level, const char *event)
{
    const bool json = settings.format == LOG_FORMAT_JSON;
    adds(line, json ? "{\"time\":\"" : "");
    add_time(line);
    adds(line, json ? "\",\"level\":\"" : " ");
    adds(line, log_level_words[level]);
    adds(line, json ? "\",\"event\":\"" : " ");
    adds(line, event);
    adds(line, json ? "\"" : "");
}

static void add_end(struct line *line)
{
    const bool json = settings.format == LOG_FORMAT_JSON;
    char *at = line->bytes + line->size;
    if (line->full)
        at = stpcpy(at, json ? json_cut : text_cut);
    at = stpcpy(at, json ? "}\n" : "\n");
    line->size = (size_t)(at - line->bytes);
}

/* --- onto standard error ------------------------------------------------------------------------
 */

/* What may be written without blocking once poll(2) says that standard error takes anything: a pipe
 * says so when one page of it is free (pipe(7)). */
#define PIECE_MAX ((size_t)4096)

/* How long a reader may leave a full pipe alone before lines are dropped: long enough for one that
 * is merely slow, and short enough for the requests that wait meanwhile. */
#define PATIENCE_MS 250

/* Of the lines that standard error did not take. */
static struct {
    pthread_mutex_t lock; /* lines of several threads do not mix */
    uint64_t lost;        /* since the log last said so */
    bool torn;            /* the last one stopped in the middle */
    bool stuck;           /* nobody waits any more, until a line is taken at once */
} output = {PTHREAD_MUTEX_INITIALIZER, 0, false, false};

/* Waits once for a reader that stands still, and not for each line after that. */
static bool is_taken(void)
{
    struct pollfd standard_error = {.fd = STDERR_FILENO, .events = POLLOUT};
    int ready;

    do
        ready = poll(&standard_error, 1, output.stuck ? 0 : PATIENCE_MS);
    while (ready < 0 && errno == EINTR);
    output.stuck = output.stuck || ready == 0;
    return ready > 0;
}

/* In one write(2), but for long lines and where the system takes a line in pieces. */
static bool put(const char *bytes, size_t size)
{
    const char *at = bytes;

    while (size > 0 && is_taken()) {
        const ssize_t written = write(STDERR_FILENO, at, size < PIECE_MAX ? size : PIECE_MAX);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            break;
        at += written;
        size -= (size_t)written;
    }
    output.torn = size > 0 && (output.torn || at > bytes);
    return size == 0;
}

static void make(struct line *line, enum log_level level, const char *event,
                 const struct log_field *fields, size_t count)
{
    line->size = 0;
    line->full = false;
    add_head(line, level, event);
    for (size_t i = 0; i < count; i++)
        if (fields[i].text)
            add_field(line, &fields[i]);
    add_end(line);
}

/* What was lost is told before the first line that is taken again. */
static bool catch_up(void)
{
    const struct log_field count = LOG_NUMBER("count", output.lost);
    struct line line;

    if (output.lost == 0)
        return true;
    make(&line, LOG_WARNING, "log_lines_lost", &count, 1);
    if ((output.torn && !put("\n", 1)) || !put(line.bytes, line.size))
        return false;
    output.lost = 0;
    return true;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields,
               size_t count)
{
    if (!log_wants(level))
        return;
    const int saved = errno;
    struct line line;
    make(&line, level, event, fields, count);
    pthread_mutex_lock(&output.lock);
    if (catch_up() && put(line.bytes, line.size))
        output.stuck = false;
    else
        output.lost++;
    pthread_mutex_unlock(&output.lock);
    OPENSSL_cleanse(line.bytes, line.size); /* what the log may have, memory need not keep */
    errno = saved;
}
