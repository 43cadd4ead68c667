/* oidc-check --online: what the providers themselves say. */
#ifndef PROPS_CHECK_ONLINE_H
#define PROPS_CHECK_ONLINE_H

#include "site.h"

/**
 * Asks the providers of a site, and adds what does not agree to its findings. The questions carry
 * nothing of the site's: neither client id nor secret.
 *
 * @param site  with an ask that is open; it gets the record of what was asked.
 * @return false when memory is short.
 */
bool online_check(struct check_site *site, enum props_target target);

#endif
