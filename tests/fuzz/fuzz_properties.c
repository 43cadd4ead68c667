/* Fuzzes the reading of provider files: bytes to document, documents to the model of a site, and
 * the findings for a target, whose turn it is, with the lines they are shown with. Two files are
 * tried, too: a line of "----" divides the input. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "props/check/source_line.h"
#include "props/model.h"
#include "props/properties.h"
#include "props/utf16.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/turn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Entries keep the file's order, lie inside it, and the last of one key is the one that is found.
 */
static void check_document(const uint8_t *data, size_t size)
{
    struct properties document;
    enum properties_result result = properties_parse(&document, data, size);
    for (size_t i = 0; result == PROPERTIES_OK && i < document.count; i++) {
        const struct properties_entry *entry = &document.entries[i];
        require(entry->raw_offset + entry->raw_size <= size);
        require(entry->at.line >= 1 && entry->at.column >= 1);
        require(i == 0 || entry->at.line >= entry[-1].at.line);
        const struct properties_entry *found = properties_find(&document, entry->key);
        require(found != NULL && found >= entry && strcmp(found->key, entry->key) == 0);
        require((found == entry) == (entry->overridden_by == PROPERTIES_NONE));
    }
    properties_free(&document);
}

static void check_finding(const struct props_finding *finding)
{
    require(finding != NULL && finding->code != NULL && finding->message[0] != '\0');
    require((finding->line == 0) == (finding->column == 0));
    for (const char *at = finding->message; *at != '\0'; at++)
        require((unsigned char)*at >= ' ');
    require(utf16_is_clean(finding->message, strlen(finding->message)));
    require(utf16_is_clean(finding->key, strlen(finding->key)));
}

/* A model without errors is whole. */
static void check_model(const struct props_model *model)
{
    for (size_t i = 0; i < props_findings_count(model->findings); i++)
        check_finding(props_findings_at(model->findings, i));
    if (props_findings_errors(model->findings) > 0)
        return;
    require(model->site_url[0] != '\0' && model->redirect_path[0] == '/');
    require(model->provider_count > 0);
    for (size_t i = 0; i < model->provider_count; i++) {
        const struct props_provider *provider = &model->providers[i];
        require(provider->id[0] != '\0' && provider->client_id[0] != '\0');
        require(provider->client_secret[0] != '\0' && provider->display_name[0] != '\0');
        require(provider->scopes.count > 0 && provider->username_pattern[0] != '\0');
        require(!provider->filter_email_domains || provider->email_domains.count > 0);
    }
}

static const uint8_t *divide(const uint8_t *data, size_t size)
{
    static const char divider[] = "\n----\n";
    for (size_t i = 0; i + sizeof divider - 1 <= size; i++)
        if (memcmp(data + i, divider, sizeof divider - 1) == 0)
            return data + i;
    return data + size;
}

/* What a terminal gets to see of a line is printable ASCII, with the caret inside. */
static void check_line(const struct source *source, const struct props_finding *finding)
{
    struct source_line line;
    if (!source_line(source, finding->line, finding->column, &line))
        return;
    require(strlen(line.text) <= SOURCE_LINE_MAX && line.caret <= SOURCE_LINE_MAX);
    for (const char *at = line.text; *at != '\0'; at++)
        require(*at >= ' ' && *at < 0x7F);
}

static void check_target(const struct props_source *sources, size_t count, enum props_target target)
{
    char *bytes = malloc(sources[0].size + 1);
    require(bytes != NULL);
    memcpy(bytes, sources[0].bytes, sources[0].size);
    struct load_file file = {.bytes = bytes, .size = sources[0].size};
    struct source source;
    require(source_open(&source, &file));
    struct props_model *model;
    if (props_model_parse(sources, count, target, &model) == PROPS_OK)
        for (size_t i = 0; i < props_findings_count(model->findings); i++) {
            const struct props_finding *finding = props_findings_at(model->findings, i);
            check_finding(finding);
            if (strcmp(finding->file, "one") == 0)
                check_line(&source, finding);
        }
    props_model_free(&model);
    source_close(&source);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t nothing[1];
    const uint8_t *bytes = size > 0 ? data : nothing;
    const uint8_t *end = divide(bytes, size);
    size_t first = (size_t)(end - bytes);
    struct props_source sources[] = {{"one", bytes, first}, {"two", end, size - first}};
    struct props_model *model;
    check_document(bytes, size);
    if (props_model_parse(sources, first < size ? 2 : 1, PROPS_AUTO, &model) == PROPS_OK)
        check_model(model);
    props_model_free(&model);
    check_target(sources, first < size ? 2 : 1,
                 PROPS_SIDECAR + turn_of(data, size, PROPS_PLUGIN_1_6 - PROPS_SIDECAR + 1));
    return 0;
}
