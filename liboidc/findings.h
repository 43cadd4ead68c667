/* Findings of props as the public headers have them. */
#ifndef LIBOIDC_FINDINGS_H
#define LIBOIDC_FINDINGS_H

#include <oidc/config.h>

#include "props/findings.h"

/** The severity of the same name. */
oidc_severity findings_severity(enum props_severity severity);

/** The findings as an array (for free); its strings stay with the original. @param findings set to
 * NULL where there are none. @return false when memory is short. */
bool findings_map(const struct props_findings *all, oidc_finding **findings, size_t *count);

#endif
