/* A strict reader of HTTP/1.1 messages. See message.h. */
#include "tests/fuzz/message.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Larger ones cannot be counted with. */
#define LENGTH_MAX (SIZE_MAX / 16 - 16)

bool slice_is(struct slice slice, const char *text)
{
    return slice.size == strlen(text) && memcmp(slice.at, text, slice.size) == 0;
}

bool slice_is_same(struct slice a, struct slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

bool slice_is_word(struct slice slice, const char *word)
{
    return slice.size == strlen(word) && strncasecmp(slice.at, word, slice.size) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct slice trimmed(struct slice slice)
{
    while (slice.size > 0 && is_blank(slice.at[0])) {
        slice.at++;
        slice.size--;
    }
    while (slice.size > 0 && is_blank(slice.at[slice.size - 1]))
        slice.size--;
    return slice;
}

/* What stands before the next comma; the list goes on behind it. */
static struct slice next_item(struct slice *list)
{
    const char *comma = memchr(list->at, ',', list->size);
    struct slice item = {list->at, comma ? (size_t)(comma - list->at) : list->size};
    const size_t taken = item.size + (comma ? 1 : 0);

    list->at += taken;
    list->size -= taken;
    return trimmed(item);
}

bool slice_lists(struct slice list, struct slice word)
{
    while (list.size > 0) {
        const struct slice item = next_item(&list);

        if (item.size == word.size && item.size > 0 &&
            strncasecmp(item.at, word.at, item.size) == 0)
            return true;
    }
    return false;
}

const struct slice *message_field(const struct http_message *message, const char *name,
                                  size_t *count)
{
    const struct slice *first = NULL;

    *count = 0;
    for (size_t i = 0; i < message->field_count; i++) {
        if (!slice_is_word(message->fields[i].name, name))
            continue;
        if (!first)
            first = &message->fields[i].value;
        (*count)++;
    }
    return first;
}

/* --- lines --------------------------------------------------------------------------------------
 */

struct reader {
    struct http_message *message;
    struct slice rest; /* of the stream */
    enum message_kind kind;
    bool bodiless;
    bool ended;
    bool in_body; /* the framing of chunks is being read */
};

enum line { LINE_CRLF, LINE_LF, LINE_UNFINISHED };

static enum line next_line(struct slice *rest, struct slice *line)
{
    const char *end = rest->size > 0 ? memchr(rest->at, '\n', rest->size) : NULL;
    enum line ending = LINE_LF;

    if (!end)
        return LINE_UNFINISHED;
    *line = (struct slice){rest->at, (size_t)(end - rest->at)};
    rest->at += line->size + 1;
    rest->size -= line->size + 1;
    if (line->size > 0 && line->at[line->size - 1] == '\r') {
        line->size--;
        ending = LINE_CRLF;
    }
    return ending;
}

static bool is_token(struct slice slice)
{
    for (size_t i = 0; i < slice.size; i++) {
        const unsigned char c = (unsigned char)slice.at[i];

        if (c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c))
            return false;
    }
    return slice.size > 0;
}

static bool is_visible(struct slice slice)
{
    for (size_t i = 0; i < slice.size; i++) {
        const unsigned char c = (unsigned char)slice.at[i];

        if (c <= ' ' || c == 0x7f)
            return false;
    }
    return slice.size > 0;
}

static bool is_text(struct slice slice)
{
    for (size_t i = 0; i < slice.size; i++) {
        const unsigned char c = (unsigned char)slice.at[i];

        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool is_digits(struct slice slice)
{
    for (size_t i = 0; i < slice.size; i++) {
        if (slice.at[i] < '0' || slice.at[i] > '9')
            return false;
    }
    return slice.size > 0;
}

/* Three words with one blank between them; the last may have blanks in it. */
static bool take_words(struct slice line, struct slice words[3])
{
    for (int i = 0; i < 2; i++) {
        const char *blank = line.size > 0 ? memchr(line.at, ' ', line.size) : NULL;

        if (!blank)
            return false;
        words[i] = (struct slice){line.at, (size_t)(blank - line.at)};
        line.size -= words[i].size + 1;
        line.at = blank + 1;
    }
    words[2] = line;
    return true;
}

/* RFC 9110, section 2.5: of a higher minor version, what is said in one we know counts. */
static bool is_version(struct slice word)
{
    static const char major[] = "HTTP/1.";
    const size_t size = strlen(major);

    return word.size == size + 1 && memcmp(word.at, major, size) == 0 && word.at[size] >= '0' &&
           word.at[size] <= '9';
}

static bool take_start(struct reader *reader, struct slice line)
{
    struct slice *words = reader->message->words;

    if (!take_words(line, words))
        return false;
    if (reader->kind == MESSAGE_RESPONSE)
        return slice_is(words[0], "HTTP/1.1") && words[1].size == 3 && is_digits(words[1]) &&
               words[1].at[0] != '0' && is_text(words[2]);
    return is_token(words[0]) && is_visible(words[1]) && is_version(words[2]);
}

static bool add_field(struct http_message *message, struct slice line)
{
    const char *colon = line.size > 0 ? memchr(line.at, ':', line.size) : NULL;
    struct message_field *longer;
    struct message_field field;

    if (!colon)
        return false;
    field.name = (struct slice){line.at, (size_t)(colon - line.at)};
    field.value = trimmed((struct slice){colon + 1, line.size - field.name.size - 1});
    longer = realloc(message->fields, (message->field_count + 1) * sizeof(*longer));
    if (!longer)
        abort();
    message->fields = longer;
    longer[message->field_count++] = field;
    return true;
}

/* RFC 9110, section 5.5: other control characters are bad manners in an answer, but no danger. */
static bool field_is_sound(const struct reader *reader, const struct message_field *field)
{
    if (!is_token(field->name))
        return false;
    if (reader->kind != MESSAGE_RESPONSE)
        return is_text(field->value);
    return !memchr(field->value.at, '\r', field->value.size) &&
           !memchr(field->value.at, '\0', field->value.size);
}

/* Four bytes that look like an empty line to whoever comes after libmicrohttpd 0.9.75: it has
 * written NULs over them, and to it a colon alone is an empty line, too. */
static enum message_state end_as_read(struct reader *reader, const char *behind)
{
    const char *end = reader->rest.at + reader->rest.size;
    const size_t size = 4;

    if (reader->kind != MESSAGE_REQUEST_AS_READ || (size_t)(end - behind) < size)
        return MESSAGE_BAD;
    for (size_t i = 0; i < size; i++) {
        if (behind[i] != '\0' && !strchr(":\r\n", behind[i]))
            return MESSAGE_BAD;
    }
    reader->rest = (struct slice){behind + size, (size_t)(end - behind) - size};
    return MESSAGE_WHOLE;
}

/* A field whose line has something behind a NUL: libmicrohttpd cuts it there. */
static enum message_state end_in_nul(struct reader *reader, struct slice line)
{
    struct http_message *message = reader->message;

    line.size = strnlen(line.at, line.size);
    message->field_count--;
    if (!add_field(message, line) ||
        !field_is_sound(reader, &message->fields[message->field_count - 1]))
        return MESSAGE_BAD;
    return end_as_read(reader, line.at + line.size);
}

/* A NUL and a bare line feed look like CR LF to whoever comes after libmicrohttpd 0.9.75. */
static enum line as_read(const struct reader *reader, enum line ending, struct slice *line)
{
    if (reader->kind != MESSAGE_REQUEST_AS_READ || ending != LINE_LF || line->size == 0 ||
        line->at[line->size - 1] != '\0')
        return ending;
    line->size--;
    return LINE_CRLF;
}

static enum message_state take_fields(struct reader *reader, const char *behind)
{
    struct http_message *message = reader->message;

    for (;;) {
        struct slice line;
        const enum line ending = as_read(reader, next_line(&reader->rest, &line), &line);

        if (ending == LINE_UNFINISHED)
            return MESSAGE_BEGUN;
        if (ending == LINE_CRLF && line.size == 0)
            return MESSAGE_WHOLE;
        if (line.size == 0 || line.at[0] == ':' || !add_field(message, line))
            return end_as_read(reader, behind);
        if (!field_is_sound(reader, &message->fields[message->field_count - 1]))
            return end_in_nul(reader, line);
        behind = line.at + line.size;
        if (ending != LINE_CRLF)
            return end_as_read(reader, behind);
    }
}

static enum message_state take_head(struct reader *reader)
{
    struct slice line;
    enum line ending;

    do {
        ending = next_line(&reader->rest, &line);
    } while (reader->kind == MESSAGE_REQUEST_AS_READ && ending != LINE_UNFINISHED &&
             (line.size == 0 || line.at[0] == '\0'));
    if (ending == LINE_UNFINISHED)
        return MESSAGE_BEGUN;
    if (!take_start(reader, line))
        return MESSAGE_BAD;
    if (ending != LINE_CRLF)
        return end_as_read(reader, line.at + line.size);
    return take_fields(reader, line.at + line.size);
}

/* --- bodies -------------------------------------------------------------------------------------
 */

static void add_body(struct http_message *message, struct slice piece)
{
    char *longer;

    if (piece.size == 0)
        return;
    longer = realloc(message->body, message->body_size + piece.size);
    if (!longer)
        abort();
    message->body = longer;
    memcpy(longer + message->body_size, piece.at, piece.size);
    message->body_size += piece.size;
}

static enum message_state take_bytes(struct reader *reader, size_t size)
{
    const bool whole = size <= reader->rest.size;
    const struct slice piece = {reader->rest.at, whole ? size : reader->rest.size};

    add_body(reader->message, piece);
    reader->rest.at += piece.size;
    reader->rest.size -= piece.size;
    return whole ? MESSAGE_WHOLE : MESSAGE_OPEN;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_chunk_size(const struct reader *reader, struct slice line, size_t *size)
{
    size_t digits = 0;

    *size = 0;
    for (; digits < line.size && digit(line.at[digits]) >= 0; digits++) {
        *size = *size * 16 + (size_t)digit(line.at[digits]);
        if (*size > LENGTH_MAX && reader->kind != MESSAGE_REQUEST_AS_READ)
            return false;
        if (*size > LENGTH_MAX)
            *size = LENGTH_MAX; /* whatever comes is part of it */
    }
    line.at += digits;
    line.size -= digits;
    line = trimmed(line);
    return digits > 0 &&
           (line.size == 0 ||
            (line.at[0] == ';' && (reader->kind == MESSAGE_REQUEST_AS_READ || is_text(line))));
}

/* What ends a line of the framing: CR LF, and for libmicrohttpd a bare LF. */
static bool ends_well(const struct reader *reader, enum line ending)
{
    return ending == LINE_CRLF || reader->kind == MESSAGE_REQUEST_AS_READ;
}

/* RFC 9112, section 7.1.2: trailers are fields; nobody here wants to know which. */
static bool is_trailer(const struct reader *reader, struct slice line)
{
    const char *colon = memchr(line.at, ':', line.size);

    return reader->kind == MESSAGE_REQUEST_AS_READ ||
           (colon && is_token((struct slice){line.at, (size_t)(colon - line.at)}));
}

/* libmicrohttpd 0.9.75 ends a trailer at CR, LF or both, and cuts it at a NUL. */
static enum line next_trailer_as_read(struct slice *rest, struct slice *line)
{
    size_t size = 0;

    while (size < rest->size && rest->at[size] != '\r' && rest->at[size] != '\n')
        size++;
    if (size == rest->size)
        return LINE_UNFINISHED;
    *line = (struct slice){rest->at, strnlen(rest->at, size)};
    size += rest->at[size] == '\r' && size + 1 < rest->size && rest->at[size + 1] == '\n' ? 2 : 1;
    rest->at += size;
    rest->size -= size;
    return LINE_CRLF;
}

static enum line next_trailer(struct reader *reader, struct slice *line)
{
    return reader->kind == MESSAGE_REQUEST_AS_READ ? next_trailer_as_read(&reader->rest, line)
                                                   : next_line(&reader->rest, line);
}

static enum message_state take_trailers(struct reader *reader)
{
    struct slice line;

    for (;;) {
        const enum line ending = next_trailer(reader, &line);

        if (ending == LINE_UNFINISHED)
            return MESSAGE_OPEN;
        if (!ends_well(reader, ending))
            return MESSAGE_BAD;
        if (line.size == 0)
            return MESSAGE_WHOLE;
        if (!is_trailer(reader, line))
            return MESSAGE_BAD;
    }
}

static enum message_state take_chunks(struct reader *reader)
{
    reader->in_body = true;
    for (;;) {
        struct slice line;
        size_t size;
        enum message_state state;
        enum line ending = next_line(&reader->rest, &line);

        if (ending == LINE_UNFINISHED)
            return MESSAGE_OPEN;
        if (!ends_well(reader, ending) || !take_chunk_size(reader, line, &size))
            return MESSAGE_BAD;
        if (size == 0)
            return take_trailers(reader);
        state = take_bytes(reader, size);
        if (state != MESSAGE_WHOLE)
            return state;
        ending = next_line(&reader->rest, &line);
        if (ending == LINE_UNFINISHED)
            return MESSAGE_OPEN;
        if (!ends_well(reader, ending) || line.size > 0)
            return MESSAGE_BAD;
    }
}

static bool has_no_body(const struct reader *reader)
{
    const struct slice status = reader->message->words[1];

    return reader->kind == MESSAGE_RESPONSE && (reader->bodiless || status.at[0] == '1' ||
                                                slice_is(status, "204") || slice_is(status, "304"));
}

/* RFC 9112, section 6.3, without its leniency: one length, told one way. */
static enum message_state take_body(struct reader *reader)
{
    size_t lengths, codings, size = 0;
    const struct slice *length = message_field(reader->message, "Content-Length", &lengths);
    const struct slice *coding = message_field(reader->message, "Transfer-Encoding", &codings);

    if (lengths + codings > 1)
        return MESSAGE_BAD;
    if (coding && !slice_is_word(*coding, "chunked"))
        return MESSAGE_BAD;
    for (size_t i = 0; length && i < length->size; i++) {
        if (!is_digits(*length) || size > LENGTH_MAX)
            return MESSAGE_BAD;
        size = size * 10 + (size_t)(length->at[i] - '0');
    }
    if (length && length->size == 0)
        return MESSAGE_BAD;
    if (has_no_body(reader))
        return MESSAGE_WHOLE;
    if (coding)
        return take_chunks(reader);
    if (length || reader->kind != MESSAGE_RESPONSE)
        return take_bytes(reader, size);
    (void)take_bytes(reader, reader->rest.size);
    return reader->ended ? MESSAGE_WHOLE : MESSAGE_OPEN;
}

void message_read(struct http_message *message, enum message_kind kind, struct slice bytes,
                  bool bodiless, bool ended)
{
    struct reader reader = {
        .message = message, .rest = bytes, .kind = kind, .bodiless = bodiless, .ended = ended};

    *message = (struct http_message){.state = MESSAGE_BAD};
    message->state = take_head(&reader);
    if (message->state == MESSAGE_WHOLE)
        message->state = take_body(&reader);
    /* Its head has gone on before anybody could see that. */
    if (kind == MESSAGE_REQUEST_AS_READ && message->state == MESSAGE_BAD && reader.in_body)
        message->state = MESSAGE_OPEN;
    message->size = bytes.size - reader.rest.size;
}

void message_free(struct http_message *message)
{
    free(message->fields);
    free(message->body);
    *message = (struct http_message){.state = MESSAGE_BAD};
}
