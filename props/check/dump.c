/* Keys and values as Java reads them. */
#include <string.h>

#include "formats.h"
#include "props/keys.h"
#include "props/properties.h"
#include "props/quote.h"
#include "props/utf16.h"

/* RFC 8259, 7: ASCII alone, so that half a surrogate pair, which Java may hold, survives. */
static void write_unit(unsigned unit, FILE *out)
{
    if (unit == '"' || unit == '\\')
        (void)fprintf(out, "\\%c", (int)unit);
    else if (unit >= ' ' && unit < 0x7F)
        (void)fputc((int)unit, out);
    else
        (void)fprintf(out, "\\u%04x", unit);
}

static void write_text(const char *text, FILE *out)
{
    (void)fputc('"', out);
    while (*text != '\0') {
        uint32_t c = utf16_next(&text);
        if (c >= 0x10000) {
            write_unit(0xD800 + ((c - 0x10000) >> 10), out);
            write_unit(0xDC00 + ((c - 0x10000) & 0x3FF), out);
        } else {
            write_unit(c, out);
        }
    }
    (void)fputc('"', out);
}

/* A secret by its key; or what could be one and stands where no secret belongs. */
static bool must_mask(const struct properties_entry *entry)
{
    struct keys_match match;
    if (quote_is_secret(entry))
        return entry->value[0] != '\0';
    if (!keys_match(entry->key, NULL, 0, &match) || match.id == KEY_CLIENT_ID)
        return false;
    return quote_looks_secret(slice_of(entry->value));
}

static void write_document(const struct properties *document, FILE *out)
{
    bool first = true;
    (void)fputc('{', out);
    for (size_t i = 0; i < document->count; i++) {
        const struct properties_entry *entry = &document->entries[i];
        if (entry->overridden_by != PROPERTIES_NONE)
            continue;
        (void)fputs(first ? "\n  " : ",\n  ", out);
        write_text(entry->key, out);
        (void)fputs(": ", out);
        write_text(must_mask(entry) ? "***" : entry->value, out);
        first = false;
    }
    (void)fputs(first ? "}" : "\n}", out);
}

static bool write_file(const struct load_file *file, FILE *out, bool *broken)
{
    struct properties document;
    enum properties_result result = properties_parse(&document, file->bytes, file->size);
    for (size_t i = 0; i < document.error_count; i++)
        (void)fprintf(stderr,
                      "oidc-check: %s:%zu:%zu: malformed \\u escape; Java cannot read the "
                      "file\n",
                      file->path, document.errors[i].at.line, document.errors[i].at.column);
    if (document.error_count > 0 || result == PROPERTIES_E_BYTES || result == PROPERTIES_E_ENTRIES)
        *broken = true;
    write_document(&document, out);
    properties_free(&document);
    return result != PROPERTIES_E_MEMORY;
}

bool dump_write(const struct check_site *site, FILE *out, bool *broken)
{
    const struct load *load = &site->load;
    bool several = load->count > 1;
    *broken = false;
    (void)fputs(several ? "[\n" : "", out);
    for (size_t i = 0; i < load->count; i++) {
        (void)fputs(i > 0 ? ",\n" : "", out);
        if (!write_file(&load->files[i], out, broken))
            return false;
    }
    (void)fputs(several ? "\n]\n" : "\n", out);
    return true;
}
