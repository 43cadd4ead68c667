/*
 * Prints what the reader makes of many files, for comparison with java.util.Properties.
 *
 * The argument names a container: for each case, its size in four bytes (big-endian) and its bytes.
 * A case is printed as "case N", a line "KEY VALUE" for each key (UTF-16 code units in
 * hexadecimal), sorted, and "error" where Java would have thrown; what it had stored by then is
 * printed, too.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "props/properties.h"
#include "props/utf16.h"

enum { CONTAINER_MAX = 256 * 1024 * 1024, SIZE_BYTES = 4 };

static void die(const char *why)
{
    fprintf(stderr, "dump_properties: %s\n", why);
    exit(EXIT_FAILURE);
}

static char *put_unit(char *to, uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    for (int shift = 12; shift >= 0; shift -= 4)
        *to++ = digits[unit >> shift & 0xF];
    return to;
}

static char *put_text(char *to, const char *text)
{
    const char *end = text + strlen(text);
    while (text < end) {
        uint32_t c = utf16_next(&text);
        if (c >= 0x10000) {
            to = put_unit(to, 0xD800 + ((c - 0x10000) >> 10));
            to = put_unit(to, 0xDC00 + ((c - 0x10000) & 0x3FF));
        } else {
            to = put_unit(to, c);
        }
    }
    return to;
}

static char *line_of(const struct properties_entry *entry)
{
    /* Each byte of a Java text makes at most four digits. */
    char *line = malloc(4 * (strlen(entry->key) + strlen(entry->value)) + 2);
    if (line == NULL)
        die("out of memory");
    char *to = put_text(line, entry->key);
    *to++ = ' ';
    to = put_text(to, entry->value);
    *to = '\0';
    return line;
}

static int compare_lines(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

static void dump(const struct properties *document)
{
    size_t count = document->error_count > 0 ? document->errors[0].entries_before : document->count;
    char **lines = calloc(count + 1, sizeof *lines);
    size_t kept = 0;
    if (lines == NULL)
        die("out of memory");
    for (size_t i = 0; i < count; i++)
        if (document->entries[i].overridden_by >= count)
            lines[kept++] = line_of(&document->entries[i]);
    qsort(lines, kept, sizeof *lines, compare_lines);
    for (size_t i = 0; i < kept; i++) {
        puts(lines[i]);
        free(lines[i]);
    }
    free(lines);
    if (document->error_count > 0)
        puts("error");
}

static void dump_all(const unsigned char *bytes, size_t size)
{
    size_t at = 0;
    for (unsigned number = 0; at + SIZE_BYTES <= size; number++) {
        size_t case_size = (size_t)bytes[at] << 24 | (size_t)bytes[at + 1] << 16 |
                           (size_t)bytes[at + 2] << 8 | bytes[at + 3];
        struct properties document;
        at += SIZE_BYTES;
        if (case_size > size - at)
            die("the container is cut short");
        /* A block of its own, so that a sanitizer sees a read past the end. */
        unsigned char *bounded = malloc(case_size > 0 ? case_size : 1);
        if (bounded == NULL)
            die("out of memory");
        memcpy(bounded, bytes + at, case_size);
        if (properties_parse(&document, bounded, case_size) != PROPERTIES_OK)
            die("a case cannot be read");
        printf("case %u\n", number);
        dump(&document);
        properties_free(&document);
        free(bounded);
        at += case_size;
    }
}

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    unsigned char *bytes = malloc(CONTAINER_MAX);
    if (file == NULL || bytes == NULL)
        die("give it one readable file");
    size_t size = fread(bytes, 1, CONTAINER_MAX, file);
    (void)fclose(file);
    dump_all(bytes, size);
    free(bytes);
    return EXIT_SUCCESS;
}
