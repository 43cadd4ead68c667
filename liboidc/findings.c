/* Findings of props as the public headers have them. */
#include "findings.h"

#include <stdlib.h>

oidc_severity findings_severity(enum props_severity severity)
{
    switch (severity) {
    case PROPS_NONE:
    case PROPS_INFO:
        return OIDC_INFO;
    case PROPS_WARNING:
        return OIDC_WARNING;
    case PROPS_ERROR:
        break;
    }
    return OIDC_ERROR;
}

bool findings_map(const struct props_findings *all, oidc_finding **findings, size_t *count)
{
    *findings = NULL;
    *count = props_findings_count(all);
    if (*count == 0)
        return true;
    *findings = calloc(*count, sizeof **findings);
    if (!*findings) {
        *count = 0;
        return false;
    }
    for (size_t i = 0; i < *count; i++) {
        const struct props_finding *from = props_findings_at(all, i);

        (*findings)[i] = (oidc_finding){.code = from->code,
                                        .severity = findings_severity(from->severity),
                                        .file = from->file,
                                        .line = from->line,
                                        .column = from->column,
                                        .key = from->key,
                                        .message = from->message,
                                        .hint = from->hint};
    }
    return true;
}
