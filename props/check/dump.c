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

/* Whether the file is about a site at all; of any other, only what calls itself a secret is. */
static bool is_provider_file(const struct properties *document)
{
    struct keys_match match;
    for (size_t i = 0; i < document->count; i++)
        if (keys_match(document->entries[i].key, NULL, 0, &match))
            return true;
    return false;
}

/* What an entry shows: a secret may have lost its key, or stand where another value belongs. */
struct shown_entry {
    const char *key;
    const char *value;
};

/* The client secret beside a client id. */
static const char *secret_beside(const struct properties *document, const struct keys_match *match)
{
    struct keys_name name;
    char id[KEYS_PROVIDER_MAX + 1];
    (void)snprintf(id, sizeof id, "%.*s",
                   (int)(match->provider_size < sizeof id ? match->provider_size : sizeof id - 1),
                   match->provider);
    const struct properties_entry *entry =
        properties_find(document, keys_name(&name, KEY_CLIENT_SECRET, KEYS_SHARED, id));
    return entry == NULL ? "" : entry->value;
}

static bool may_show(const struct properties *document, const struct properties_entry *entry)
{
    struct keys_match match;
    if (keys_match(entry->key, NULL, 0, &match) && match.id == KEY_CLIENT_ID)
        return quote_allows_client_id(entry->value, secret_beside(document, &match));
    return quote_allows(entry->value);
}

static struct shown_entry mask(const struct properties *document,
                               const struct properties_entry *entry, bool provider_file)
{
    static const char masked[] = "***";
    struct shown_entry shown = {entry->key, entry->value};
    struct keys_match match;
    bool known = keys_match(entry->key, NULL, 0, &match);
    if (entry->value[0] != '\0' &&
        (quote_is_secret(entry) || (provider_file && !may_show(document, entry))))
        shown.value = masked;
    if (provider_file && !known && !quote_allows_key(entry->key))
        shown.key = masked;
    return shown;
}

static void write_document(const struct properties *document, FILE *out)
{
    bool first = true;
    bool provider_file = is_provider_file(document);
    (void)fputc('{', out);
    for (size_t i = 0; i < document->count; i++) {
        const struct properties_entry *entry = &document->entries[i];
        if (entry->overridden_by != PROPERTIES_NONE)
            continue;
        (void)fputs(first ? "\n  " : ",\n  ", out);
        struct shown_entry shown = mask(document, entry, provider_file);
        write_text(shown.key, out);
        (void)fputs(": ", out);
        write_text(shown.value, out);
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
