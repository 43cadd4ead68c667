/* Why the start ends, or what it is warned of, said where it is read: in the log, or with
 * --check-config in words. */
#ifndef SERVER_SITE_COMPLAINT_H
#define SERVER_SITE_COMPLAINT_H

#include <stdbool.h>

#include "site.h"

/** @param subject what it is about. @return false. */
bool site_complain(const struct site *site, const char *subject, const char *detail);

/** The same with what to do about it. */
bool site_complain_with_cure(const struct site *site, const char *subject, const char *detail,
                             const char *cure);

/** What does not keep the sidecar from starting: where, what it does, what to do about it. */
struct site_warning {
    const char *event;
    const char *subject; /* in words */
    const char *option;  /* in the log; each of these or NULL */
    const char *file;
    const char *variable;
    const char *effect;
    const char *cure;
};

/** Says it, and counts it. */
void site_warn(struct site *site, const struct site_warning *warning);

/** Says what may be just as it was meant, and does not count it. */
void site_remark(const struct site *site, const struct site_warning *remark);

#endif
