/* Request targets and return paths: what is resolved has nothing left to resolve; where a person is
 * sent is on this site, by the unit tests' oracle. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/target.h"
#include "tests/unit/server/return_path_oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_resolved(const char *path)
{
    if (strcmp(path, "*") == 0)
        return;
    if (path[0] != '/' || strstr(path, "//") || strstr(path, "/./") || strstr(path, "/../"))
        abort();
    const char *last = strrchr(path, '/');
    if (strcmp(last, "/.") == 0 || strcmp(last, "/..") == 0)
        abort();
}

static void check_target(const char *raw)
{
    struct target target;
    char *value = NULL;

    if (target_parse(raw, &target) == TARGET_OK) {
        check_resolved(target.resolved);
        if (!target_is_within(&target, target.resolved))
            abort();
        if (target_parameter(&target, "rd", &value) && value && strlen(value) > target.query_size)
            abort();
        free(value);
    }
    target_free(&target);
}

static void check_return_path(const char *rd)
{
    char *path = target_return_path(rd, "https://xnat.example");
    char *again = path ? target_return_path(path, "https://xnat.example") : NULL;

    if (path && oracle_objection(path))
        abort();
    /* what is safe is left as it is, but for what the encoding made too long */
    if (again && strlen(path) <= TARGET_MAX && strcmp(path, again) != 0)
        abort();
    free(again);
    free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    check_target(text);
    check_return_path(text);
    free(text);
    return 0;
}
