/* What a site registers with its provider: addresses of its own. */
#ifndef PROPS_CHECK_REGISTER_H
#define PROPS_CHECK_REGISTER_H

#include <stdio.h>

#include "site.h"

/** Writes them, each under its names: the specification's, the one of a registration request and
 * those of providers' consoles. Nothing while the site's address is not known. */
void register_write(const struct check_site *site, FILE *out);

#endif
